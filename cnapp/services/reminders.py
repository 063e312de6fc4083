"""Reminders and letters on absences are enlisted: rows of the outbox that come due on their own morning.

Whoever is told of an appointment or a workshop may refuse its reminders, and have them again; callers lock the
conseiller, or hold the workshop still.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from cnapp.base.database import db, write_new
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.journal import Subject
from cnapp.domain.outbox import Channel, Due, Letter, letter_keys
from cnapp.domain.registrations import Registration
from cnapp.domain.reminders import is_of_use, on_the_morning_after, reminders_of, unreminded, untold_absences
from cnapp.services.channels import channels_to, first_open
from cnapp.services.journal import By, Thing, record_about
from cnapp.services.notices import told_people

Row = dict[str, Any]
"""Of the outbox, but for when it is written."""
Times = dict[Letter, datetime]


@dataclass(frozen=True, slots=True)
class Look:
    """What can be told at this moment, and by which channels."""

    open_channels: Collection[Channel]
    now: datetime

    def reminders(self, appointment: Appointment, since: datetime, reader: Citizen) -> Times:
        channel = self._channel_to(reader, Letter.REMINDED)
        if channel is None or reader.no_reminders:
            return {}
        starts_at = appointment.starts_at
        times = reminders_of(starts_at, channel, since=since)
        return {letter: at for letter, at in times.items() if is_of_use(letter, starts_at, self.now)}

    def absence(self, appointment: Appointment, reader: Citizen) -> Times:
        is_reached = self._channel_to(reader, Letter.MISSED) is not None
        return {Letter.MISSED: on_the_morning_after(appointment.starts_at)} if is_reached else {}

    def _channel_to(self, reader: Citizen, letter: Letter) -> Channel | None:
        return first_open(channels_to(reader, letter), self.open_channels)


def missing(open_channels: Collection[Channel], *, now: datetime) -> list[Row]:
    """What is to be enlisted: read in two queries, with nobody kept waiting.

    Who can be reached by nothing that is open gets no row, and is looked at again.
    """
    look = Look(open_channels, now)
    rows: list[Row] = []
    for appointment, since in db.session.execute(unreminded(now)):
        rows += _rows_about(appointment, partial(look.reminders, appointment, since))
    for appointment in db.session.scalars(untold_absences(now)):
        rows += _rows_about(appointment, partial(look.absence, appointment))
    return rows


def enlist(rows: list[Row], *, now: datetime) -> None:
    """Once each: what another node has enlisted meanwhile stays as it is. What is late is due now."""
    write_new(Due, [{**row, "due_at": max(row["due_at"], now), "created_at": now} for row in rows], key="key")


def _rows_about(appointment: Appointment, times_for: Callable[[Citizen], Times]) -> Iterator[Row]:
    about = {"appointment_id": appointment.id, "version": appointment.version}
    for number, reader in enumerate(told_people(appointment.told, appointment.person, appointment.booker)):
        for letter, at in times_for(reader).items():
            yield {"key": letter_keys(letter, appointment)[number], "letter": letter, "due_at": at, **about}


def readers_of(appointment: Appointment | Registration) -> list[Citizen]:
    """Who may be reminded of it: those who are to be told, and have left a way to reach them."""
    told = told_people(appointment.told, appointment.person, appointment.booker)
    return [reader for reader in told if channels_to(reader, Letter.REMINDED)]


def stop(reader: Citizen, about: Appointment | Registration, *, by: By, now: datetime) -> None:
    """Again changes nothing."""
    if not reader.no_reminders:
        reader.no_reminders = True
        record_about(_thing(about), "reminders_stopped", by=by, now=now)


def resume(reader: Citizen, about: Appointment | Registration, *, by: By, now: datetime) -> None:
    """Again changes nothing."""
    if reader.no_reminders:
        reader.no_reminders = False
        record_about(_thing(about), "reminders_resumed", by=by, now=now)


def _thing(about: Appointment | Registration) -> Thing:
    kind = Subject.REGISTRATION if isinstance(about, Registration) else Subject.APPOINTMENT
    return kind, about.id
