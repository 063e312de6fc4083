"""A rule changed « à partir du … », reached from one of its presences: before that day it stays."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.services.presences import extend_roster
from tests.factories import make_appointment, make_place, make_presence, make_rule, metz
from tests.support import MORNING, FrozenClock, Page, submit, visit
from tests.web.coordination.claire import told
from tests.web.coordination.presence_pages import change, path, withdraw
from tests.web.coordination.test_rules import preview, spoken

NOW = metz(MORNING)


@pytest.fixture
def rule(nadia: Staff, borny: Place) -> RosterRule:
    """The Tuesdays of December, at Borny, from 9 to 12."""
    make_place("Sablon", slug="sablon")
    rule = make_rule(conseiller=nadia, place=borny, until_on=date(2026, 12, 31))
    with transaction():
        extend_roster(now=NOW, weeks=12)
    return rule


def standing() -> list[Presence]:
    db.session.rollback()
    db.session.expire_all()
    query = select(Presence).where(Presence.withdrawn_at.is_(None)).order_by(Presence.starts_at)
    return list(db.session.scalars(query))


def rules() -> list[RosterRule]:
    return list(db.session.scalars(select(RosterRule).order_by(RosterRule.id)))


def look(client: FlaskClient, day: str = "2026-12-15", **changes: str) -> Page:
    address = f"/coordination/roulements/{rules()[0].public_id}/a-partir-du?jour={day}"
    return preview(client, visit(client, address), **changes)


def save(client: FlaskClient, seen: Page) -> Page:
    return submit(client, seen, action="/a-partir-du")


def test_it_is_reached_from_a_presence(client: FlaskClient, rule: RosterRule) -> None:
    third = standing()[2]
    page = visit(client, path(third))
    assert "Changer seulement ce jour" in page.text
    link = page.html.find("a", string=lambda text: bool(text and "Changer à partir du mardi 15" in text))
    link = link or next(each for each in page.html.select("a.button") if "à partir du" in each.get_text())
    form = visit(client, str(link["href"]))  # type: ignore[index]
    assert form.html.select_one("input[name=from_on]")["value"] == "2026-12-15"  # type: ignore[index]
    by_hand = make_presence("2026-12-03 09:00", "12:00")
    page = visit(client, path(by_hand))
    assert "Changer cette permanence" in page.text and "à partir du" not in page.text


def test_from_that_day_on_all_is_as_wished(client: FlaskClient, rule: RosterRule) -> None:
    kept = [each.id for each in standing()]
    seen = look(client, where="sablon", ends="13:00")
    assert "3 permanences changées" in seen.text
    assert len(rules()) == 1
    done = save(client, seen)
    assert "3 permanences changées" in done.text
    old, new = rules()
    assert (old.until_on, new.from_on, new.until_on) == (date(2026, 12, 14), date(2026, 12, 15), date(2026, 12, 31))
    assert [each.id for each in standing()] == kept
    assert [each.place.slug for each in standing()] == ["borny", "borny", "sablon", "sablon", "sablon"]
    assert [each.rule_id for each in standing()] == [old.id] * 2 + [new.id] * 3
    assert told(Subject.RULE) == ["ended", "created"]


def test_the_roster_makes_nothing_twice_afterwards(client: FlaskClient, rule: RosterRule) -> None:
    save(client, look(client, starts="10:00", weekday="2"))
    before = [(each.id, each.starts_at) for each in standing()]
    with transaction():
        assert extend_roster(now=NOW, weeks=12) == 0
    assert [(each.id, each.starts_at) for each in standing()] == before
    assert [each.starts_at.date().weekday() for each in standing()] == [1, 1, 2, 2, 2]


def test_what_people_decided_stays_and_follows_the_new_rule(client: FlaskClient, rule: RosterRule) -> None:
    booked, edited, gone = standing()[2:]
    make_appointment(booked, "2026-12-15 09:00")
    change(client, edited, ends="12:30")
    withdraw(client, gone)
    seen = look(client, starts="10:00")
    rows = [spoken(row) for row in seen.html.select("table tbody tr")]
    assert "Il y a 1 rendez-vous." in rows[0]
    assert "Elle a été changée à la main." in rows[1] and "Elle a été retirée à la main." in rows[2]
    save(client, seen)
    new = rules()[1]
    assert [db.session.get_one(Presence, each.id).rule_id for each in (booked, edited, gone)] == [new.id] * 3
    assert [each.starts_at for each in standing()][2:] == [metz("2026-12-15 09:00"), metz("2026-12-22 09:00")]
    with transaction():
        assert extend_roster(now=NOW, weeks=12) == 0


def test_one_press_makes_one_rule(client: FlaskClient, rule: RosterRule) -> None:
    seen = look(client, starts="10:00")
    save(client, seen)
    assert save(client, seen).status == 200
    assert len(rules()) == 2


def test_every_second_week_keeps_its_turn(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_rule(conseiller=nadia, place=borny, every_weeks=2, from_on=date(2026, 11, 24), until_on=date(2027, 1, 30))
    with transaction():
        extend_roster(now=NOW, weeks=12)
    days = [each.starts_at.date() for each in standing()]
    save(client, look(client, "2026-12-22", starts="10:00"))
    assert [each.starts_at.date() for each in standing()] == days


@pytest.mark.parametrize(
    ("first", "sentence"),
    [
        ("2026-01-05", "après le premier jour du roulement"),
        ("2026-11-29", "pas dans le passé"),
        ("2027-01-05", "Ce roulement est fini ce jour-là"),
        ("", "Écrivez le premier jour."),
        ("2026-02-31", "Ce jour n’existe pas."),
    ],
)
def test_a_day_outside_is_said(client: FlaskClient, rule: RosterRule, first: str, sentence: str) -> None:
    page = look(client, from_on=first, until_on="2027-06-30")
    assert page.status == 422 and sentence in page.text
    assert len(rules()) == 1


def test_a_booking_made_meanwhile_shows_it_again(client: FlaskClient, rule: RosterRule) -> None:
    seen = look(client, starts="10:00")
    make_appointment(standing()[3], "2026-12-22 09:00")
    again = save(client, seen)
    assert again.status == 409 and "Des permanences ou des rendez-vous ont changé entre-temps" in again.text
    assert len(rules()) == 1
    assert "2 permanences changées" in save(client, again).text


def test_a_colleague_who_ended_it_meanwhile(client: FlaskClient, rule: RosterRule, clock: FrozenClock) -> None:
    seen = look(client, starts="10:00")
    edit = visit(client, f"/coordination/roulements/{rules()[0].public_id}")
    submit(client, preview(client, edit, until_on="2026-12-10"), action=rules()[0].public_id)
    late = save(client, seen)
    assert late.status in (409, 422) and "Ce roulement est fini ce jour-là" in late.text
    assert len(rules()) == 1


def test_no_such_rule_is_no_page(client: FlaskClient, anne: Staff) -> None:
    assert visit(client, "/coordination/roulements/rien/a-partir-du").status == 404
