"""Accounts: signing in and out, passwords, and who a browser is.

A try is counted and committed before the password is looked at: neither a crash nor a crowd of parallel
requests gives anybody more guesses. The wait grows, and it ends: nobody can lock a colleague out for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, or_, select

from cnapp.base.database import db, lock_keys
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.tokens import fingerprint, new_token
from cnapp.base.workdays import day_of
from cnapp.domain.accounts import (
    Attempt,
    Credential,
    SignIn,
    TooManyTries,
    Try,
    WrongPassword,
    account_at,
    lasts,
    may_be_remembered,
    password_links_ended,
    sign_in_with,
    sign_ins_of,
    sign_ins_open,
    tries_of,
    tries_summed,
)
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff, StaffPlace
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence, presences_of
from cnapp.services import attempts
from cnapp.services.journal import By, record_about

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""argon2id as OWASP advises; 19 MiB a sign-in, so that workers stay small."""
NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$U/V0tN24Mt64COF0xFlwFw$/WKXJZljEyrop2NKGsEZ8p4yXkrfJBSiCyrL74N+YMY"
"""Of a random password that nobody knows: looked at when there is no account, so that it takes the same time."""
SHORTEST_PASSWORD = 12
WEEKS_SHOWN = timedelta(weeks=4)

COUNTED = timedelta(hours=1)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
TRIES_HERE = 5
"""On one account from one address."""
TRIES_ANYWHERE = 20
"""On one account from all addresses: a colleague elsewhere is not locked out by one bad neighbour."""
TRIES_OF_ADDRESS = 50
"""On all accounts from one address: a whole town hall stands behind one."""


class SignInWaits(TooManyTries):
    """`wait` is what is left of it."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


class PasswordTooShort(Refusal):
    sentence = "Le nouveau mot de passe doit avoir 12 caractères ou plus."


class PasswordUnchanged(Refusal):
    sentence = "Le nouveau mot de passe est le même que l’ancien. Choisissez-en un autre."


@dataclass(frozen=True)
class Entrance:
    """Somebody at the door: what they typed, and from which address."""

    email: str
    password: str
    address: str
    remembered: bool = False

    @property
    def tries(self) -> dict[str, int]:
        """What is counted, and how many tries of each cost no waiting."""
        account = f"account {self.email.casefold()}"
        return {f"{account} {self.address}": TRIES_HERE, account: TRIES_ANYWHERE, self.of_address: TRIES_OF_ADDRESS}

    @property
    def of_address(self) -> str:
        return f"address {self.address}"


def knock(entrance: Entrance, *, now: datetime) -> None:
    """Counts one more try; to be committed before the password is looked at. Raises SignInWaits."""
    lock_keys(*entrance.tries)
    for who, allowed in entrance.tries.items():
        _wait_if_needed(who, allowed, now)
    for who in entrance.tries:
        attempts.note(Try.PASSWORD, who, now=now)


def _wait_if_needed(who: str, allowed: int, now: datetime) -> None:
    count, last = db.session.execute(tries_summed(Try.PASSWORD, who, now - COUNTED)).one()
    left = last + wait_after(count - allowed) - now if last else timedelta()
    if left > timedelta():
        raise SignInWaits(left)


def wait_after(too_many: int) -> timedelta:
    """30 seconds, then twice as long each time, up to 15 minutes."""
    if too_many < 0:
        return timedelta()
    return min(FIRST_WAIT * (1 << min(too_many, 10)), LONGEST_WAIT)


def recognise(entrance: Entrance, *, now: datetime) -> Staff:
    """Whose e-mail and password these are; the same answer, after the same work, for whatever is wrong with them."""
    staff, credential = db.session.execute(account_at(entrance.email)).one_or_none() or (None, None)
    is_right = _matches(credential.password_hash if credential else NOBODYS_HASH, entrance.password)
    if staff is None or credential is None or not is_right or not may_enter(staff, now):
        raise WrongPassword
    return staff


def _matches(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def may_enter(staff: Staff, now: datetime) -> bool:
    """Not disabled, and not gone; during training one may look around already."""
    return staff.disabled_at is None and (staff.in_post_until is None or day_of(now) <= staff.in_post_until)


def sign_in(staff: Staff, entrance: Entrance, *, now: datetime) -> str:
    """The token of a new sign-in; the tries that led here are forgotten."""
    forget_tries(entrance, now)
    _strengthen(staff, entrance.password)
    return _open(staff, entrance.remembered, now)


def forget_tries(entrance: Entrance, now: datetime) -> None:
    """Of the account all of them, of the address this one only: one good password excuses no spraying."""
    for who in entrance.tries:
        gone = tries_of(Try.PASSWORD, who)
        db.session.execute(gone.where(Attempt.at == now) if who == entrance.of_address else gone)


def _strengthen(staff: Staff, password: str) -> None:
    """A hash made with older parameters is made again."""
    credential = db.session.get_one(Credential, staff.id)
    if HASHER.check_needs_rehash(credential.password_hash):
        credential.password_hash = HASHER.hash(password)


def _open(staff: Staff, remembered: bool, now: datetime) -> str:
    token = new_token()
    remembered = remembered and may_be_remembered(staff)
    times = {"created_at": now, "expires_at": now + lasts(staff, remembered=remembered)}
    db.session.add(SignIn(staff_id=staff.id, token_hash=fingerprint(token), remembered=remembered, **times))
    return token


def signed_in(token: str, *, now: datetime) -> SignIn | None:
    """The sign-in with this token, as long as it lasts and its person may enter."""
    found = db.session.scalar(sign_in_with(token))
    if found is None or found.expires_at <= now or not may_enter(found.staff, now):
        return None
    return found


def who_is(token: str, *, now: datetime) -> Staff | None:
    found = signed_in(token, now=now)
    return found.staff if found else None


def go_on(token: str, *, now: datetime) -> SignIn | None:
    """The same, for a desk that is used: it lasts two hours more."""
    found = signed_in(token, now=now)
    if found:
        found.use(now)
    return found


def sign_out(token: str) -> None:
    db.session.execute(delete(SignIn).where(SignIn.token_hash == fingerprint(token)))


def sign_out_everywhere(staff: Staff, *, now: datetime) -> None:
    db.session.execute(sign_ins_of(staff.id))
    record_about((Subject.STAFF, staff.id), "signed_out_everywhere", by=By.staff(staff), now=now)


def browsers_of(staff: Staff, *, now: datetime) -> int:
    """In how many browsers somebody is signed in."""
    return db.session.scalar(sign_ins_open(staff.id, now)) or 0


def places_of(staff: Staff, *, now: datetime) -> list[str]:
    """Names of the places where somebody works: at the desk, or in the coming weeks as conseiller."""
    ahead = Span(now, now + WEEKS_SHOWN)
    desks = select(StaffPlace.place_id).where(StaffPlace.staff_id == staff.id)
    coming = presences_of(staff.id, ahead).with_only_columns(Presence.place_id).order_by(None)
    names = select(Place.name).where(or_(Place.id.in_(desks), Place.id.in_(coming))).order_by(Place.name)
    return list(db.session.scalars(names))


def set_schedule_letters(staff: Staff, wanted: bool) -> None:
    staff.schedule_letters = wanted


def change_password(staff: Staff, entrance: Entrance, new: str, *, now: datetime) -> str:
    """Every other browser is signed out; this one goes on with the token given back.

    Raises PasswordTooShort, PasswordUnchanged.
    """
    if new == entrance.password:
        raise PasswordUnchanged
    set_password(staff, new, now=now)
    forget_tries(entrance, now)
    db.session.execute(sign_ins_of(staff.id))
    record_about((Subject.STAFF, staff.id), "password_changed", by=By.staff(staff), now=now)
    return _open(staff, entrance.remembered, now)


def set_password(staff: Staff, password: str, *, now: datetime) -> None:
    """Whatever else it could still be chosen with ends. Raises PasswordTooShort."""
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort
    credential = db.session.get(Credential, staff.id) or Credential(staff_id=staff.id)
    credential.password_hash, credential.changed_at = HASHER.hash(password), now
    db.session.add(credential)
    db.session.execute(password_links_ended(staff.id))
