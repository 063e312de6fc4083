"""One letter to one reader: what it is about, from the state of the moment when it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.offers import Offer
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement
from cnapp.domain.registrations import Registration
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services.notices import told_people


@dataclass(frozen=True)
class Telling:
    """To the person helped, whoever booked for them, or somebody of the team."""

    letter: Letter
    reader: Citizen | Staff
    appointment: Appointment | None = None
    """The one that it is about, if it is about one."""
    more: Mapping[str, object] = field(default_factory=dict)
    """What else its words need, by name."""
    offer: Offer | None = None
    """The time that is held for its reader."""
    registration: Registration | None = None
    """The one that it is about, if it is about one."""
    session: WorkshopSession | None = None
    """Of a reminder."""
    workshop: Workshop | None = None
    """The one that somebody of the team reads of."""
    displacement: Displacement | None = None
    """How the appointment lost its time."""
    is_quiet: bool = False
    """Time and place are what its reader still believes: nobody calls or posts that."""
    is_followed: bool = False
    """Calendars enter the registration's sessions with it, or take them out."""

    @property
    def person(self) -> Citizen | None:
        """Whom it is about."""
        about = self.appointment or self.registration
        return about.person if about else None

    @property
    def is_to_the_person(self) -> bool:
        return self.person is not None and self.reader is self.person

    @property
    def place(self) -> Place | None:
        """Where people go, or would have gone."""
        if self.offer:
            return self.offer.place
        if self.registration:
            return self.registration.workshop.place
        return self.appointment.presence.place if self.appointment else None

    @property
    def times_changed(self) -> list[datetime]:
        """The time that the appointment has, and the one that it lost."""
        lost = [self.displacement.starts_at] if self.displacement else []
        return [self.appointment.starts_at, *lost] if self.appointment else []

    def comes_at(self, now: datetime) -> datetime | None:
        """When they come, or would have come, next."""
        if self.registration:
            workshop = self.registration.workshop
            return (self.session or workshop.next_session(now) or workshop).starts_at
        return self.appointment.starts_at if self.appointment else None


Teller = Callable[[Due, datetime], Telling | None]
"""None when there is nothing to say any more."""


def reader_of(due: Due, about: Appointment | Registration) -> Citizen:
    told = told_people(about.told, about.person, about.booker)
    return told[-1] if due.is_second else told[0]
