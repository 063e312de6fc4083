"""A whole booking, one page after the other, as somebody without JavaScript walks it."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.clients import Answer, Chooser, Client, Failed

FIRST = "/rendez-vous/sujet"
PLACES = "/rendez-vous/lieu"
TIMES = "/rendez-vous/heure"
CHECK = "/rendez-vous/verifier"
RECEIPT = "/r/"
PAGES_AT_MOST = 24

Typed = Mapping[str, str | Chooser]


@dataclass
class Walk:
    """How a booking went: what each page took, and where it ended."""

    answers: list[Answer] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_booked(self) -> bool:
        return self.answers[-1].path.startswith(RECEIPT) and self.answers[-1].status == 200

    @property
    def confirmation(self) -> Answer:
        """The POST that confirms."""
        return next(each for each in reversed(self.answers) if each.location.startswith(RECEIPT))

    @property
    def refused(self) -> int:
        """How often somebody else was there first."""
        return sum(each.status in (409, 422) for each in self.answers)


def wishes(subject: tuple[str, str], place: str | Chooser, *, name: str) -> dict[str, str | Chooser]:
    """What one person answers: a word and its motif, a place, any time, for themselves, no contact."""
    word, motif = subject
    return {"word": word, "motif": motif, "place": place, "slot": random.choice, "booked_by": "self", "name": name}


def walk(client: Client, typed: Typed, *, first: str = FIRST, until: str = RECEIPT) -> Walk:
    """From the first question to this page, which is opened. A page that comes back refused is filled in again."""
    done, began = Walk(), time.perf_counter()
    page = _open(client, first, done)
    while not page.path.startswith(until):
        if len(done.answers) > 2 * PAGES_AT_MOST:
            raise Failed(f"lost on the way, at {page.path}")
        page = _answer(client, page, typed, done)
    done.seconds = time.perf_counter() - began
    return done


def _answer(client: Client, page: Answer, typed: Typed, done: Walk) -> Answer:
    """Where nothing is free, another place is chosen."""
    if page.path.startswith(TIMES) and not page.has_form:
        return _open(client, PLACES, done)
    sent = client.send(page, typed)
    done.answers.append(sent)
    return _open(client, sent.location, done) if sent.location else _judged(sent)


def _open(client: Client, path: str, done: Walk) -> Answer:
    for _ in range(4):
        page = client.get(path)
        done.answers.append(page)
        if not page.location:
            return _judged(page)
        path = page.location
    raise Failed(f"sent round in circles at {path}")


def _judged(page: Answer) -> Answer:
    if page.status not in (200, 409, 422):
        raise Failed(f"{page.status} on {page.path}")
    return page
