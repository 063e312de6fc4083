"""Thousands of random changes by raw SQL: the database accepts exactly what plain arithmetic accepts (C05, C11)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.base.tokens import new_public_id
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.places import DEFAULT_TRAVEL_MINUTES
from cnapp.domain.presences import Presence
from tests.factories import LONG_AGO, make_place, make_staff, make_travel, metz
from tests.torture.crowd import sized

pytestmark = [pytest.mark.torture, pytest.mark.usefixtures("app")]
MIDNIGHT = metz("2026-12-03 00:00")
QUARTERS = 80
CHANGES_AT_ONCE = 200
"""In one transaction: PostgreSQL looks through every row that a transaction has left behind, until it ends."""


@dataclass(frozen=True)
class There:
    """A presence, as the oracle knows it."""

    conseiller: int
    place: int
    span: Span
    stands: bool = True


@dataclass
class Oracle:
    """What plain arithmetic allows."""

    minutes: dict[frozenset[int], int]
    presences: dict[int, There] = field(default_factory=dict)
    promises: dict[int, tuple[int, Span]] = field(default_factory=dict)

    def allows(self) -> bool:
        return self._whereabouts_fit() and self._promises_fit()

    def _whereabouts_fit(self) -> bool:
        for conseiller in {each.conseiller for each in self.presences.values()}:
            mine = (each for each in self.presences.values() if each.conseiller == conseiller and each.stands)
            for one, other in pairwise(sorted(mine, key=lambda each: each.span)):
                if (other.span.start - one.span.end) < timedelta(minutes=self._travel(one.place, other.place)):
                    return False
        return True

    def _travel(self, one: int, other: int) -> int:
        return 0 if one == other else self.minutes.get(frozenset((one, other)), DEFAULT_TRAVEL_MINUTES)

    def _promises_fit(self) -> bool:
        taken: dict[int, list[Span]] = {}
        for presence_id, span in self.promises.values():
            there = self.presences.get(presence_id)
            if there is None or not there.stands or not there.span.covers(span):
                return False
            if any(span.overlaps(other) for other in taken.setdefault(there.conseiller, [])):
                return False
            taken[there.conseiller].append(span)
        return True


class Change:
    """One random change, to the database and to the oracle alike."""

    def __init__(self, oracle: Oracle, people: list[int], places: list[int], dice: random.Random) -> None:
        self.oracle, self.people, self.places, self.dice = oracle, people, places, dice

    def a_span(self, longest: int) -> Span:
        start = self.dice.randrange(QUARTERS)
        return Span.lasting(MIDNIGHT + timedelta(minutes=15 * start), 15 * self.dice.randint(1, longest))

    def a_presence(self) -> int:
        return self.dice.choice([*self.oracle.presences, 0])

    def add_presence(self) -> tuple[Any, Oracle]:
        there = There(self.dice.choice(self.people), self.dice.choice(self.places), self.a_span(16))
        number = max(self.oracle.presences, default=0) + 1
        row = {"id": number, "public_id": new_public_id(), "updated_at": LONG_AGO, "version": 1, "walk_in_minutes": 0}
        takes = {"takes_appointments": True, "takes_walk_ins": False}
        statement = insert(Presence).values(**row, **takes, **columns(there))
        return statement, replace(self.oracle, presences={**self.oracle.presences, number: there})

    def change_presence(self) -> tuple[Any, Oracle]:
        number = self.a_presence()
        if not number:
            return self.add_presence()
        there = self.dice.choice(
            [
                lambda old: replace(old, span=self.a_span(16)),
                lambda old: replace(old, place=self.dice.choice(self.places)),
                lambda old: replace(old, conseiller=self.dice.choice(self.people)),
                lambda old: replace(old, stands=not old.stands),
            ]
        )(self.oracle.presences[number])
        statement = update(Presence).where(Presence.id == number).values(**columns(there))
        return statement, replace(self.oracle, presences={**self.oracle.presences, number: there})

    def remove_presence(self) -> tuple[Any, Oracle]:
        number = self.a_presence()
        left = {key: value for key, value in self.oracle.presences.items() if key != number}
        return delete(Presence).where(Presence.id == number), replace(self.oracle, presences=left)

    def add_promise(self) -> tuple[Any, Oracle]:
        presence_id, span = self.a_presence(), self.a_span(4)
        there = self.oracle.presences.get(presence_id, There(self.people[0], self.places[0], span))
        number = max(self.oracle.promises, default=0) + 1
        row = {"id": number, "kind": Kind.WORKSHOP, "conseiller_id": there.conseiller, "buffer_minutes": 0}
        statement = insert(Commitment).values(**row, presence_id=presence_id, starts_at=span.start, ends_at=span.end)
        return statement, replace(self.oracle, promises={**self.oracle.promises, number: (presence_id, span)})

    def remove_promise(self) -> tuple[Any, Oracle]:
        number = self.dice.choice([*self.oracle.promises, 0])
        left = {key: value for key, value in self.oracle.promises.items() if key != number}
        return delete(Commitment).where(Commitment.id == number), replace(self.oracle, promises=left)


def columns(there: There) -> dict[str, Any]:
    times = {"starts_at": there.span.start, "ends_at": there.span.end}
    withdrawn = {"withdrawn_at": None if there.stands else LONG_AGO}
    return {"conseiller_id": there.conseiller, "place_id": there.place, **times, **withdrawn}


def is_accepted(statement: Any) -> bool:
    try:
        with db.session.begin_nested():
            db.session.execute(statement)
    except IntegrityError:
        return False
    return True


def test_the_database_accepts_exactly_what_arithmetic_accepts() -> None:
    places = [make_place() for _ in range(4)]
    minutes = {(0, 1): 15, (0, 2): 60, (1, 2): 15, (2, 3): 0}
    for (one, other), each in minutes.items():
        make_travel(places[one], places[other], each)
    pairs = {frozenset((places[one].id, places[other].id)): each for (one, other), each in minutes.items()}
    oracle, dice = Oracle(pairs), random.Random(57)
    people = [make_staff().id for _ in range(3)]
    kinds = ["add_presence", "change_presence", "add_promise", "add_promise", "remove_promise", "remove_presence"]
    accepted = 0
    for first in range(0, sized(20_000), CHANGES_AT_ONCE):
        with transaction():
            for number in range(first, min(first + CHANGES_AT_ONCE, sized(20_000))):
                change = Change(oracle, people, [place.id for place in places], dice)
                statement, after = getattr(change, dice.choice(kinds))()
                is_fine = is_accepted(statement)
                assert is_fine == after.allows(), f"change {number}: {statement.compile().params}"
                oracle = after if is_fine else oracle
                accepted += is_fine
    assert sized(20_000) / 10 < accepted < sized(20_000)
    assert set(db.session.scalars(select(Presence.id))) == set(oracle.presences)
