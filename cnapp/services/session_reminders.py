"""Reminders of sessions are enlisted as those of appointments are: once each by their key, however many workers run."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import Channel, Letter, session_reminder_keys
from cnapp.domain.registrations import Registration
from cnapp.domain.session_reminders import session_reminder_is_of_use, session_reminders_of, unreminded_sessions
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.services.channels import channels_to, first_open
from cnapp.services.notices import told_people
from cnapp.services.reminders import Row, Times


def missing(open_channels: Collection[Channel], *, now: datetime) -> list[Row]:
    """What is to be enlisted: read in one query, with nobody kept waiting."""
    rows: list[Row] = []
    for registration, session, since in db.session.execute(unreminded_sessions(now)):
        look = _Look(session, since, open_channels, now)
        for number, reader in enumerate(told_people(registration.told, registration.person, registration.booker)):
            rows += _rows(registration, session, number, look.reminders(reader))
    return rows


@dataclass(frozen=True, slots=True)
class _Look:
    """At one session, which is the registration's since then."""

    session: WorkshopSession
    since: datetime
    open_channels: Collection[Channel]
    now: datetime

    def reminders(self, reader: Citizen) -> Times:
        channel = first_open(channels_to(reader, Letter.SESSION_REMINDED), self.open_channels)
        if channel is None or reader.no_reminders:
            return {}
        times = session_reminders_of(self.session.starts_at, channel, since=self.since)
        return {letter: at for letter, at in times.items() if self._is_of_use(letter)}

    def _is_of_use(self, letter: Letter) -> bool:
        return session_reminder_is_of_use(letter, self.session.starts_at, self.now)


def _rows(registration: Registration, session: WorkshopSession, number: int, times: Times) -> Iterator[Row]:
    about = {"registration_id": registration.id, "version": registration.version}
    for letter, at in times.items():
        key = session_reminder_keys(letter, registration, session.public_id)[number]
        yield {"key": key, "letter": letter, "due_at": at, **about}
