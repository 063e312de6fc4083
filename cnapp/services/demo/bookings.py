"""Some two hundred invented bookings: the nearer the week the fuller, never so full that nothing is free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Need
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.motifs import Motif
from cnapp.domain.openings import Length, Promised, bookable_part, openings
from cnapp.domain.people import Staff
from cnapp.domain.presences import Presence
from cnapp.services.demo.chance import Chance
from cnapp.services.demo.events import tell
from cnapp.services.demo.visits import Visitor

WANTED = {-2: 10, -1: 24, 0: 52, 1: 44, 2: 30, 3: 20, 4: 12, 5: 6, 6: 2}
"""Bookings by week counted from today; what a week has no room for goes to the next."""
FULLEST_PERCENT = 65
"""Of a presence's minutes."""
SIGN_LANGUAGE = "fsl"
TRIES = 6
TIMES_OF_A_SUBJECT = 3
"""Where nobody acts in the person's place that day, another subject is drawn."""


@dataclass
class Half:
    """A presence that takes appointments, its conseiller, and what it has promised."""

    presence: Presence
    conseiller: Staff
    promised: list[Promised] = field(default_factory=list)

    @property
    def day(self) -> date:
        return day_of(self.presence.starts_at)

    @property
    def is_full(self) -> bool:
        taken = sum(each.span.minutes for each in self.promised)
        return taken * 100 >= self.presence.span.minutes * FULLEST_PERCENT

    @property
    def needs_met(self) -> list[Need]:
        """By this place and this conseiller."""
        unmet = set() if self.presence.place.step_free else {Need.WHEELCHAIR}
        if not any(each.code == SIGN_LANGUAGE for each in self.conseiller.languages):
            unmet.add(Need.SIGN_LANGUAGE)
        return [need for need in Need if need not in unmet]

    def serves(self, motif: Motif) -> bool:
        perimeter = motif.perimeter
        return perimeter is None or any(each.allows(perimeter, self.day) for each in self.conseiller.habilitations)

    def starts(self, motif: Motif, shortest: int) -> list[datetime]:
        within = bookable_part(self.presence.span, self.presence.walk_in_minutes)
        length = Length(motif.duration_minutes, motif.buffer_minutes, shortest)
        return openings(within, self.presence.pause, self.promised, length)


@dataclass(frozen=True)
class Planned:
    """A time found, and for what."""

    half: Half
    commitment: Commitment
    motif: Motif


def make_bookings(day: date, motifs: Sequence[Motif], *, link_key: str) -> None:
    chance = Chance(day, "bookings")
    visitor = Visitor(day, chance)
    planned = _planned(_by_week(day), motifs, chance)
    appointments = [visitor.book(each.commitment, each.motif, each.half.needs_met) for each in planned]
    db.session.add_all([each.commitment for each in planned])
    db.session.add_all([person for each in appointments for person in (each.person, each.booker) if person])
    db.session.flush()
    _keep(appointments, [each.commitment for each in planned], link_key)
    tell(appointments)


def _by_week(day: date) -> dict[int, list[Half]]:
    query = (
        select(Presence, Staff)
        .join(Staff, Staff.id == Presence.conseiller_id)
        .where(Presence.takes_appointments)
        .options(joinedload(Presence.place), selectinload(Staff.habilitations), selectinload(Staff.languages))
        .order_by(Presence.starts_at, Presence.conseiller_id)
    )
    weeks: dict[int, list[Half]] = defaultdict(list)
    for presence, conseiller in db.session.execute(query):
        half = Half(presence, conseiller)
        weeks[(half.day - day).days // 7].append(half)
    return weeks


def _planned(weeks: dict[int, list[Half]], motifs: Sequence[Motif], chance: Chance) -> list[Planned]:
    planned: list[Planned] = []
    owed = 0
    shortest = min(motif.duration_minutes for motif in motifs)
    for week, wanted in WANTED.items():
        owed += wanted
        for _ in range(owed * TRIES if weeks[week] else 0):
            if not owed:
                break
            found = _one(chance.one(weeks[week]), chance, (motifs, shortest))
            planned += found
            owed -= len(found)
    return planned


def _one(half: Half, chance: Chance, among: tuple[Sequence[Motif], int]) -> list[Planned]:
    """A booking in this half-day, or none where it is full."""
    motifs, shortest = among
    motif = next((each for each in (chance.one(motifs) for _ in range(TIMES_OF_A_SUBJECT)) if half.serves(each)), None)
    starts = half.starts(motif, shortest) if motif and not half.is_full else []
    if motif is None or not starts:
        return []
    span = Span.lasting(chance.one(starts), motif.duration_minutes)
    half.promised.append(Promised(span, motif.buffer_minutes))
    return [Planned(half, _commitment(half.presence, span, motif), motif)]


def _commitment(presence: Presence, span: Span, motif: Motif) -> Commitment:
    return Commitment(
        kind=Kind.APPOINTMENT,
        conseiller_id=presence.conseiller_id,
        presence_id=presence.id,
        starts_at=span.start,
        ends_at=span.end,
        buffer_minutes=motif.buffer_minutes,
    )


def _keep(appointments: list[Appointment], commitments: list[Commitment], link_key: str) -> None:
    """Those that stand are given their time; the time of the others is free again."""
    for appointment, commitment in zip(appointments, commitments, strict=True):
        if appointment.stands:
            appointment.commitment_id = commitment.id
        else:
            db.session.delete(commitment)
        appointment.seal(link_key)
    db.session.add_all(appointments)
    db.session.flush()
