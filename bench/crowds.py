"""Many people at once: sixteen who book for a while, thirty-two who want the same time."""

from __future__ import annotations

import itertools
import math
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException

from bench.clients import Answer, Client, Failed
from bench.journey import TIMES, Walk, walk, wishes
from bench.measures import Bench
from bench.statistics import Figures, spread

BOOKERS = 16
RIVALS = 32
SHORT_SUBJECT = ("e-mails", "envoyer-document")
"""30 minutes, the shortest: a small town has few times to give away."""


@dataclass
class Harvest:
    """What sixteen people brought home."""

    walks: list[Walk] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    first_left_at: float = math.inf
    """When one of them had nothing more to book: until then all sixteen were at work."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, done: Walk) -> None:
        with self.lock:
            self.walks.append(done)

    def fail(self, error: Exception) -> None:
        with self.lock:
            self.failures.append(f"{type(error).__name__}: {error}"[:200])

    def leave(self) -> None:
        with self.lock:
            self.first_left_at = min(self.first_left_at, time.perf_counter())

    def per_second(self, began: float) -> float:
        """Bookings while all are at work, counted by their pages: those under way when one leaves count in part."""
        pages = [answer.at for each in self.walks for answer in each.answers]
        in_time = sum(at <= self.first_left_at for at in pages)
        return in_time / (self.first_left_at - began) / max(1, len(pages)) * len(self.walks)


def many_bookings(bench: Bench) -> Figures:
    """Each booking is another person with another name, at any place and time."""
    harvest, numbers = Harvest(), itertools.count(1)
    began, cpu = time.perf_counter(), bench.server.cpu_seconds()
    own = time.process_time()
    until = began + bench.effort.seconds
    with ThreadPoolExecutor(BOOKERS) as people:
        list(people.map(lambda _: _book_until(bench, until, numbers, harvest), range(BOOKERS)))
    spent = bench.server.cpu_seconds() - cpu
    booked = max(1, len(harvest.walks))
    return {
        "per_second": round(harvest.per_second(began), 1),
        "booked": len(harvest.walks),
        "failed": len(harvest.failures),
        "first_failure": harvest.failures[0] if harvest.failures else "",
        "refused": sum(each.refused for each in harvest.walks),
        "cpu_ms": round(spent * 1000 / booked, 1),
        "clients_cpu_ms": round((time.process_time() - own) * 1000 / booked, 1),
        **{f"whole_{name}": value for name, value in spread([each.seconds for each in harvest.walks] or [0]).items()},
    }


def _book_until(bench: Bench, until: float, numbers: Iterator[int], harvest: Harvest) -> None:
    while time.perf_counter() < until and (number := next(numbers)) <= bench.size.bookings_at_most:
        client = Client(bench.server.port)
        try:
            harvest.keep(walk(client, wishes(SHORT_SUBJECT, any_place, name=f"Personne {letters_of(number)}")))
        except (Failed, OSError, HTTPException) as error:
            harvest.fail(error)
        finally:
            client.close()
    harvest.leave()


def any_place(offered: list[str]) -> str:
    """One of those on the page, never « the soonest anywhere »."""
    return random.choice(offered[1:])


def letters_of(number: int) -> str:
    """Names have letters."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def one_time(bench: Bench) -> Figures:
    """Everybody has the times before them and presses the same one at the same instant, again and again."""
    people = [Client(bench.server.port) for _ in range(RIVALS)]
    with ThreadPoolExecutor(RIVALS) as crowd:
        pages = list(crowd.map(lambda one: _times_before(bench, one), people))
        rounds = [_race(bench, crowd, list(zip(people, pages, strict=True))) for _ in range(bench.effort.rounds)]
    for client in people:
        client.close()
    answers = [answer for each in rounds for answer in each]
    return {
        "rounds": len(rounds),
        "one_winner": sum(sum(map(_won, each)) == 1 for each in rounds),
        "errors": sum(each.status >= 500 or each.status == 0 for each in answers),
        **spread([each.seconds for each in answers]),
    }


def _times_before(bench: Bench, client: Client) -> Answer:
    place = bench.places[os.getpid() % len(bench.places)]
    return walk(client, wishes(SHORT_SUBJECT, place, name="Marie Schmitt"), until=TIMES).answers[-1]


def _race(bench: Bench, crowd: ThreadPoolExecutor, rivals: list[tuple[Client, Answer]]) -> list[Answer]:
    fresh = rivals[0][0].get(TIMES)
    wanted = random.choice(fresh.form.offers("slot"))
    start = threading.Barrier(len(rivals))

    def press(rival: tuple[Client, Answer]) -> Answer:
        client, page = rival
        client.move_house()
        start.wait(30)
        return _sent(lambda: client.post(page.form.action, [*_but_time(page), ("slot", wanted)]))

    return list(crowd.map(press, rivals))


def _sent(send: Callable[[], Answer]) -> Answer:
    """A connection that breaks is an answer too: status 0."""
    try:
        return send()
    except (OSError, HTTPException) as error:
        return Answer(type(error).__name__, 0, "", "", 0.0)


def _but_time(page: Answer) -> list[tuple[str, str]]:
    return [(name, value) for name, value in page.form.filled({}) if name != "slot"]


def _won(answer: Answer) -> bool:
    """Sent on to the next question; who came late is kept at this one."""
    return answer.status == 303 and not answer.location.startswith(TIMES)
