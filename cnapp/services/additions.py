"""Adding somebody to a conseiller's own free time, on the spot or to see them again; one press, one booking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import joinedload

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.tokens import fingerprint
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment, Origin
from cnapp.domain.commitments import Kind, SlotTaken, commitments_of
from cnapp.domain.motifs import Motif, motifs_all
from cnapp.domain.openings import Length, Promised, openings
from cnapp.domain.people import habilitations_of
from cnapp.domain.presences import Presence, presences_of
from cnapp.domain.slots import Door, Slot, Wish
from cnapp.services.appointments import Taking, book_directly, booked_with
from cnapp.services.journal import By
from cnapp.services.parties import Party
from cnapp.services.slots import search

AHEAD = timedelta(weeks=8)
TIMES_SHOWN = 8
"""At least so many, in whole days."""


@dataclass(frozen=True)
class Gap:
    """A start in a conseiller's free time, and the motifs that fit there."""

    presence: Presence
    starts_at: datetime
    motifs: list[Motif]

    def wish(self, slug: str) -> Wish:
        """Raises SlotTaken for a motif that does not fit."""
        for motif in self.motifs:
            if motif.slug == slug:
                return Wish(motif, (self.presence.place_id,), (), Door.STAFF, self.presence.conseiller_id)
        raise SlotTaken


def gap_at(conseiller_id: int, starts_at: datetime, *, now: datetime) -> Gap:
    """Raises SlotTaken where nothing fits (any more)."""
    here = presences_of(conseiller_id, Span.lasting(starts_at, 1)).options(joinedload(Presence.place))
    presence = db.session.scalar(here)
    motifs = _fitting(presence, starts_at, now) if presence and presence.takes_appointments else []
    if presence is None or starts_at < now or not motifs:
        raise SlotTaken
    return Gap(presence, starts_at, motifs)


def _fitting(presence: Presence, starts_at: datetime, now: datetime) -> list[Motif]:
    motifs = db.session.scalars(motifs_all()).all()
    shortest = min((motif.duration_minutes for motif in motifs), default=0)
    taken = _taken(presence, now)
    return [
        motif
        for motif in _allowed(motifs, presence)
        if starts_at in openings(presence.span, presence.pause, taken, _length(motif, shortest))
    ]


def _length(motif: Motif, shortest: int) -> Length:
    return Length(motif.duration_minutes, motif.buffer_minutes, shortest)


def _taken(presence: Presence, now: datetime) -> list[Promised]:
    return [
        Promised(each.span, each.buffer_minutes)
        for each in db.session.scalars(commitments_of([presence.conseiller_id], presence.span))
        if each.kind is not Kind.HOLD or (each.expires_at and each.expires_at > now)
    ]


def _allowed(motifs: Sequence[Motif], presence: Presence) -> list[Motif]:
    """What is done in the person's place needs the right to, that day."""
    rights = db.session.scalars(habilitations_of(presence.conseiller_id)).all()
    day = day_of(presence.starts_at)
    return [
        motif
        for motif in motifs
        if motif.perimeter is None or any(each.allows(motif.perimeter, day) for each in rights)
    ]


@dataclass(frozen=True)
class FreeDay:
    """The times of one day."""

    day: date
    slots: list[Slot]


def times_to_see_again(appointment: Appointment, first: date, *, now: datetime) -> list[FreeDay]:
    """The next free times of the same conseiller for the same motif, after this one, none overlapping another."""
    found = search(wish_to_see_again(appointment, now=now), first, first + AHEAD, now=now)
    slots = _apart([slot for slot in found if slot.starts_at >= appointment.ends_at])
    days: list[FreeDay] = []
    for day, own in groupby(slots, lambda slot: day_of(slot.starts_at)):
        if sum(len(each.slots) for each in days) >= TIMES_SHOWN:
            break
        days.append(FreeDay(day, list(own)))
    return days


def wish_to_see_again(appointment: Appointment, *, now: datetime) -> Wish:
    """Wherever the conseiller will be."""
    ahead = presences_of(appointment.conseiller_id, Span(now, now + 2 * AHEAD)).order_by(None)
    places = db.session.scalars(ahead.with_only_columns(Presence.place_id).distinct())
    return Wish(appointment.motif, tuple(sorted(places)), (), Door.STAFF, appointment.conseiller_id)


def _apart(slots: list[Slot]) -> list[Slot]:
    kept: list[Slot] = []
    for slot in slots:
        if not kept or kept[-1].ends_at <= slot.starts_at:
            kept.append(slot)
    return kept


def party_again(appointment: Appointment) -> Party:
    """The same person, with whoever booked for them and the same needs."""
    return Party(
        appointment.person,
        Origin.CONSEILLER,
        appointment.booked_by,
        appointment.booker,
        appointment.told,
        tuple(appointment.needs),
    )


def add(taking: Taking, party: Party, *, by: By, link_key: str, now: datetime) -> Appointment:
    """One form, one booking: sent twice, it answers with the same appointment. Raises SlotTaken, NameMissing."""
    made = made_with(taking.draft_id, by)
    if made:
        return made
    appointment = book_directly(taking.wish, taking.choice, party=party, by=by, link_key=link_key, now=now)
    appointment.draft_id = _key(taking.draft_id, by)
    return appointment


def made_with(key: str, by: By) -> Appointment | None:
    """What an earlier press of the same form made."""
    return booked_with(_key(key, by))


def _key(key: str, by: By) -> str:
    """Never the key of a citizen's draft, nor of a colleague's form."""
    return fingerprint(f"added by {by.staff_id} {key}")
