"""A plan from the illness to the yes: what leaves when it is applied, and nothing when it is undone in time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.calls import Call
from cnapp.domain.plan_queries import last_displacement
from cnapp.domain.plans import RecoveryPlan, Standing
from cnapp.web.application import Application
from tests.delivery.mailing import Mail, links_in, mailing, text_of
from tests.factories import make_appointment, make_place, make_presence, make_staff
from tests.services.test_plan_work import DAY, Town, as_proposed
from tests.support import FrozenClock, submit, visit


@pytest.fixture
def mail(app: Application, clock: FrozenClock) -> Iterator[Mail]:
    with mailing(app, clock) as mail:
        yield mail


@pytest.fixture
def town(mail: Mail) -> Town:
    """Both can be written to; the second has a landline as well."""
    town = Town(mail.app, mail.clock)
    lea, paul = (each.person for each in town.appointments)
    with transaction():
        lea.write_to("lea@exemple.fr")
        paul.write_to("paul@exemple.fr")
        paul.phone = "+33387123456"
    return town


def applied(town: Town) -> RecoveryPlan:
    plan = town.fall_ill()
    assert len(town.apply(plan, as_proposed(town.open(plan))).done) == len(town.appointments)
    return plan


def elsewhere(town: Town) -> None:
    """Hugo is at a place nearby at the same time, where somebody comes to him at a quarter past eleven."""
    presence = make_presence(f"{DAY} 09:00", "12:00", conseiller=make_staff("Hugo"), place=make_place("Sablon"))
    make_appointment(presence, f"{DAY} 11:15", motif=town.appointments[0].motif)


def test_the_letters_leave_five_minutes_later_and_one_says_yes(mail: Mail, town: Town, client: FlaskClient) -> None:
    elsewhere(town)
    applied(town)
    mail.clock.advance(minutes=4)
    assert [each for each in mail.send() if "@exemple.fr" in each["To"] and "anne" not in each["To"]] == []
    mail.clock.advance(minutes=1)
    letters = {str(each["To"]): each for each in mail.send()}
    assert set(letters) == {"lea@exemple.fr", "paul@exemple.fr"}
    assert all("Le lieu change : Sablon" in text_of(each) for each in letters.values())
    assert "nous vous appellerons" in text_of(letters["paul@exemple.fr"])
    assert "cette heure reste la vôtre" in text_of(letters["lea@exemple.fr"])
    submit(client, visit(client, links_in(letters["lea@exemple.fr"])[0]), action="/proposition")
    standings = {line_of_appointment(each.id) for each in town.appointments}
    assert standings == {Standing.ACCEPTED, Standing.PROPOSED}


def line_of_appointment(appointment_id: int) -> Standing:
    return db.session.scalars(last_displacement(appointment_id)).one().standing


def test_undone_in_time_nobody_reads_of_it(mail: Mail, town: Town) -> None:
    elsewhere(town)
    plan = applied(town)
    mail.clock.advance(minutes=2)
    assert len(town.undo(plan).undone) == len(town.appointments)
    mail.clock.advance(minutes=60)
    texts = [text_of(each) for each in mail.send() if each["To"] in ("lea@exemple.fr", "paul@exemple.fr")]
    assert len(texts) == len(town.appointments)
    assert all("n’a pas lieu" in text and "Sablon" not in text for text in texts)


def test_of_today_it_leaves_at_once_and_is_called_first(mail: Mail, town: Town) -> None:
    mail.clock.set(f"{DAY} 07:35")
    elsewhere(town)
    applied(town)
    told = [each["To"] for each in mail.send() if each["To"] in ("lea@exemple.fr", "paul@exemple.fr")]
    assert sorted(told) == ["lea@exemple.fr", "paul@exemple.fr"]
    assert [(call.at_once, call.due_at) for call in db.session.scalars(select(Call))] == [(True, mail.clock())]
