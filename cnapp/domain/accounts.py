"""Accounts: passwords, sign-ins, calendar addresses, and the counting of tries."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Delete, Index, Select, String, delete, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import fingerprint
from cnapp.domain.people import Staff

SIGN_IN_LASTS = timedelta(hours=20)
"""RGAA 13.1: a session of 20 hours or more needs no warning."""
REMEMBERED_LASTS = timedelta(days=60)
TRIES_KEPT = timedelta(days=1)


class WrongPassword(Refusal):
    sentence = "L’adresse e-mail ou le mot de passe ne convient pas. Vérifiez les deux, puis essayez encore."


class TooManyTries(Refusal):
    sentence = "Trop d’essais. Attendez quelques minutes, ou demandez à l’accueil d’un de nos lieux."


class Credential(Base):
    """Someone's password, as argon2 keeps it."""

    __tablename__ = "credentials"

    staff_id: Mapped[int] = refers_to("staff.id", index=False, primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[Instant]


class SignIn(Base):
    """One browser where somebody is signed in; deleted to sign it out."""

    __tablename__ = "sign_ins"

    id: Mapped[Key]
    staff_id: Mapped[int] = refers_to("staff.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    remembered: Mapped[bool] = mapped_column(default=False)

    staff: Mapped[Staff] = relationship()


class Names(StrEnum):
    """How a calendar feed names people."""

    NONE = "none"
    INITIALS = "initials"
    FULL = "full"


class FeedToken(Base):
    """The secret address of a conseiller's calendar; revoked ones stay, to answer 410."""

    __tablename__ = "feed_tokens"

    id: Mapped[Key]
    staff_id: Mapped[int] = refers_to("staff.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    names: Mapped[Names] = one_of(Names, "feed_names")
    created_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]
    used_at: Mapped[Instant | None]
    """To the hour."""

    staff: Mapped[Staff] = relationship()


class Try(StrEnum):
    """What is counted so that it cannot be guessed or exhausted."""

    PASSWORD = "password"
    CODE = "code"
    CODE_ADDRESS = "code_address"
    HOLD_ADDRESS = "hold_address"
    FEED = "feed"
    """Ten reads of a calendar."""


class Attempt(Base):
    """One try, by whom as a fingerprint; kept a day."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_what_who_at", "what", "who", "at"),)

    id: Mapped[Key]
    what: Mapped[Try] = one_of(Try, "attempt_what")
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[Instant] = mapped_column(index=True)


def sign_in_with(token: str) -> Select[SignIn]:
    return select(SignIn).where(SignIn.token_hash == fingerprint(token)).options(joinedload(SignIn.staff))


def feed_with(token: str) -> Select[FeedToken]:
    return select(FeedToken).where(FeedToken.token_hash == fingerprint(token)).options(joinedload(FeedToken.staff))


def tries_since(what: Try, who: str, since: datetime) -> Select[int]:
    return (
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.what == what, Attempt.who == fingerprint(who), Attempt.at > since)
    )


def tries_summed(what: Try, who: str, since: datetime) -> Select[int, datetime | None]:
    """How many, and the last of them."""
    counted = Attempt.what == what, Attempt.who == fingerprint(who), Attempt.at > since
    return select(func.count(), func.max(Attempt.at)).select_from(Attempt).where(*counted)


def tries_of(what: Try, who: str) -> Delete:
    return delete(Attempt).where(Attempt.what == what, Attempt.who == fingerprint(who))


def sign_ins_of(staff_id: int) -> Delete:
    """Every browser of somebody."""
    return delete(SignIn).where(SignIn.staff_id == staff_id)


def sign_ins_open(staff_id: int, now: datetime) -> Select[int]:
    """In how many browsers somebody is signed in."""
    return select(func.count()).select_from(SignIn).where(SignIn.staff_id == staff_id, SignIn.expires_at > now)


def credentials_of_examples() -> Select[Credential]:
    """Of the accounts that `flask demo` makes."""
    examples = Staff.email.like("%@exemple.fr")
    return select(Credential).join(Staff, Staff.id == Credential.staff_id).where(examples).order_by(Staff.id)
