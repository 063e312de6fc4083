"""Many people at once: real threads, each with a session of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TypeVar

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.web.application import Application

FULL_SIZE = os.environ.get("TORTURE") == "1"
Result = TypeVar("Result")


def sized(full: int) -> int:
    """The whole under `make torture`, a tenth otherwise."""
    return full if FULL_SIZE else max(1, full // 10)


def kills(full: int, moments: int) -> int:
    """The whole under `make torture`, one at each moment otherwise: each begins a process, which is what takes long."""
    return full if FULL_SIZE else moments


def crowd(app: Application, size: int, act: Callable[[int], Result]) -> list[Result | Refusal]:
    """Everybody starts at the same instant; a refusal is an answer, anything else fails the test."""
    answers: dict[int, Result | Refusal] = {}
    mistakes: list[BaseException] = []
    start = threading.Barrier(size)

    def one(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                answers[number] = act(number)
            except Refusal as refusal:
                answers[number] = refusal
            except BaseException as mistake:
                mistakes.append(mistake)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if mistakes:
        raise AssertionError(f"{len(mistakes)} of {size}: {mistakes[0]!r}") from mistakes[0]
    return [answers[number] for number in range(size)]
