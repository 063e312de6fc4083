"""Somebody is lacking somewhere: who can go and what it costs, who cannot and why, and the press that sends them."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, OpeningHours, Place
from cnapp.domain.presences import Presence
from cnapp.web.application import Application
from tests.booking import aim, begin, hold
from tests.factories import (
    keep,
    make_absence,
    make_appointment,
    make_motif,
    make_place,
    make_presence,
    make_rule,
    make_staff,
    make_travel,
    make_workshop,
)
from tests.support import FrozenClock, Page, count_queries, submit, values_of, visit

HELP = "/coordination/renfort?lieu=borny&jour=2026-12-03&demi=matin"
FORM = "demi=matin"


def office_hours() -> list[OpeningHours]:
    stretches = ((time(9), time(12)), (time(14), time(17)))
    return [OpeningHours(weekday=day, opens=opens, closes=closes) for day in range(5) for opens, closes in stretches]


@pytest.fixture
def borny(anne: Staff) -> Place:
    return make_place("Borny", slug="borny", opening_hours=office_hours())


@pytest.fixture
def sablon(borny: Place) -> Place:
    sablon = make_place("Sablon", slug="sablon")
    make_travel(borny, sablon, 25)
    return sablon


def ways(page: Page) -> dict[str, str]:
    """Who can go, best first, and what is said of it."""
    found = {}
    for each in page.html.select(".way"):
        lines = " ".join(" ".join(line.get_text(" ").split()) for line in each.select("li"))
        found[each.h3.get_text()] = lines  # type: ignore[union-attr]
    return found


def hindered(page: Page) -> dict[str, str]:
    return {
        row.select_one("th").get_text(): " ".join(row.select_one("td").get_text(" ").split())  # type: ignore[union-attr]
        for row in page.html.select("table tbody tr")
    }


def send(client: FlaskClient, page: Page, person: Staff) -> Page:
    forms = page.html.select("main form[method=post]")
    chosen = next(form for form in forms if values_of(form)["person"] == [person.public_id])
    answer = client.post(str(chosen["action"]), data=values_of(chosen), follow_redirects=True)
    return Page(answer, answer.request.path)


def presences(conseiller: Staff) -> list[tuple[str, str, str]]:
    db.session.rollback()
    theirs = select(Presence).where(Presence.conseiller_id == conseiller.id, Presence.withdrawn_at.is_(None))
    return [
        (each.place.name, f"{each.starts_at:%H:%M}", f"{each.ends_at:%H:%M}")
        for each in db.session.scalars(theirs.order_by(Presence.starts_at))
    ]


def test_who_is_nowhere_goes_first_and_gives_up_nothing(client: FlaskClient, borny: Place, sablon: Place) -> None:
    nadia, hugo = make_staff("Nadia"), make_staff("Hugo", last_name="Lang")
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=sablon)
    page = visit(client, HELP)
    assert "Personne n’y est prévu. Qui y va reçoit avec et sans rendez-vous." in page.text
    assert list(ways(page)) == ["Hugo Lang", "Nadia Benali"]
    assert ways(page)["Hugo Lang"] == (
        "Ne renonce à rien : aucune permanence à ce moment-là. Aucun trajet entre deux lieux ce jour-là."
    )
    done = send(client, page, hugo)
    assert done.address == "/coordination/semaine/2026-W49" and "Hugo Lang y va" in done.text
    assert presences(hugo) == [("Borny", "08:00", "11:00")]


def test_what_is_given_up_is_said_and_withdrawn(client: FlaskClient, borny: Place, sablon: Place) -> None:
    make_motif(duration_minutes=30)
    nadia = make_staff("Nadia")
    columns = {"conseiller": nadia, "place": sablon, "takes_walk_ins": True, "walk_in_minutes": 60}
    given_up = make_presence("2026-12-03 09:00", "12:00", **columns)
    make_presence("2026-12-03 14:00", "17:00", conseiller=nadia, place=sablon)
    page = visit(client, HELP)
    assert ways(page)["Nadia Benali"] == (
        "Sablon : la permanence de 9 h à 12 h est retirée. "
        "Rendez-vous qui ne sont plus proposés : 2 heures. "
        "Sans rendez-vous, plus personne n’y est reçu pendant ce temps. "
        "Attention : il n’y aurait plus personne dans ce lieu. "
        "Trajet : 25 minutes après, vers Sablon."
    )
    assert send(client, page, nadia).status == 200
    assert presences(nadia) == [("Borny", "08:00", "11:00"), ("Sablon", "13:00", "16:00")]
    db.session.expire_all()
    assert db.session.get_one(Presence, given_up.id).withdrawn_at


def test_what_holds_appointments_is_shortened_around_them(client: FlaskClient, borny: Place, sablon: Place) -> None:
    nadia, motif = make_staff("Nadia"), make_motif()
    long = make_presence("2026-12-03 09:00", "17:00", conseiller=nadia, place=sablon, pause="12:00-13:00")
    make_appointment(long, "2026-12-03 14:00", motif=motif)
    page = visit(client, HELP)
    assert "Sablon : la permanence de 9 h à 17 h devient de 13 h à 17 h." in ways(page)["Nadia Benali"]
    assert "Rendez-vous qui ne sont plus proposés : 3 heures." in ways(page)["Nadia Benali"]
    send(client, page, nadia)
    assert presences(nadia) == [("Borny", "08:00", "11:00"), ("Sablon", "12:00", "16:00")]
    afternoon = visit(client, HELP.replace("matin", "apres-midi"))
    assert hindered(afternoon)["Nadia Benali"] == "A déjà, à ce moment-là : 1 rendez-vous."


def test_who_cannot_go_and_why(client: FlaskClient, clock: FrozenClock, borny: Place, sablon: Place) -> None:
    motif, near = make_motif(), make_place("Près d’ici")
    make_travel(borny, near, 10)
    people = {name: make_staff(name) for name in ("Absent", "Booked", "Here", "Leading", "Taken")}
    make_staff("Trainee", in_post_from=date(2026, 12, 4))
    make_absence(people["Absent"], "2026-12-03 08:00", "2026-12-03 10:00")
    booked = make_presence("2026-12-03 09:00", "12:00", conseiller=people["Booked"], place=sablon)
    make_appointment(booked, "2026-12-03 09:00", motif=motif)
    make_appointment(booked, "2026-12-03 10:00", motif=motif)
    make_presence("2026-12-03 11:00", "12:00", conseiller=people["Here"], place=borny)
    make_workshop("2026-12-03 10:00", leader=people["Leading"], place=near)
    make_presence("2026-12-03 10:30", "12:00", conseiller=people["Taken"], place=near)
    hold(begin(now=clock()), aim(motif, near, "2026-12-03 10:30"), now=clock())
    page = visit(client, HELP)
    assert ways(page) == {}
    assert hindered(page) == {
        "Absent Benali": "Une absence est notée de 8 h à 10 h.",
        "Booked Benali": "A déjà, à ce moment-là : 2 rendez-vous.",
        "Here Benali": "Est déjà dans ce lieu, de 11 h à 12 h.",
        "Leading Benali": "A déjà, à ce moment-là : 1 atelier.",
        "Taken Benali": "A déjà, à ce moment-là : 1 réservation en cours.",
        "Trainee Benali": "Cette personne n’est pas en poste ce jour-là.",
    }
    assert "Here Benali y est de 11 h à 12 h." in page.text


def test_travel_too_short_to_what_is_promised(client: FlaskClient, borny: Place, sablon: Place) -> None:
    nadia = make_staff("Nadia")
    after = make_presence("2026-12-03 12:10", "14:00", conseiller=nadia, place=sablon)
    make_appointment(after, "2026-12-03 12:10")
    travel = "Il faut 25 minutes de trajet avec la permanence de 12 h 10 à 14 h (Sablon)."
    assert hindered(visit(client, HELP))["Nadia Benali"] == travel
    page = visit(client, HELP.replace("03&", "04&"))
    assert list(ways(page)) == ["Nadia Benali"]


def test_a_colleague_who_stays_comes_before_an_empty_place(client: FlaskClient, borny: Place, sablon: Place) -> None:
    alone, one, other = make_staff("Alone"), make_staff("One"), make_staff("Other")
    make_presence("2026-12-03 10:00", "12:00", conseiller=alone)
    make_presence("2026-12-03 09:00", "12:00", conseiller=one, place=sablon)
    make_presence("2026-12-03 09:00", "12:00", conseiller=other, place=sablon)
    found = ways(visit(client, HELP))
    assert list(found) == ["One Benali", "Other Benali", "Alone Benali"]
    assert ["plus personne dans ce lieu" in found[name] for name in found] == [False, False, True]


def test_they_receive_as_the_roster_would(client: FlaskClient, borny: Place) -> None:
    hugo = make_staff("Hugo")
    rule = {"weekday": 3, "takes_appointments": False, "takes_walk_ins": True, "walk_in_minutes": 0}
    make_rule(conseiller=make_staff("Nadia", in_post_until=date(2026, 12, 1)), place=borny, **rule)
    page = visit(client, HELP)
    assert "Qui y va reçoit sans rendez-vous." in page.text
    send(client, page, hugo)
    made = db.session.scalars(select(Presence).where(Presence.conseiller_id == hugo.id)).one()
    assert (made.takes_appointments, made.takes_walk_ins, made.rule_id) == (False, True, None)


def test_the_journal_keeps_all_of_it(client: FlaskClient, borny: Place, sablon: Place) -> None:
    nadia = make_staff("Nadia")
    gone = make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=sablon)
    send(client, visit(client, HELP), nadia)
    entries = list(db.session.scalars(select(Entry).where(Entry.subject == Subject.PRESENCE).order_by(Entry.id)))
    assert [each.what for each in entries] == ["withdrawn", "added"]
    told = db.session.scalars(select(Entry).where(Entry.subject == Subject.SERVICE)).one()
    assert told.what == "reinforced"
    assert told.detail == {"week": "2026-W49", "lines": [[gone.id, 1], [entries[1].subject_id, 1]]}


def test_a_booking_made_meanwhile_brings_the_list_back(client: FlaskClient, borny: Place, sablon: Place) -> None:
    nadia = make_staff("Nadia")
    there = make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=sablon)
    page = visit(client, HELP)
    make_appointment(there, "2026-12-03 09:00")
    again = send(client, page, nadia)
    assert again.status == 409 and "La situation a changé entre-temps" in again.text
    assert hindered(again)["Nadia Benali"] == "A déjà, à ce moment-là : 1 rendez-vous."
    assert presences(nadia) == [("Sablon", "08:00", "11:00")]


def test_a_second_press_changes_nothing(client: FlaskClient, borny: Place) -> None:
    hugo = make_staff("Hugo")
    page = visit(client, HELP)
    send(client, page, hugo)
    assert send(client, page, hugo).status == 200
    assert len(presences(hugo)) == 1


@pytest.mark.parametrize(
    ("day", "half", "sentence"),
    [
        ("2026-12-25", "matin", "Ce jour est férié en Moselle"),
        ("2026-12-05", "matin", "Par ses heures, ce lieu est fermé pendant cette demi-journée"),
        ("2026-12-10", "matin", "Ce lieu est fermé ce jour-là."),
        ("2026-12-16", "matin", "Ce lieu n’est pas en service ce jour-là."),
        ("2026-11-27", "matin", "Cette heure est déjà passée"),
    ],
)
def test_where_nobody_is_needed_it_says_so(
    client: FlaskClient, anne: Staff, day: str, half: str, sentence: str
) -> None:
    borny = make_place("Borny", slug="borny", opening_hours=office_hours(), valid_until=date(2026, 12, 15))
    if day == "2026-12-25":
        make_place("Ailleurs", slug="ailleurs", opening_hours=office_hours())
    keep(Closure(place_id=borny.id, starts_on=date(2026, 12, 10), ends_on=date(2026, 12, 10)))
    page = visit(client, HELP.replace("2026-12-03", day).replace("matin", half))
    assert page.status == 200 and sentence in page.text
    assert not page.html.select("main form[method=post]")


def test_a_morning_that_has_begun_is_what_is_left_of_it(
    client: FlaskClient, anne: Staff, borny: Place, clock: FrozenClock
) -> None:
    hugo = make_staff("Hugo")
    clock.set("2026-11-30 09:50")
    page = visit(client, HELP.replace("2026-12-03", "2026-11-30"))
    assert "de 10 h à 12 h" in page.text
    send(client, page, hugo)
    assert presences(hugo) == [("Borny", "09:00", "11:00")]
    clock.set("2026-11-30 11:20")
    assert "déjà passée" in visit(client, HELP.replace("2026-12-03", "2026-11-30")).text


@pytest.mark.parametrize(
    "address",
    [
        "lieu=nulle-part&jour=2026-12-03&demi=matin",
        "lieu=borny&jour=demain&demi=matin",
        "lieu=borny&jour=2026-12-03&demi=soir",
        "lieu=borny&jour=2040-12-03&demi=matin",
        "lieu=borny",
    ],
)
def test_an_address_that_means_nothing_is_no_page(client: FlaskClient, borny: Place, address: str) -> None:
    assert visit(client, f"/coordination/renfort?{address}").status == 404


def test_without_a_place_it_asks_where(client: FlaskClient, borny: Place) -> None:
    page = visit(client, "/coordination/renfort")
    assert "Où manque-t-il quelqu’un" in page.text
    assert [each["value"] for each in page.html.select("select[name=lieu] option")] == ["", "borny"]


def test_nobody_else_can_be_sent(client: FlaskClient, borny: Place) -> None:
    make_staff("Hugo")
    page = visit(client, HELP)
    assert submit(client, page, {"person": "personne"}, action=FORM).status == 404
    desk = make_staff("Rosa", receives=False)
    assert submit(client, page, {"person": desk.public_id}, action=FORM).status == 404
    assert submit(client, page, {"agreed": "autre chose"}, action=FORM).status == 409


def test_forty_conseillers_ask_no_more_than_two(app: Application, client: FlaskClient, borny: Place) -> None:
    motif = make_motif()
    for number in range(2):
        fill(number, motif)
    with count_queries() as for_two:
        visit(client, HELP)
    for number in range(2, 40):
        fill(number, motif)
    with count_queries() as for_forty:
        page = visit(client, HELP)
    assert len(for_forty) == len(for_two)
    assert len(page.html.select(".way, table tbody tr")) == 40


def fill(number: int, motif: object) -> None:
    presence = make_presence("2026-12-03 09:00", "12:00")
    if number % 2:
        make_appointment(presence, "2026-12-03 09:00", motif=motif)
