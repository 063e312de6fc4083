"""Who may act for a person (Aidants Connect), in which perimeters, between which days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.people import Habilitation, HabilitationUnknown, Staff, habilitations_of
from cnapp.services.changes import write
from cnapp.services.journal import By, record_about
from cnapp.services.people import about, let_go

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Terms:
    """What is written of one. Both days are included."""

    valid_from: date
    valid_until: date
    perimeters: list[str]


@dataclass(frozen=True)
class Ending:
    """Somebody's habilitation that ends soon, and nothing follows it."""

    staff: Staff
    ends_on: date


def listed(staff: Staff) -> Sequence[Habilitation]:
    """Latest first."""
    return db.session.scalars(habilitations_of(staff.id).order_by(Habilitation.valid_from.desc())).all()


def ending_soon(people: Iterable[Staff], today: date) -> list[Ending]:
    """Of those whose account is open, the soonest first."""
    lasts = {
        staff: max(each.valid_until for each in staff.habilitations)
        for staff in people
        if staff.habilitations and staff.disabled_at is None
    }
    soon = [Ending(staff, last) for staff, last in lasts.items() if today <= last <= today + SOON]
    return sorted(soon, key=lambda ending: ending.ends_on)


def habilitation(staff: Staff, public_id: str) -> Habilitation:
    """Only of this person. Raises HabilitationUnknown."""
    own = Habilitation.staff_id == staff.id, Habilitation.public_id == public_id
    found = db.session.scalar(select(Habilitation).where(*own))
    if found is None:
        raise HabilitationUnknown
    return found


def add(staff: Staff, terms: Terms, *, by: By, now: datetime) -> None:
    """The caller locks the person, here and below. Raises HabilitationTwice."""
    db.session.add(Habilitation(staff_id=staff.id, **vars(terms)))
    staff.updated_at = now
    record_about(about(staff), "habilitation_added", by=by, now=now, **_told(terms))


def change(staff: Staff, own: Habilitation, terms: Terms, *, by: By, now: datetime) -> None:
    """Raises HabilitationTwice."""
    if write(own, terms):
        let_go(staff)
        record_about(about(staff), "habilitation_changed", by=by, now=now, **_told(terms))


def remove(staff: Staff, own: Habilitation, *, by: By, now: datetime) -> None:
    db.session.delete(own)
    let_go(staff)
    terms = Terms(own.valid_from, own.valid_until, own.perimeters)
    record_about(about(staff), "habilitation_removed", by=by, now=now, **_told(terms))


def _told(terms: Terms) -> dict[str, object]:
    days = {"valid_from": terms.valid_from.isoformat(), "valid_until": terms.valid_until.isoformat()}
    return {**days, "perimeters": terms.perimeters}
