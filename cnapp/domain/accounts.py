"""Accounts: passwords, sign-ins, calendar addresses, and the counting of tries."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Delete, Index, Select, String, delete, func, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, later, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import fingerprint, signed_token
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place

SIGN_IN_LASTS = timedelta(hours=20)
"""RGAA 13.1: a session of 20 hours or more needs no warning."""
REMEMBERED_LASTS = timedelta(days=60)
DESK_LASTS = timedelta(hours=2)
"""Without any page opened: many people pass behind a shared computer."""
USE_NOTED_EVERY = timedelta(minutes=5)
PASSWORD_LINK_LASTS = timedelta(hours=48)
LETTER_LINK_LASTS = timedelta(minutes=30)
"""Of the link that somebody asks for by e-mail."""
TRIES_KEPT = timedelta(days=1)


class WrongPassword(Refusal):
    sentence = "L’adresse e-mail ou le mot de passe ne convient pas. Vérifiez les deux, puis essayez encore."


class TooManyTries(Refusal):
    sentence = "Trop d’essais. Attendez quelques minutes, ou demandez à l’accueil d’un de nos lieux."


class LinkOver(Refusal):
    sentence = "Ce lien ne marche plus : il a déjà servi, ou il est trop vieux. Demandez-en un autre."


class LinkUnknown(LinkOver):
    """Never given; people read the same."""


class OwnLink(Refusal):
    sentence = "Pour votre propre mot de passe, ouvrez « Mon compte » : l’ancien y est demandé."


class LastCoordinator(Refusal):
    sentence = (
        "Sans ce compte, plus personne ne pourrait coordonner. "
        "Donnez d’abord la coordination à quelqu’un d’autre, qui a déjà choisi son mot de passe."
    )


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
    seen_at: Mapped[Instant | None]
    """When a desk last opened a page, to five minutes."""
    at_place_id: Mapped[int | None] = refers_to("places.id")
    """The place that this browser works for."""
    hand: Mapped[str | None] = mapped_column(String(40))
    """First name of who stands at the shared desk."""

    staff: Mapped[Staff] = relationship()
    at_place: Mapped[Place | None] = relationship()

    def use_is_due(self, now: datetime) -> bool:
        """Whether opening a page makes it last longer, and that was not written just before."""
        seen_at = self.seen_at or self.created_at
        return self.staff.role is Role.DESK and now >= seen_at + USE_NOTED_EVERY

    def use(self, now: datetime) -> None:
        self.seen_at, self.expires_at = now, min(now + DESK_LASTS, self.created_at + SIGN_IN_LASTS)


class PasswordLink(Base):
    """An address handed over or written to once, with which somebody chooses a new password."""

    __tablename__ = "password_links"

    id: Mapped[Key]
    staff_id: Mapped[int] = refers_to("staff.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[Instant | None]
    made_by_id: Mapped[int | None] = refers_to("staff.id")
    """The coordinator who handed it over; none when it was asked for by e-mail."""
    public_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    """What the token of one that was asked for is written again from."""

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])

    def opens(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at

    def token(self, key: str) -> str:
        return password_token(key, self.public_id or "")


def password_token(key: str, public_id: str) -> str:
    """Of a link that was asked for: kept nowhere, and written again when its letter is."""
    return signed_token(key, f"password:{public_id}")


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
    SEARCH = "search"
    """Of people, by a desk."""
    CALLBACK = "callback"
    """Asking to be called back, by number and by address."""


class Attempt(Base):
    """One try, by whom as a fingerprint; kept a day."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_what_who_at", "what", "who", "at"),)

    id: Mapped[Key]
    what: Mapped[Try] = one_of(Try, "attempt_what")
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[Instant] = mapped_column(index=True)


def may_be_remembered(staff: Staff) -> bool:
    """Not on a computer that others use."""
    return staff.role is not Role.DESK


def lasts(staff: Staff, *, remembered: bool) -> timedelta:
    """How long somebody stays signed in."""
    if not may_be_remembered(staff):
        return DESK_LASTS
    return REMEMBERED_LASTS if remembered else SIGN_IN_LASTS


def sign_in_with(token: str) -> Select[SignIn]:
    whole = joinedload(SignIn.staff), joinedload(SignIn.at_place)
    return select(SignIn).where(SignIn.token_hash == fingerprint(token)).options(*whole)


def password_link_with(token: str) -> Select[PasswordLink]:
    whole = joinedload(PasswordLink.staff)
    return select(PasswordLink).where(PasswordLink.token_hash == fingerprint(token)).options(whole)


def password_link_named(public_id: str) -> Select[PasswordLink]:
    whole = joinedload(PasswordLink.staff)
    return select(PasswordLink).where(PasswordLink.public_id == public_id).options(whole)


def password_links_handed(now: datetime) -> Select[PasswordLink]:
    """By the coordination, and not used yet."""
    unused = PasswordLink.used_at.is_(None), PasswordLink.expires_at > now
    return select(PasswordLink).where(*unused, PasswordLink.made_by_id.is_not(None))


def password_links_ended(staff_id: int) -> Delete:
    """All that somebody could still choose a password with."""
    return delete(PasswordLink).where(PasswordLink.staff_id == staff_id, PasswordLink.used_at.is_(None))


def account_at(email: str) -> Select[Staff, Credential | None]:
    """With its password, in one query: as many are asked when there is no such account."""
    known = Credential.staff_id == Staff.id
    return select(Staff, Credential).outerjoin(Credential, known).where(Staff.email == email.casefold())


def with_password() -> Select[int]:
    """Whoever has chosen a password."""
    return select(Credential.staff_id)


def coordinators_entering(day: date) -> Select[int]:
    """Those who can sign in that day."""
    has_not_left = or_(Staff.in_post_until.is_(None), Staff.in_post_until >= day)
    able = Staff.role == Role.COORDINATOR, Staff.disabled_at.is_(None), has_not_left
    return select(Staff.id).where(*able, Staff.id.in_(with_password()))


def feed_with(token: str) -> Select[FeedToken]:
    return select(FeedToken).where(FeedToken.token_hash == fingerprint(token)).options(joinedload(FeedToken.staff))


TRIES_SINCE = (
    select(func.count())
    .select_from(Attempt)
    .where(Attempt.what == later("what"), Attempt.who == later("fingerprint"), Attempt.at > later("since"))
)
"""How many of one kind by one, ready to be sent."""


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
