"""Codes on cards printed blank: given to no booking by chance, and to one only when the card is used."""

from __future__ import annotations

import pytest

from cnapp.base.database import db, transaction
from cnapp.base.tokens import read_code
from cnapp.domain.appointments import Appointment, Origin
from cnapp.domain.codes import CodeNotReserved, ReservedCode, is_taken
from cnapp.domain.slots import Choice, Door, Wish
from cnapp.services import codes
from cnapp.services.appointments import book_directly
from cnapp.services.journal import By
from cnapp.services.parties import Party, Someone
from tests.factories import LINK_KEY, make_appointment, make_desk, make_motif, make_presence, metz
from tests.support import FrozenClock

pytestmark = pytest.mark.usefixtures("app")


def reserve(clock: FrozenClock) -> str:
    presence = make_presence()
    desk = make_desk(presence.place)
    with transaction():
        return codes.reserve_code(presence.place, desk, now=clock()).code


def book(code: str, clock: FrozenClock) -> Appointment:
    presence, motif = make_presence(), make_motif()
    wish = Wish(motif, (presence.place_id,), door=Door.STAFF)
    choice = Choice(presence.place.slug, metz("2026-12-03 09:00"))
    party, by = Party(Someone("Marie Schmitt"), Origin.COUNTER, code=code), By.staff(make_desk(presence.place))
    with transaction(presence.conseiller_id):
        return book_directly(wish, choice, party=party, by=by, link_key=LINK_KEY, now=clock())


def test_a_card_has_a_code_that_can_be_copied_and_that_no_booking_gets(clock: FrozenClock) -> None:
    code = reserve(clock)
    assert read_code(code) == code
    assert db.session.scalar(is_taken(code))
    assert db.session.scalar(is_taken(make_appointment().code))
    assert not db.session.scalar(is_taken("ZZZZZZZZ"))


def test_a_booking_takes_the_code_of_its_card_once(clock: FrozenClock) -> None:
    code = reserve(clock)
    assert book(code, clock).code == code
    assert db.session.get(ReservedCode, 1) is None
    with pytest.raises(CodeNotReserved):
        book(code, clock)


def test_a_code_of_nobodys_card_is_refused_and_nothing_is_booked(clock: FrozenClock) -> None:
    with pytest.raises(CodeNotReserved):
        book("ZZZZZZZZ", clock)
    assert db.session.query(Appointment).count() == 0
