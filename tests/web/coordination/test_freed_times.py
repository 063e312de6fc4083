"""A cancelled workshop gives time back: whoever lost theirs or waits is proposed it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.people import Staff
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import Way
from cnapp.domain.workshops import Workshop
from cnapp.services import plan_work, workshops
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import make_absence, make_displaced, make_place, make_presence, make_staff, make_workshop
from tests.support import FrozenClock, submit, visit

DAY = "2026-12-03"


@pytest.fixture
def cancelled(app: Application, anne: Staff, clock: FrozenClock) -> Workshop:
    workshop = make_workshop(f"{DAY} 09:00", minutes=120, place=make_place("Borny"), leader=make_staff("Hugo"))
    with transaction(*(each.id for each in workshop.sessions[0].leaders)):
        workshops.cancel(workshop, by=By.staff(anne), settings=app.settings, now=clock())
    return workshop


def test_opened_to_appointments_it_is_proposed_to_whoever_lost_their_time(
    client: FlaskClient, cancelled: Workshop, clock: FrozenClock
) -> None:
    nadia = make_staff("Nadia")
    lost = make_presence(f"{DAY} 14:00", "17:00", conseiller=nadia, place=cancelled.place)
    line = make_displaced(lost, f"{DAY} 14:00")
    for absent in db.session.scalars(select(Staff).where(Staff.receives)).all():
        make_absence(absent, f"{DAY} 12:00", f"{DAY} 18:00")

    page = visit(client, f"/coordination/ateliers/{cancelled.public_id}")
    assert "Du temps s’est libéré" in page.text
    page = visit(client, f"/coordination/ateliers/{cancelled.public_id}/temps-libre")
    assert "1 rendez-vous a perdu son heure" in page.text
    assert "1 permanence est ouverte." in submit(client, page, action="").text

    found = plan_work.look(line.plan, now=clock()).proposals[line.id]
    assert (found.way, found.option and found.option.conseiller_name) == (Way.SAME_DAY, "Hugo")


def test_a_second_press_opens_nothing_twice(client: FlaskClient, cancelled: Workshop) -> None:
    page = visit(client, f"/coordination/ateliers/{cancelled.public_id}/temps-libre")
    submit(client, page)
    assert "Aucun temps à ouvrir" in submit(client, page).text
    made = select(Presence).where(Presence.takes_appointments, Presence.withdrawn_at.is_(None))
    assert len(db.session.scalars(made).all()) == 1
    assert "Du temps s’est libéré" not in visit(client, f"/coordination/ateliers/{cancelled.public_id}").text
