"""What changed at a place since its desk last said « j’ai lu »."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.services import appointments, desks
from cnapp.services.appointments import people_concerned
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.booking import aim, begin, book, hold
from tests.factories import make_motif, make_place, make_presence, metz
from tests.support import FrozenClock, Page, submit, visit
from tests.web.desk.counter import open_desk

THURSDAY = "2026-12-03"


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny")


@pytest.fixture
def desk(client: FlaskClient, borny: Place) -> Staff:
    return open_desk(client, borny)


@pytest.fixture
def motif(borny: Place) -> Motif:
    make_presence(f"{THURSDAY} 09:00", "17:00", place=borny)
    return make_motif(duration_minutes=30)


def booked(motif: Motif, place: Place, at: str, *, now: datetime) -> Appointment:
    return book(aim(motif, place, at), now=now)


def move(appointment: Appointment, place: Place, at: str, *, now: datetime) -> None:
    target = aim(appointment.motif, place, at)
    draft_id = begin(now=now)
    hold(draft_id, target, now=now)
    taking = target.taking(draft_id)
    with transaction(appointment.conseiller_id, *people_concerned(taking)):
        appointments.move(appointment, taking, by=By.citizen(), now=now)


def cancel(appointment: Appointment, by: By, *, now: datetime) -> None:
    with transaction(appointment.conseiller_id):
        appointments.cancel(appointment, by=by, now=now)


def news(page: Page) -> list[str]:
    return [" ".join(each.get_text().split()) for each in page.html.select(".news li")]


def test_bookings_moves_and_cancellations_are_told_the_newest_first(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, clock: FrozenClock
) -> None:
    assert "changement" not in visit(client, "/accueil/").text
    made = booked(motif, borny, f"{THURSDAY} 09:00", now=clock())
    moved = booked(motif, borny, f"{THURSDAY} 10:00", now=clock())
    gone = booked(motif, borny, f"{THURSDAY} 11:00", now=clock())
    clock.advance(minutes=1)
    move(moved, borny, f"{THURSDAY} 14:00", now=clock())
    clock.advance(minutes=1)
    cancel(gone, By.citizen(), now=clock())
    assert made
    assert news(visit(client, "/accueil/")) == [
        "Marie S. a annulé le rendez-vous du jeudi 3 décembre à 11 h",
        "Marie S. vient jeudi 3 décembre à 14 h, et non plus jeudi 3 décembre à 10 h",
        "Marie S. : rendez-vous pris pour jeudi 3 décembre à 9 h",
    ]


def test_what_was_read_is_not_told_again_and_what_came_meanwhile_is(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, clock: FrozenClock
) -> None:
    booked(motif, borny, f"{THURSDAY} 09:00", now=clock())
    clock.advance(minutes=1)
    page = visit(client, "/accueil/")
    booked(motif, borny, f"{THURSDAY} 10:00", now=clock())
    clock.advance(minutes=1)
    read = submit(client, page, {}, "/accueil/lu")
    assert read.address == "/accueil/"
    assert news(read) == ["Marie S. : rendez-vous pris pour jeudi 3 décembre à 10 h"]
    assert news(submit(client, read, {}, "/accueil/lu")) == []
    assert news(submit(client, page, {}, "/accueil/lu")) == []


def test_one_that_leaves_is_told_where_it_was_and_where_it_goes(
    client: FlaskClient, other_client: FlaskClient, desk: Staff, borny: Place, motif: Motif, clock: FrozenClock
) -> None:
    agora = make_place("Agora")
    make_presence("2026-12-04 09:00", "17:00", place=agora)
    open_desk(other_client, agora)
    made = booked(motif, borny, f"{THURSDAY} 09:00", now=clock())
    move(made, agora, "2026-12-04 10:00", now=clock())
    assert news(visit(client, "/accueil/")) == [
        "Marie S. ne vient plus ici jeudi 3 décembre à 9 h : le rendez-vous est à un autre lieu"
    ]
    assert news(visit(other_client, "/accueil/")) == [
        "Marie S. vient vendredi 4 décembre à 10 h, et non plus jeudi 3 décembre à 9 h"
    ]


def test_what_the_same_hand_did_needs_no_telling_and_a_colleagues_does(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, clock: FrozenClock
) -> None:
    made = booked(motif, borny, f"{THURSDAY} 09:00", now=clock())
    with transaction():
        desks.look(desk, borny, now=clock())
    clock.advance(minutes=1)
    cancel(made, By.staff(desk, "Sonia"), now=clock())
    assert news(visit(client, "/accueil/")) == []
    submit(client, visit(client, "/accueil/poste"), {"hand": "Marc"}, "/accueil/poste")
    assert len(news(visit(client, "/accueil/"))) == 1


def test_far_days_other_places_and_other_pages_are_left_out(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, clock: FrozenClock
) -> None:
    agora = make_place("Agora")
    make_presence("2026-12-15 09:00", "17:00", place=borny)
    make_presence(f"{THURSDAY} 09:00", "17:00", place=agora)
    booked(motif, borny, "2026-12-15 09:00", now=clock())
    booked(motif, agora, f"{THURSDAY} 09:00", now=clock())
    assert news(visit(client, "/accueil/")) == []
    booked(motif, borny, f"{THURSDAY} 09:00", now=clock())
    assert news(visit(client, f"/accueil/{THURSDAY}")) == []


@pytest.mark.parametrize("until", ["", "hier", "2026-11-30T08:00:00", "2027-01-01T00:00:00+00:00"])
def test_a_forged_reading_is_not_understood(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, clock: FrozenClock, until: str
) -> None:
    booked(motif, borny, f"{THURSDAY} 09:00", now=clock())
    assert submit(client, visit(client, "/accueil/"), {"until": until}, "/accueil/lu").status == 422
    assert desks.looked_at(desk, borny) is None


def test_a_desk_that_never_read_is_told_of_seven_days(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, clock: FrozenClock
) -> None:
    booked(motif, borny, f"{THURSDAY} 09:00", now=metz("2026-11-23 07:00"))
    booked(motif, borny, f"{THURSDAY} 10:00", now=metz("2026-11-23 09:00"))
    page = visit(client, "/accueil/")
    assert "Depuis lundi 23 novembre à 8 h" in page.text
    assert news(page) == ["Marie S. : rendez-vous pris pour jeudi 3 décembre à 10 h"]
