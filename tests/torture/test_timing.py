"""Known and unknown answered as fast: medians of a thousand measures each, side by side (RELIABILITY.md K03)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import delete

from cnapp.base.database import db, transaction
from cnapp.domain.accounts import Attempt, Credential, WrongPassword
from cnapp.domain.outbox import Channel
from cnapp.services import accounts, forgotten_passwords, lost_codes
from cnapp.services.accounts import HASHER, Entrance
from cnapp.web.application import Application
from tests.factories import LINK_KEY, keep, make_appointment, make_staff
from tests.support import FrozenClock
from tests.torture.crowd import sized

pytestmark = pytest.mark.torture
MOST_APART = 0.005
KNOWN, UNKNOWN = "nadia@exemple.fr", "personne@exemple.fr"


@pytest.fixture(autouse=True)
def somebody(app: Application, clock: FrozenClock) -> Iterator[None]:
    """A colleague with a password as the product hashes it, and a citizen with an appointment, of one address."""
    staff = make_staff("Nadia", email=KNOWN)
    whole = {"staff_id": staff.id, "password_hash": HASHER.hash("une phrase courte"), "changed_at": clock()}
    keep(Credential(**whole))
    make_appointment(email=KNOWN)
    yield


def apart(ask: Callable[[str], None]) -> float:
    """In pairs, so that whatever else the machine does slows both alike."""
    took: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for number in range(sized(1000)):
        for contact in (KNOWN, UNKNOWN) if number % 2 else (UNKNOWN, KNOWN):
            with transaction():
                db.session.execute(delete(Attempt))
            begun = perf_counter()
            ask(contact)
            took[contact].append(perf_counter() - begun)
    return abs(median(known - unknown for known, unknown in zip(*took.values(), strict=True)))


def test_a_forgotten_password(clock: FrozenClock) -> None:
    def ask(email: str) -> None:
        with transaction():
            forgotten_passwords.ask(email, address="192.0.2.1", link_key=LINK_KEY, now=clock())

    assert apart(ask) < MOST_APART


def test_a_lost_code(clock: FrozenClock) -> None:
    def ask(email: str) -> None:
        with transaction():
            lost_codes.ask(Channel.EMAIL, email, address="192.0.2.1", now=clock())

    assert apart(ask) < MOST_APART


def test_signing_in(clock: FrozenClock) -> None:
    def ask(email: str) -> None:
        entrance = Entrance(email, "pas le bon", "192.0.2.1")
        with transaction():
            accounts.knock(entrance, now=clock())
        with pytest.raises(WrongPassword):
            accounts.recognise(entrance, now=clock())

    assert apart(ask) < MOST_APART
