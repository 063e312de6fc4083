"""Accounts: who may sign in, how wrong passwords are slowed down, what ends a session."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnapp.base.database import db, transaction
from cnapp.base.tokens import fingerprint
from cnapp.domain.accounts import (
    PASSWORD_LINK_LASTS,
    Credential,
    PasswordLink,
    WrongPassword,
    password_link_with,
    password_links_handed,
)
from cnapp.domain.people import Staff
from cnapp.services import accounts
from cnapp.services.accounts import (
    HASHER,
    LONGEST_WAIT,
    NOBODYS_HASH,
    TRIES_ANYWHERE,
    TRIES_HERE,
    Entrance,
    PasswordTooShort,
    PasswordUnchanged,
    SignInWaits,
    wait_after,
)
from cnapp.web.application import Application
from tests.factories import PASSWORD, give_password, keep, make_staff
from tests.support import FrozenClock

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


def nadia(**columns: object) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr", **columns)
    give_password(staff)
    return staff


def at_the_door(password: str = PASSWORD, address: str = HERE, email: str = "nadia@exemple.fr") -> Entrance:
    return Entrance(email, password, address)


def enter(entrance: Entrance, clock: FrozenClock) -> str:
    with transaction():
        accounts.knock(entrance, now=clock())
    staff = accounts.recognise(entrance, now=clock())
    with transaction():
        return accounts.sign_in(staff, entrance, now=clock())


def fail(times: int, clock: FrozenClock, entrance: Entrance | None = None) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            enter(entrance or at_the_door("wrong"), clock)


def test_the_right_password_opens_a_session_for_twenty_hours(app: Application, clock: FrozenClock) -> None:
    staff = nadia()
    token = enter(at_the_door(email="Nadia@Exemple.FR"), clock)
    clock.advance(hours=19, minutes=59)
    assert accounts.who_is(token, now=clock()) == staff
    clock.advance(minutes=1)
    assert accounts.who_is(token, now=clock()) is None


def test_a_remembered_browser_stays_sixty_days(app: Application, clock: FrozenClock) -> None:
    staff = nadia()
    token = enter(Entrance("nadia@exemple.fr", PASSWORD, HERE, remembered=True), clock)
    clock.advance(days=59)
    assert accounts.who_is(token, now=clock()) == staff


def test_only_the_fingerprint_of_a_session_is_kept(app: Application, clock: FrozenClock) -> None:
    nadia()
    token = enter(at_the_door(), clock)
    rows = db.session.execute(db.text("SELECT token_hash FROM sign_ins")).scalars().all()
    assert rows and token not in rows


@pytest.mark.parametrize("email", ["nadia@exemple.fr", "personne@exemple.fr", "", "x" * 300])
def test_the_same_answer_for_whatever_is_wrong(app: Application, clock: FrozenClock, email: str) -> None:
    nadia()
    fail(1, clock, at_the_door("wrong", email=email))


def test_a_disabled_account_and_one_without_password_answer_alike(app: Application, clock: FrozenClock) -> None:
    nadia(disabled_at=clock())
    make_staff(email="nouvelle@exemple.fr")
    fail(1, clock, at_the_door())
    fail(1, clock, at_the_door(email="nouvelle@exemple.fr"))


def test_nobodys_hash_costs_as_much_as_everybodys() -> None:
    assert not HASHER.check_needs_rehash(NOBODYS_HASH)


def test_an_account_that_is_disabled_or_left_loses_its_sessions_at_once(app: Application, clock: FrozenClock) -> None:
    staff = nadia()
    token = enter(at_the_door(), clock)
    with transaction():
        staff.in_post_until = date(2026, 11, 29)
    assert accounts.who_is(token, now=clock()) is None
    with transaction():
        staff.in_post_until, staff.disabled_at = None, clock()
    assert accounts.who_is(token, now=clock()) is None


def test_an_old_hash_is_made_again_at_sign_in(app: Application, clock: FrozenClock) -> None:
    staff = nadia()
    assert HASHER.check_needs_rehash(db.session.get_one(Credential, staff.id).password_hash)
    enter(at_the_door(), clock)
    assert not HASHER.check_needs_rehash(db.session.get_one(Credential, staff.id).password_hash)
    enter(at_the_door(), clock)


def test_after_five_wrong_passwords_one_waits_longer_each_time(app: Application, clock: FrozenClock) -> None:
    nadia()
    fail(TRIES_HERE, clock)
    waits = []
    for _ in range(7):
        with pytest.raises(SignInWaits) as refusal:
            enter(at_the_door(), clock)
        waits.append(refusal.value.wait.total_seconds())
        clock.advance(seconds=waits[-1])
        fail(1, clock)
    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_the_wait_ends_and_the_right_password_forgets_the_wrong_ones(app: Application, clock: FrozenClock) -> None:
    nadia()
    fail(TRIES_HERE, clock)
    clock.advance(seconds=30)
    assert enter(at_the_door(), clock)
    fail(TRIES_HERE, clock)


def test_trying_while_one_must_wait_makes_the_wait_no_longer(app: Application, clock: FrozenClock) -> None:
    nadia()
    fail(TRIES_HERE, clock)
    for _ in range(10):
        with pytest.raises(SignInWaits):
            enter(at_the_door("wrong"), clock)
    clock.advance(seconds=30)
    assert enter(at_the_door(), clock)


def test_a_neighbour_cannot_lock_a_colleague_out(app: Application, clock: FrozenClock) -> None:
    nadia()
    fail(TRIES_HERE, clock)
    assert enter(at_the_door(address=ELSEWHERE), clock)


def test_an_account_tried_from_everywhere_waits_too(app: Application, clock: FrozenClock) -> None:
    nadia()
    for n in range(TRIES_ANYWHERE):
        fail(1, clock, at_the_door("wrong", address=f"198.51.100.{n}"))
    with pytest.raises(SignInWaits):
        enter(at_the_door(address=ELSEWHERE), clock)


def test_an_address_that_tries_every_account_waits(app: Application, clock: FrozenClock) -> None:
    nadia()
    for n in range(accounts.TRIES_OF_ADDRESS):
        fail(1, clock, at_the_door("wrong", email=f"personne{n}@exemple.fr"))
    with pytest.raises(SignInWaits):
        enter(at_the_door(), clock)
    assert enter(at_the_door(address=ELSEWHERE), clock)


@given(st.integers(min_value=-50, max_value=10_000))
def test_no_wait_is_longer_than_fifteen_minutes(too_many: int) -> None:
    assert timedelta() <= wait_after(too_many) <= LONGEST_WAIT


def test_signing_out_closes_one_browser_and_everywhere_closes_all(app: Application, clock: FrozenClock) -> None:
    staff = nadia()
    phone, desk, library = (enter(at_the_door(), clock) for _ in range(3))
    with transaction():
        accounts.sign_out(phone)
    assert accounts.who_is(phone, now=clock()) is None
    assert accounts.browsers_of(staff, now=clock()) == 2
    with transaction(staff.id):
        accounts.sign_out_everywhere(staff, now=clock())
    assert [accounts.who_is(token, now=clock()) for token in (desk, library)] == [None, None]


def test_a_new_password_ends_every_other_session(app: Application, clock: FrozenClock) -> None:
    staff = nadia()
    old = enter(at_the_door(), clock)
    with transaction(staff.id):
        token = accounts.change_password(staff, at_the_door(), "une phrase courte", now=clock())
    assert accounts.who_is(old, now=clock()) is None
    assert accounts.who_is(token, now=clock()) == staff
    fail(1, clock, at_the_door())
    assert enter(at_the_door("une phrase courte"), clock)


def test_a_password_is_long_and_new(app: Application, clock: FrozenClock) -> None:
    staff = nadia()
    for new, refusal in (("court", PasswordTooShort), (PASSWORD, PasswordUnchanged)):
        with pytest.raises(refusal), transaction(staff.id):
            accounts.change_password(staff, at_the_door(), new, now=clock())


def test_a_password_is_given_to_who_had_none(app: Application, clock: FrozenClock) -> None:
    staff = keep(make_staff(email="nadia@exemple.fr"))
    with transaction():
        accounts.set_password(staff, PASSWORD, now=clock())
    assert enter(at_the_door(), clock)


def test_a_password_link_opens_once_for_two_days(app: Application, clock: FrozenClock) -> None:
    staff, coordinator = make_staff(), make_staff("Claire")
    times = {"created_at": clock(), "expires_at": clock() + PASSWORD_LINK_LASTS}
    link = keep(PasswordLink(staff_id=staff.id, made_by_id=coordinator.id, token_hash=fingerprint("secret"), **times))
    assert db.session.scalar(password_link_with("secret")) == link
    assert db.session.scalar(password_link_with("other")) is None

    clock.advance(hours=47, minutes=59)
    assert link.opens(clock())
    assert db.session.scalars(password_links_handed(clock())).all() == [link]
    clock.advance(minutes=1)
    assert not link.opens(clock())
    assert db.session.scalars(password_links_handed(clock())).all() == []
    with transaction():
        link.expires_at, link.used_at = clock() + PASSWORD_LINK_LASTS, clock()
    assert not link.opens(clock())
