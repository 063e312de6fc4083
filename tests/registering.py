"""Registering through the services, as the pages do it, for tests that need many people at once."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.contacts import read_phone
from cnapp.base.database import transaction
from cnapp.config import Settings
from cnapp.domain.appointments import Origin
from cnapp.domain.workshops import WorkshopFull
from cnapp.services import drafts, registrations, seats
from cnapp.services.journal import By
from cnapp.services.parties import Party, Someone
from cnapp.services.registrations import Application


def applicant(number: int, draft_id: str | None = None) -> Application:
    """Somebody with a mobile phone of their own."""
    phone = read_phone(f"06 39 98 {number // 100:02} {number % 100:02}")
    return Application(Party(Someone(f"Personne {number}", phone=phone), Origin.ONLINE), draft_id=draft_id)


def hold(workshop_id: int, *, now: datetime) -> str:
    """The id of a draft that holds a seat."""
    with transaction():
        draft_id = drafts.start(now=now).id
        seats.hold_seat(seats.hold_still(workshop_id), draft_id, now=now)
    return draft_id


def register(workshop_id: int, application: Application, *, settings: Settings, now: datetime) -> str:
    """Its public id."""
    with transaction():
        made = registrations.register(workshop_id, application, by=By.citizen(), settings=settings, now=now)
    return made.public_id


def wait(workshop_id: int, application: Application, *, settings: Settings, now: datetime) -> str:
    with transaction():
        made = registrations.join_waiting_list(workshop_id, application, by=By.citizen(), settings=settings, now=now)
    return made.public_id


def register_or_wait(workshop_id: int, number: int, *, settings: Settings, now: datetime) -> bool:
    """Whether they have a seat."""
    try:
        register(workshop_id, applicant(number), settings=settings, now=now)
    except WorkshopFull:
        wait(workshop_id, applicant(number), settings=settings, now=now)
        return False
    return True
