"""What whoever is called about a workshop answers: yes or no to a seat, or that they do not come any more."""

from __future__ import annotations

from datetime import datetime

from cnapp.config import Settings
from cnapp.domain.calls import Call
from cnapp.domain.registrations import NoSeatToHave, Registration
from cnapp.services import registrations, waiting_list
from cnapp.services.calls import Noted, known, note


def accept(call: Call, noted: Noted, *, settings: Settings, now: datetime) -> None:
    """The seat is theirs. Raises what `note` does, NoSeatToHave, RegistrationOver."""
    note(call, noted, now=now)
    if not waiting_list.accept(_registration(call), by=known(noted.by), settings=settings, now=now):
        raise NoSeatToHave


def decline(call: Call, noted: Noted, *, settings: Settings, now: datetime) -> None:
    """It goes to the next one. Raises what `note` does, NoSeatToHave."""
    note(call, noted, now=now)
    waiting_list.decline(_registration(call), by=known(noted.by), settings=settings, now=now)


def end(call: Call, noted: Noted, *, settings: Settings, now: datetime) -> None:
    """They do not come, or wait no more. Raises what `note` does, RegistrationOver."""
    note(call, noted, now=now)
    registrations.cancel(_registration(call), by=known(noted.by), settings=settings, now=now)


def _registration(call: Call) -> Registration:
    """Raises NoSeatToHave for a call about anything else."""
    if call.registration is None:
        raise NoSeatToHave
    return call.registration
