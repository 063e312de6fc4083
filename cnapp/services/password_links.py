"""Choosing a password by an address that serves once, handed over or asked for: nobody else ever knows the password."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db
from cnapp.base.tokens import fingerprint, new_token
from cnapp.domain.accounts import (
    PASSWORD_LINK_LASTS,
    LinkOver,
    LinkUnknown,
    OwnLink,
    PasswordLink,
    TooManyTries,
    Try,
    password_link_with,
    password_links_ended,
    password_links_handed,
    sign_ins_of,
)
from cnapp.domain.people import Staff
from cnapp.services import attempts
from cnapp.services.accounts import Entrance, forget_tries, may_enter, set_password
from cnapp.services.journal import By, record_about
from cnapp.services.people import about

TRIES_OF_ADDRESS = 30
"""Addresses that nobody was given, opened from one place: a whole town hall stands behind one."""


def make(staff: Staff, maker: Staff, *, by: By, now: datetime) -> str:
    """The token of a new address, which is kept nowhere; an older one dies. The caller locks the person.

    Raises OwnLink: whoever is signed in changes their password with the present one.
    """
    if staff.id == maker.id:
        raise OwnLink
    db.session.execute(password_links_ended(staff.id))
    token = new_token()
    times = {"created_at": now, "expires_at": now + PASSWORD_LINK_LASTS}
    link = PasswordLink(staff_id=staff.id, token_hash=fingerprint(token), made_by_id=maker.id, **times)
    db.session.add(link)
    record_about(about(staff), "link_made", by=by, now=now)
    return token


def link_at(token: str, *, now: datetime) -> PasswordLink:
    """Raises LinkUnknown; LinkOver once it has served, is too old, or its person may not enter."""
    link = db.session.scalar(password_link_with(token))
    if link is None:
        raise LinkUnknown
    if not link.opens(now) or not may_enter(link.staff, now):
        raise LinkOver
    return link


def refuse_guessing(address: str, *, now: datetime) -> None:
    """Raises TooManyTries."""
    if attempts.count(Try.PASSWORD, _guesser(address), now=now) >= TRIES_OF_ADDRESS:
        raise TooManyTries


def note_guess(address: str, *, now: datetime) -> None:
    attempts.note(Try.PASSWORD, _guesser(address), now=now)


def _guesser(address: str) -> str:
    return f"link {address}"


def choose(token: str, new: str, *, now: datetime) -> None:
    """Their password from now on; every browser is signed out, every other link ends. The caller locks the person.

    Raises LinkOver also where another request came first, and PasswordTooShort.
    """
    link = link_at(token, now=now)
    link.used_at = now
    db.session.flush()
    set_password(link.staff, new, now=now)
    db.session.execute(sign_ins_of(link.staff_id))
    record_about(about(link.staff), "password_chosen", by=By.staff(link.staff), now=now)


def forget_wrong_tries(staff: Staff, address: str, *, now: datetime) -> None:
    """Whoever has just chosen a password does not wait for having forgotten the old one."""
    forget_tries(Entrance(staff.email, "", address), now)


def last_link_of(staff: Staff, *, now: datetime) -> PasswordLink | None:
    """The one that was handed over, and waits to be used."""
    return db.session.scalar(password_links_handed(now).where(PasswordLink.staff_id == staff.id).limit(1))


def waiting(now: datetime) -> set[int]:
    """Whoever was handed a link that has not served yet."""
    return set(db.session.scalars(password_links_handed(now).with_only_columns(PasswordLink.staff_id)))
