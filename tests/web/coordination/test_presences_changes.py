"""A presence read, changed, withdrawn: bookings hold it, nobody overwrites what another just did, everybody follows."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import Commitment
from cnapp.domain.journal import Subject, entries_about
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Closure, Place, Room
from cnapp.domain.plans import RecoveryPlan
from tests.booking import aim, begin, hold
from tests.factories import (
    give_password,
    keep,
    make_appointment,
    make_motif,
    make_place,
    make_presence,
    make_rule,
    make_staff,
    metz,
)
from tests.support import FrozenClock, count_queries, sign_in, submit, values_of, visit
from tests.web.coordination.presence_pages import NEW, add, change, errors, path, presences, typed, value, withdraw


def test_a_presence_says_all_about_itself(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    rule = make_rule(conseiller=nadia, place=borny, weekday=3)
    presence = make_presence(
        conseiller=nadia,
        place=borny,
        room_id=borny.rooms[0].id,
        pause="10:00-10:15",
        rule_id=rule.id,
        rule_day=date(2026, 12, 3),
    )
    make_appointment(presence, "2026-12-03 11:00", name="Paul Klein", phone="+33612345678")
    page = visit(client, path(presence))
    for words in (
        "Permanence de Nadia Benali",
        "jeudi 3 décembre 2026",
        "9 h – 12 h",
        "Borny , salle 2",
        "10 h – 10 h 15",
        "Sur rendez-vous",
        "d’un roulement",
        "11 h – 11 h 45 Paul Klein",
        "06 12 34 56 78",
    ):
        assert words in page.text, words
    assert page.html.select_one(f'a[href="/coordination/historique/permanence/{presence.public_id}"]')
    assert not page.html.select('main a[href^="/agenda/"]')


def test_whoever_has_the_presence_opens_the_appointments(other_client: FlaskClient, borny: Place) -> None:
    claire = make_staff("Claire", role=Role.COORDINATOR)
    give_password(claire)
    sign_in(other_client, claire.email)
    appointment = make_appointment(make_presence(conseiller=claire, place=borny))
    page = visit(other_client, path(appointment.presence))
    assert page.html.select_one(f'a[href="/agenda/rendez-vous/{appointment.public_id}"]')


def test_a_presence_that_no_longer_fits_says_so(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    keep(Closure(place_id=borny.id, starts_on=date(2026, 12, 3), ends_on=date(2026, 12, 3)))
    assert "Ce lieu est fermé ce jour-là." in visit(client, path(presence)).text


def test_hours_place_room_and_the_rest_change(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=make_place("Sablon"))
    page = change(client, presence, where="borny/salle 2", starts="08:30", receives="les-deux", walk_in_minutes="30")
    assert page.address == path(presence)
    assert "La permanence est changée." in page.text
    db.session.refresh(presence)
    assert (presence.place_id, presence.room_id) == (borny.id, borny.rooms[0].id)
    assert presence.starts_at == metz("2026-12-03 08:30")
    assert (presence.version, presence.walk_in_minutes) == (2, 30)
    assert presence.edited_at


def test_a_change_stays_within_what_is_possible(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_presence("2026-12-03 14:00", "17:00", conseiller=nadia, place=borny)
    presence = make_presence(conseiller=nadia, place=borny)
    assert "Une permanence dure 12 heures au plus" in errors(change(client, presence, ends="22:00"))["ends"]
    other = "Nadia a déjà une permanence ce jour-là, de 14 h à 17 h"
    assert other in errors(change(client, presence, ends="15:00"))["starts"]
    assert change(client, presence, where="").status == 422
    db.session.refresh(presence)
    assert presence.version == 1


def test_bookings_are_kept_and_listed(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    appointment = make_appointment(presence, "2026-12-03 11:00", name="Paul Klein")
    make_place("Sablon", slug="sablon")
    for page in (change(client, presence, where="sablon"), change(client, presence, ends="11:30")):
        assert page.status == 409
        assert page.title.startswith("Erreur")
        assert "11 h – 11 h 45 Paul Klein" in page.text
        assert appointment.shown_code in page.text
        assert "Si vous continuez, rien n’est annulé" in page.text
        assert "Continuer : chercher une autre heure à cette personne" in page.text
    assert value(page, "ends") == "11:30"
    assert change(client, presence, starts="10:00", ends="11:45").status == 200


def test_a_withdrawal_asks_first(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    assert "Retirer cette permanence ?" in visit(client, path(presence, "/retirer")).text
    page = withdraw(client, presence)
    assert page.address == "/coordination/semaine/2026-W49"
    assert "La permanence de Nadia Benali est retirée." in page.text
    db.session.refresh(presence)
    assert presence.withdrawn_at
    assert "Cette permanence est retirée depuis" in visit(client, path(presence)).text
    for name in ("/modifier", "/retirer"):
        refused = visit(client, path(presence, name))
        assert refused.status == 409
        assert "Cette permanence est retirée" in refused.text


def test_a_second_press_withdraws_nothing_more(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    page = visit(client, path(presence, "/retirer"))
    for _ in range(2):
        assert "est retirée." in submit(client, page, action="/retirer").text
    assert len(list(db.session.scalars(entries_about(Subject.PRESENCE, presence.id)))) == 1


def test_with_bookings_nothing_is_withdrawn(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    page = visit(client, path(presence, "/retirer"))
    make_appointment(presence, "2026-12-03 11:00", name="Paul Klein")
    answer = submit(client, page, action="/retirer")
    assert answer.status == 409
    assert "11 h – 11 h 45 Paul Klein" in answer.text
    db.session.refresh(presence)
    assert presence.withdrawn_at is None
    gone = client.post(path(presence, "/retirer"), data=values_of(answer.form("/retirer")))
    plan = db.session.scalars(select(RecoveryPlan)).one()
    assert gone.location == f"/coordination/plans/{plan.public_id}"
    db.session.refresh(presence)
    assert presence.withdrawn_at
    assert db.session.scalars(select(Appointment.status)).all() == [Status.DISPLACED]


def test_whoever_goes_on_with_another_wish_than_they_saw_is_asked_again(
    client: FlaskClient, nadia: Staff, borny: Place
) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    make_appointment(presence, "2026-12-03 11:00", name="Paul Klein")
    make_appointment(presence, "2026-12-03 10:00", name="Léa Roth")
    asked = change(client, presence, ends="11:30")
    button = asked.html.select_one("button[name=displaces]")
    assert button and "Léa Roth" not in asked.text
    pressed = {**values_of(asked.form("/modifier")), "displaces": button["value"]}
    again = client.post(path(presence, "/modifier"), data={**pressed, "ends": "10:30"})
    assert again.status_code == 409 and "Léa Roth" in again.text
    assert client.post(path(presence, "/modifier"), data=pressed).status_code == 303
    db.session.refresh(presence)
    assert presence.ends_at == metz("2026-12-03 11:30")
    assert set(db.session.scalars(select(Appointment.status))) == {Status.DISPLACED, Status.BOOKED}


def test_who_books_right_now_is_not_thrown_out(
    client: FlaskClient, nadia: Staff, borny: Place, clock: FrozenClock
) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    hold(begin(now=clock()), aim(make_motif(), borny, "2026-12-03 09:00"), now=clock())
    for page in (withdraw(client, presence), change(client, presence, starts="10:00")):
        assert page.status == 409
        assert "Une personne est en train de prendre un rendez-vous" in page.text
    assert db.session.query(Commitment).count() == 1


def test_two_coordinators_on_one_presence(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff, borny: Place
) -> None:
    paul = make_staff("Paul", last_name="Weber", role=Role.COORDINATOR, receives=False)
    give_password(paul)
    sign_in(other_client, paul.email)
    presence = make_presence(conseiller=nadia, place=borny)
    mine, removal = visit(client, path(presence, "/modifier")), visit(client, path(presence, "/retirer"))
    change(other_client, presence, ends="12:30")
    page = submit(client, mine, {"starts": "08:00", "ends": "11:00"}, action="/modifier")
    assert page.status == 409
    assert "Paul Weber : permanence changée : fin 12 h 30 (avant : 12 h)" in page.text
    assert (value(page, "starts"), value(page, "ends")) == ("08:00", "11:00")
    db.session.refresh(presence)
    assert presence.ends_at == metz("2026-12-03 12:30")
    told = submit(client, removal, action="/retirer")
    assert told.status == 409
    assert "fin 12 h 30 (avant : 12 h)" in told.text
    assert submit(client, page, {"starts": "08:00", "ends": "11:00"}, action="/modifier").status == 200
    db.session.refresh(presence)
    assert (presence.starts_at, presence.ends_at) == (metz("2026-12-03 08:00"), metz("2026-12-03 11:00"))


def test_a_forged_number_does_not_pass_over_what_happened(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    change(client, presence, ends="12:30")
    for forged in ("", "x", "-1", "９"):
        assert change(client, presence, ends="13:00", number=forged).status == 409


def test_what_is_over_stays_as_it_was(client: FlaskClient, nadia: Staff, borny: Place, clock: FrozenClock) -> None:
    presence = make_presence("2026-11-30 09:00", "12:00", conseiller=nadia, place=borny)
    page = visit(client, path(presence, "/modifier"))
    clock.set("2026-11-30 12:00")
    assert submit(client, page, {"ends": "13:00"}, action="/modifier").status == 422
    assert visit(client, path(presence, "/modifier")).status == 409
    assert "Retirer" not in visit(client, path(presence)).text


@pytest.mark.parametrize("name", ["", "/modifier", "/retirer"])
@pytest.mark.parametrize("called", ["1", "0" * 32, "nouveau"])
def test_an_unknown_presence_is_no_page(client: FlaskClient, anne: Staff, called: str, name: str) -> None:
    assert visit(client, f"/coordination/permanences/{called}{name}").status == 404


def test_the_pages_ask_no_more_for_a_large_town(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    motif = make_motif(duration_minutes=15)
    presence = make_presence("2026-12-03 08:00", "19:00", conseiller=nadia, place=borny)
    make_appointment(presence, "2026-12-03 08:00", motif=motif)
    pages = (NEW, path(presence), path(presence, "/modifier"), path(presence, "/retirer"))
    before = [_asked(client, page) for page in pages]
    for number in range(1, 11):
        make_staff()
        make_place(rooms=[Room(name="salle 1")])
        make_appointment(presence, f"2026-12-03 {8 + number:02}:00", motif=motif)
    assert [_asked(client, page) for page in pages] == before


def _asked(client: FlaskClient, address: str) -> int:
    with count_queries() as asked:
        visit(client, address)
    return len(asked)


def test_a_presence_that_is_over_says_that_it_stays(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence("2026-11-27 09:00", "12:00", conseiller=nadia, place=borny)
    for name in ("/modifier", "/retirer"):
        page = visit(client, path(presence, name))
        assert page.status == 409 and "Cette permanence est déjà finie : elle ne change plus." in page.text


def test_the_agenda_the_feed_and_the_citizen_follow(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff, borny: Place
) -> None:
    """What the coordinator writes is what the conseiller and the citizens read."""
    give_password(nadia)
    motif = make_motif(slug="adresse", horizon_days=30)
    sign_in(other_client, nadia.email)
    feed = _feed_of(other_client)
    add(client, typed(nadia))
    [presence] = presences()
    assert "9 h – 12 h" in visit(other_client, "/agenda/2026-12-03").text
    assert "20261203T090000" in _read(other_client, feed)
    assert _times(other_client, motif.slug)[0] == "2026-12-03T09:00:00+01:00"
    change(client, presence, starts="10:00")
    assert "10 h – 12 h" in visit(other_client, "/agenda/2026-12-03").text
    assert "20261203T100000" in _read(other_client, feed)
    assert _times(other_client, motif.slug)[0] == "2026-12-03T10:00:00+01:00"
    withdraw(client, presence)
    assert "Aucune permanence ce jour-là." in visit(other_client, "/agenda/2026-12-03").text
    assert "20261203" not in _read(other_client, feed)
    assert _times(other_client, motif.slug) == []


def _feed_of(client: FlaskClient) -> str:
    shown = submit(client, visit(client, "/agenda/abonnement"), {"names": "none"})
    address = shown.html.select_one("#address")
    assert address
    return address.get_text().partition("5000")[2]


def _read(client: FlaskClient, feed: str) -> str:
    return client.get(feed).text


def _times(client: FlaskClient, motif: str) -> list[str]:
    asked = f"motif={motif}&du=2026-12-01&au=2026-12-10&lieu=borny"
    answer = client.get(f"/api/creneaux.json?{asked}")
    assert answer.json
    return [each["debut"] for each in answer.json["creneaux"]]
