"""The first account of a town, made from the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import new_public_id
from cnapp.base.workdays import day_of
from cnapp.domain.journal import Subject
from cnapp.domain.people import Role, Staff, coordinators
from cnapp.services import accounts
from cnapp.services.journal import By, record_about


class AlreadyInstalled(Refusal):
    sentence = "Il y a déjà un compte de coordination."


@dataclass(frozen=True)
class Newcomer:
    """Who the first coordinator is."""

    email: str
    first_name: str
    last_name: str


def install(newcomer: Newcomer, password: str, *, now: datetime) -> Staff:
    """Makes the first coordinator. Raises AlreadyInstalled, PasswordTooShort."""
    if db.session.scalar(coordinators().limit(1)):
        raise AlreadyInstalled
    staff = _coordinator(newcomer, now)
    db.session.add(staff)
    db.session.flush()
    accounts.set_password(staff, password, now=now)
    record_about((Subject.STAFF, staff.id), "installed", by=By.clock(), now=now)
    return staff


def _coordinator(newcomer: Newcomer, now: datetime) -> Staff:
    return Staff(
        public_id=new_public_id(),
        first_name=newcomer.first_name,
        last_name=newcomer.last_name,
        email=newcomer.email.casefold(),
        role=Role.COORDINATOR,
        receives=True,
        in_post_from=day_of(now),
        updated_at=now,
    )


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    return db.session.scalar(select(Staff.id).limit(1)) is None
