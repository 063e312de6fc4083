"""Who booked, for whom, by which door, and how it went: the invented story of each booking."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from cnapp.base.workdays import day_of, instant_at
from cnapp.domain.appointments import Appointment, Booker, Origin, Status, Told
from cnapp.domain.citizens import Citizen, Need
from cnapp.domain.commitments import Commitment
from cnapp.domain.motifs import Motif
from cnapp.services.demo.chance import Chance
from cnapp.services.demo.citizens import Crowd

STAFF_DOORS = (Origin.COUNTER, Origin.COUNTER, Origin.PHONE, Origin.CONSEILLER)
DOORS = (*[Origin.ONLINE] * 6, *STAFF_DOORS)
AGO = 12
"""Days before today, or before the visit, when the earliest was booked."""


class Visitor:
    """Makes appointments of one day's demonstration."""

    def __init__(self, day: date, chance: Chance) -> None:
        self._day = day
        self._chance = chance
        self._crowd = Crowd(chance)

    def book(self, commitment: Commitment, motif: Motif, needs_met: list[Need]) -> Appointment:
        created_at = self._booked_at(commitment.starts_at)
        person = self._crowd.person(created_at=created_at)
        status = self._status(commitment)
        appointment = Appointment(
            public_id=self._chance.hexadecimal(),
            code=self._chance.code(),
            motif_id=motif.id,
            person=person,
            needs=self._needs(needs_met),
            presence_id=commitment.presence_id,
            conseiller_id=commitment.conseiller_id,
            starts_at=commitment.starts_at,
            ends_at=commitment.ends_at,
            status=status,
            origin=self._chance.one(DOORS if motif.online else STAFF_DOORS),
            link_version=1,
            version=1,
            created_at=created_at,
            updated_at=created_at,
        )
        self._on_behalf(appointment, person)
        self._has_happened(appointment)
        return appointment

    def _booked_at(self, starts_at: datetime) -> datetime:
        latest = min(self._day, day_of(starts_at))
        booked_on = latest - timedelta(days=self._chance.between(1, AGO))
        return instant_at(booked_on, time(self._chance.between(8, 18), self._chance.below(60)))

    def _status(self, commitment: Commitment) -> Status:
        drawn = self._chance.below(100)
        if day_of(commitment.starts_at) < self._day:
            return Status.SEEN if drawn < 76 else Status.NOSHOW if drawn < 88 else Status.EXCUSED
        return Status.BOOKED if drawn < 95 else Status.EXCUSED if drawn < 99 else Status.REVOKED

    def _needs(self, needs_met: list[Need]) -> list[str]:
        if not self._chance.is_so(18):
            return []
        needs = self._chance.shuffled(needs_met)
        return sorted(need.value for need in needs[: self._chance.between(1, 2)])

    def _on_behalf(self, appointment: Appointment, person: Citizen) -> None:
        """One in six is booked by somebody else."""
        drawn = self._chance.below(100)
        appointment.booked_by, appointment.told = Booker.SELF, Told.PERSON
        if drawn < 11:
            appointment.booked_by, appointment.booker = Booker.RELATIVE, self._crowd.relative(person)
        elif drawn < 17:
            appointment.booked_by, appointment.booker = Booker.PROFESSIONAL, self._crowd.professional(person)
        if appointment.booker:
            appointment.told = self._chance.one((Told.BOOKER, Told.BOTH) if person.phone else (Told.BOOKER,))

    def _has_happened(self, appointment: Appointment) -> None:
        """Whoever came was noted when they came; a cancellation is the second version that letters announce."""
        if appointment.status is Status.SEEN:
            appointment.arrived_at = appointment.starts_at - timedelta(minutes=self._chance.below(10))
            appointment.updated_at = appointment.ends_at
        elif appointment.status is Status.NOSHOW:
            appointment.updated_at = appointment.ends_at
        elif appointment.status is not Status.BOOKED:
            appointment.version = 2
            appointment.updated_at = appointment.created_at + timedelta(hours=self._chance.between(1, 5))
