"""A town whose workers run with all their errands, and a workshop that changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial

from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.delivery.carriers import carrier_set
from cnapp.delivery.errands import ask_for_decisions, enlist_reminders
from cnapp.delivery.offering import offer_seats
from cnapp.delivery.parcels import Sorting
from cnapp.delivery.worker import PostOffice, work_off
from cnapp.domain.calls import Call
from cnapp.domain.outbox import Due, Letter, Outcome
from cnapp.domain.places import Place
from cnapp.domain.registrations import Registration, registrations_for
from cnapp.domain.workshops import Workshop
from cnapp.services.journal import By
from cnapp.services.leadings import forget, lead
from cnapp.services.registration_letters import announce
from tests.delivery.mailing import Mail
from tests.factories import metz


def send(mail: Mail) -> list[EmailMessage]:
    """With the errands of `flask post`: what has arrived since the last time."""
    before, settings = len(mail.office.received), mail.app.settings
    sorting = Sorting(settings, mail=carrier_set(settings))
    errands = [partial(offer_seats, settings), partial(enlist_reminders, sorting.open_channels), ask_for_decisions]
    work_off(PostOffice(sorting.parcel, errands=errands), clock=mail.clock)
    db.session.rollback()
    return mail.office.received[before:]


def change(workshop: Workshop, at: str, *, now: datetime, place: Place | None = None) -> None:
    """Its first session is at another time, or elsewhere; everyone is told."""
    starts_at = metz(at)
    with transaction():
        workshop = db.session.get_one(Workshop, workshop.id)
        session = workshop.sessions[0]
        was, leaders, lasts = session.starts_at, session.leaders, session.ends_at - session.starts_at
        forget(session, by=By.clock(), now=now)
        session.starts_at, session.ends_at = starts_at, starts_at + lasts
        workshop.place = place or workshop.place
        db.session.flush()
        for leader in leaders:
            lead(session, leader, workshop.place, by=By.clock(), now=now)
        workshop.starts_at = starts_at
        workshop.ends_at = max(workshop.ends_at, session.ends_at) if workshop.is_cycle else session.ends_at
        for registration in db.session.scalars(registrations_for(workshop.id)).all():
            announce(registration, Letter.WORKSHOP_CHANGED, by=By.clock(), now=now, left=[was])


def read_again(registration: Registration) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, registration.id, populate_existing=True)


def outcomes(*letters: Letter) -> list[tuple[Letter, Outcome | None]]:
    """Of these letters, in the order in which they were written."""
    db.session.rollback()
    return [
        (due.letter, due.outcome) for due in db.session.scalars(select(Due).order_by(Due.id)) if due.letter in letters
    ]


def calls_made() -> list[Call]:
    db.session.rollback()
    return list(db.session.scalars(select(Call).order_by(Call.id)))


def subjects(letters: list[EmailMessage]) -> list[str]:
    return [" ".join(str(each["Subject"]).split()) for each in letters]


MINUTE = timedelta(minutes=1)
