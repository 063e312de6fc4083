"""Removing what is past its time: found by reading, then removed a few rows at a time, each lot in its own transaction.

Whoever runs it opens the transactions, so that nobody who books waits for more than one lot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import Delete, Select, Update

from cnapp.base.database import db, write
from cnapp.base.workdays import day_of
from cnapp.domain import retention as past
from cnapp.domain.codes import codes_reserved_before
from cnapp.domain.consultations import consultations_before
from cnapp.domain.waits import SHOWN_AFTER, waits_ended_before, waits_past
from cnapp.services.waits import end_past

LINKS_KEPT = relativedelta(months=1)
LETTERS_KEPT = relativedelta(months=1)
CODES_KEPT = relativedelta(months=12)
CONSULTATIONS_KEPT = relativedelta(months=12)
FIRST_NAMES_KEPT = timedelta(days=30)
CALLS_KEPT = timedelta(days=30)
"""Those about no appointment, once they are made; one that nobody made is kept twice as long."""
LOT = 200
"""Rows that go together: well under 200 ms on SQLite, where nobody else writes meanwhile."""


@dataclass(frozen=True)
class Kept:
    """What the town decides."""

    citizens_months: int
    needs_days: int


@dataclass(frozen=True)
class Removal:
    """One kind of thing whose time is past: what people call it, how it is found, how a lot of it goes."""

    what: str
    find: Select[Any]
    remove: Callable[[Sequence[Any]], int]

    def lots(self) -> Iterator[Sequence[Any]]:
        """What is found now, in lots; the reading has ended before the first is given."""
        ids = db.session.scalars(self.find).all()
        db.session.rollback()
        return (ids[first : first + LOT] for first in range(0, len(ids), LOT))


def removals(kept: Kept, *, now: datetime) -> tuple[Removal, ...]:
    """In order: people go after the appointments that knew them."""
    citizens_until = now - relativedelta(months=kept.citizens_months)
    needs_until = now - timedelta(days=kept.needs_days)
    links = past.password_links_over_before(now - LINKS_KEPT)
    letters = past.letters_of_no_appointment_before(now - LETTERS_KEPT)
    names = past.visits_named_before(day_of(now) - FIRST_NAMES_KEPT)
    codes = codes_reserved_before(now - CODES_KEPT)
    consultations = consultations_before(now - CONSULTATIONS_KEPT)
    return (
        Removal("attentes finies", waits_past(now), lambda ids: end_past(ids, now=now)),
        _simple("réservations abandonnées", past.drafts_past(now), lambda ids: past.drafts_removed(ids, now)),
        Removal("pré-réservations échues", past.holds_past(now), lambda ids: _remove_holds(ids, now)),
        _simple("essais comptés", past.attempts_past(now), past.attempts_removed),
        _simple("connexions échues", past.sign_ins_past(now), past.sign_ins_removed),
        _simple("liens de mot de passe échus", links, past.password_links_removed),
        _simple("lettres sans rendez-vous", letters, past.letters_removed),
        _simple("codes de carte jamais utilisés", codes, past.codes_freed),
        Removal("appels", past.calls_past(now - CALLS_KEPT, now - 2 * CALLS_KEPT), _remove_calls),
        _simple("consultations", consultations, past.consultations_removed),
        _simple("prénoms de passage oubliés", names, past.first_names_forgotten),
        _simple("besoins oubliés", past.needs_known_since_before(needs_until), past.needs_forgotten),
        _simple(
            "besoins d’inscrits oubliés",
            past.needs_of_registrations_since_before(needs_until),
            past.registration_needs_forgotten,
        ),
        Removal("ateliers", past.workshops_ended_before(citizens_until), _remove_workshops),
        Removal("rendez-vous", past.appointments_ended_before(citizens_until), _remove_appointments),
        Removal("absences et plans", past.plans_over_before(citizens_until), _remove_plans),
        Removal("attentes effacées", waits_ended_before(now - SHOWN_AFTER), _remove_waits),
        Removal("usagers", past.citizens_without_appointment(citizens_until), _remove_citizens),
    )


def _simple(what: str, find: Select[Any], statement: Callable[[Sequence[Any]], Delete | Update]) -> Removal:
    """What goes by one statement, and nobody needs to be held still for."""
    return Removal(what, find, lambda ids: write(statement(ids)))


def _hold_still(conseillers: Select[int]) -> None:
    """Locks these people: nobody books with them until the lot is gone."""
    db.session.scalars(conseillers).all()


def _remove_holds(ids: Sequence[int], now: datetime) -> int:
    _hold_still(past.conseillers_of_holds(ids))
    return write(past.holds_removed(ids, now))


def _remove_calls(ids: Sequence[int]) -> int:
    """With the people whom nothing else here concerns."""
    people = db.session.scalars(past.callers_of(ids)).all()
    attempts, calls = past.calls_removed(ids)
    write(attempts)
    gone = write(calls)
    write(past.citizens_removed(people))
    return gone


def _remove_appointments(ids: Sequence[int]) -> int:
    _hold_still(past.conseillers_of_appointments(ids))
    times = db.session.scalars(past.times_of(ids)).all()
    *others, appointments, commitments = past.appointments_removed(ids, times)
    for statement in others:
        write(statement)
    gone = write(appointments)
    write(commitments)
    return gone


def _remove_workshops(ids: Sequence[int]) -> int:
    """With their sessions and whoever was registered."""
    _hold_still(past.conseillers_of_workshops(ids))
    times = db.session.scalars(past.times_led(ids)).all()
    *others, workshops = past.workshops_removed(ids)
    for statement in others:
        write(statement)
    write(past.times_removed(times))
    return write(workshops)


def _remove_plans(ids: Sequence[int]) -> int:
    """With the absences that they began with."""
    *others, plans = past.plans_removed(ids)
    for statement in others:
        write(statement)
    return write(plans)


def _remove_waits(ids: Sequence[int]) -> int:
    """With the people that nothing else knows of."""
    people = db.session.scalars(past.people_of_waits(ids)).all()
    *others, waits = past.waits_removed(ids)
    for statement in others:
        write(statement)
    gone = write(waits)
    _remove_citizens(people)
    return gone


def _remove_citizens(ids: Sequence[int]) -> int:
    write(past.letters_of_citizens(ids))
    return write(past.citizens_removed(ids))
