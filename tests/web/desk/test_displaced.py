"""Who lost their time, at the desk: told of when they come all the same, given another time, found, cancelled."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.domain.absences import Cause
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement, Standing
from cnapp.services import absences
from cnapp.services.journal import By
from tests.factories import (
    make_absence,
    make_appointment,
    make_desk,
    make_displaced,
    make_presence,
    make_staff,
    make_workshop,
    metz,
)
from tests.support import FrozenClock, count_queries, sign_in, visit
from tests.web.desk.appointments import booked, cancel, happened, move, page_of, search

TODAY, TOMORROW = "2026-11-30", "2026-12-01"


@pytest.fixture
def desk(client: FlaskClient, borny: Place) -> Staff:
    """At the counter of Borny."""
    staff = make_desk(borny)
    sign_in(client, staff.email, at_place_id=borny.id)
    return staff


@pytest.fixture
def nadia(borny: Place) -> Staff:
    return make_staff("Nadia")


@pytest.fixture
def lost(borny: Place, motif: Motif, nadia: Staff) -> Appointment:
    """Today at half past ten; the place receives again ten days later."""
    make_presence("2026-12-10 09:00", "12:00", place=borny, conseiller=nadia)
    presence = make_presence(f"{TODAY} 09:00", "12:00", place=borny, conseiller=nadia)
    line = make_displaced(presence, f"{TODAY} 10:30", motif=motif, name="Marie Schmitt")
    return db.session.get_one(Appointment, line.appointment_id)


def standing(appointment: Appointment) -> Standing:
    db.session.rollback()
    db.session.expire_all()
    mine = select(Displacement).where(Displacement.appointment_id == appointment.id)
    return db.session.scalars(mine).one().standing


def test_who_may_come_all_the_same_stands_on_top_with_what_to_say(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, lost: Appointment, nadia: Staff
) -> None:
    presence = make_presence(f"{TOMORROW} 09:00", "12:00", place=borny, conseiller=nadia)
    make_displaced(presence, f"{TOMORROW} 09:00", motif=motif, name="Ali Ben Salah")
    later = make_presence("2026-12-02 09:00", "12:00", place=borny, conseiller=nadia)
    make_displaced(later, "2026-12-02 09:00", motif=motif, name="Jean Weber")
    page = visit(client, "/accueil/")
    panel = " ".join(page.html.select(".to-watch")[0].get_text(" ").split())
    assert panel.startswith("N’ont plus d’heure")
    assert "Votre rendez-vous n’est pas annulé : nous vous cherchons une autre heure" in panel
    assert "10 h 30 : Marie S." in panel
    assert "Demain, 9 h : Ali B." in panel
    assert "Jean" not in panel
    assert page.html.select(f'a[href="{page_of(lost, "/deplacer")}"]')
    assert "À replacer" in page.text and "Aucun rendez-vous, 1 à replacer" in page.text
    assert "N’ont plus d’heure" not in visit(client, f"/accueil/{TOMORROW}").text


def test_another_place_is_told_of_its_own_alone(
    client: FlaskClient, desk: Staff, sablon: Place, motif: Motif, nadia: Staff
) -> None:
    """A02."""
    presence = make_presence(f"{TODAY} 09:00", "12:00", place=sablon, conseiller=nadia)
    line = make_displaced(presence, f"{TODAY} 11:00", motif=motif)
    theirs = db.session.get_one(Appointment, line.appointment_id)
    assert "N’ont plus d’heure" not in visit(client, "/accueil/").text
    for last in ("", "/deplacer", "/annuler"):
        assert visit(client, page_of(theirs, last)).status == 404


def test_the_desk_gives_another_time_at_the_counter(client: FlaskClient, desk: Staff, lost: Appointment) -> None:
    page = visit(client, page_of(lost))
    assert "Cette heure n’est plus possible." in page.text
    assert "Donner une autre heure" in page.text
    asked = visit(client, page_of(lost, "/deplacer"))
    assert "Elle n’est plus possible : la personne attend une autre heure." in asked.text
    assert asked.html.h1.get_text(strip=True) == "Donner une autre heure" and "Garder l’heure" not in asked.text
    paper = move(client, lost, "borny@20261210T0800Z", asked)
    assert paper.address == page_of(lost, "/papier")
    assert "jeudi 10 décembre 2026 à 9 h" in paper.text
    assert lost.status is Status.BOOKED
    assert standing(lost) is Standing.SETTLED
    assert happened(lost) == ["booked", "displaced", "moved"]
    assert "N’ont plus d’heure" not in visit(client, "/accueil/").text
    assert move(client, lost, "borny@20261210T0800Z", asked).address == paper.address
    assert happened(lost) == ["booked", "displaced", "moved"]


def test_the_desk_gives_the_same_hour_with_a_colleague(
    client: FlaskClient, desk: Staff, borny: Place, lost: Appointment, nadia: Staff
) -> None:
    make_absence(nadia, f"{TODAY} 08:00", f"{TODAY} 18:00")
    make_presence(f"{TODAY} 09:00", "12:00", place=borny, conseiller=make_staff("Hugo"))
    move(client, lost, "borny@20261130T0930Z")
    assert (lost.status, lost.conseiller.first_name) == (Status.BOOKED, "Hugo")
    assert standing(lost) is Standing.SETTLED


def test_even_when_its_hour_has_passed(client: FlaskClient, desk: Staff, lost: Appointment, clock: FrozenClock) -> None:
    clock.set(f"{TODAY} 12:30")
    sign_in(client, desk.email, at_place_id=desk.places[0].id)
    assert "10 h 30 : Marie S." in visit(client, "/accueil/").text
    move(client, lost, "borny@20261210T0800Z")
    assert lost.starts_at == metz("2026-12-10 09:00")


def test_the_desk_finds_it_and_cancels_it(client: FlaskClient, desk: Staff, lost: Appointment) -> None:
    found = search(client, "schmitt")
    assert "1 rendez-vous trouvé" in found.text
    assert "À replacer" in found.text
    assert cancel(client, lost, "person-helped").status == 200
    assert lost.status is Status.EXCUSED
    assert standing(lost) is Standing.ENDED
    assert happened(lost) == ["booked", "displaced", "cancelled"]


def test_what_changed_since_this_desk_last_read(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, nadia: Staff, clock: FrozenClock
) -> None:
    appointment = booked(borny, motif, "2026-12-03 09:00")
    span = Span(metz("2026-12-03 08:00"), metz("2026-12-03 18:00"))
    clock.advance(minutes=1)
    with transaction(appointment.conseiller_id):
        wanted = absences.Wanted([appointment.conseiller], span, Cause.ILLNESS)
        plan = absences.enter(wanted, by=By.staff(nadia), now=clock())
    sentence = "Marie S. n’a plus d’heure jeudi 3 décembre à 9 h : la coordination en cherche une autre"
    assert sentence in visit(client, "/accueil/").text
    day = visit(client, "/accueil/2026-12-03").text
    assert "Absence notée de 9 h à 12 h" in day
    clock.advance(minutes=1)
    with transaction(appointment.conseiller_id):
        absences.withdraw(absences.of_plan(plan)[0], by=By.staff(nadia), now=clock())
    assert "Marie S. vient de nouveau jeudi 3 décembre à 9 h" in visit(client, "/accueil/").text


def test_a_workshop_without_its_leader_says_so(
    client: FlaskClient, desk: Staff, borny: Place, nadia: Staff, clock: FrozenClock
) -> None:
    make_workshop(f"{TODAY} 14:00", leader=nadia, place=borny)
    span = Span(metz(f"{TODAY} 08:00"), metz(f"{TODAY} 18:00"))
    with transaction(nadia.id):
        absences.enter(absences.Wanted([nadia], span, Cause.ILLNESS), by=By.staff(nadia), now=clock())
    assert "Personne ne l’anime pour le moment : la coordination cherche." in visit(client, "/accueil/").text


def test_the_day_asks_as_many_questions_however_many_lost_their_time(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, nadia: Staff, lost: Appointment
) -> None:
    with count_queries() as few:
        visit(client, "/accueil/")
    for hour in ("14", "15", "16"):
        presence = make_presence(f"{TODAY} {hour}:00", f"{hour}:50", place=borny, conseiller=nadia)
        make_displaced(presence, f"{TODAY} {hour}:00", motif=motif)
    with count_queries() as many:
        visit(client, "/accueil/")
    assert len(many) == len(few)


def test_the_other_appointments_of_that_day_stay(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, lost: Appointment
) -> None:
    presence = make_presence(f"{TODAY} 09:00", "12:00", place=borny, conseiller=make_staff("Hugo"))
    make_appointment(presence, f"{TODAY} 09:00", motif=motif, name="Paul Klein")
    page = visit(client, "/accueil/")
    assert "1 rendez-vous" in page.text
    row = page.html.select_one(f"#rdv-{lost.public_id}")
    assert row is not None
    assert "is-over" in row["class"]
    assert "Noter l’arrivée" not in row.get_text()
