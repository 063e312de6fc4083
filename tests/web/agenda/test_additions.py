"""Adding somebody to a free time, and seeing somebody again: one press, one booking."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, Origin
from cnapp.domain.motifs import Mode, Motif
from cnapp.domain.people import Staff
from cnapp.domain.presences import Presence
from cnapp.web.application import Application
from tests.factories import (
    give_password,
    habilitate,
    make_appointment,
    make_citizen,
    make_motif,
    make_place,
    make_presence,
    make_staff,
)
from tests.support import FrozenClock, Page, count_queries, sign_in, submit, visit

ADD = "/agenda/ajouter/2026-12-03/09h00"


@pytest.fixture
def nadia(app: Application, client: FlaskClient) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    give_password(staff)
    sign_in(client, "nadia@exemple.fr")
    return staff


@pytest.fixture
def presence(nadia: Staff) -> Presence:
    return make_presence("2026-12-03 09:00", "12:00", conseiller=nadia)


@pytest.fixture
def motif(app: Application) -> Motif:
    return make_motif(slug="adresse", title="Créer une adresse e-mail")


def add(client: FlaskClient, **values: str) -> Page:
    given = {"name": "Ali Ben Salah", "phone": "06 12 34 56 78", "motif": "adresse"}
    return submit(client, visit(client, ADD), {**given, **values})


def booked() -> list[Appointment]:
    return list(db.session.scalars(select(Appointment).order_by(Appointment.starts_at)))


def test_somebody_is_added_and_gets_a_paper(client: FlaskClient, presence: Presence, motif: Motif) -> None:
    page = add(client)
    [appointment] = booked()
    assert page.address == f"/agenda/rendez-vous/{appointment.public_id}/papier"
    assert appointment.shown_code in page.text
    assert "Le rendez-vous est pris." in page.text
    assert appointment.origin is Origin.CONSEILLER
    assert "Ali Ben Salah" in visit(client, "/agenda/2026-12-03").text


def test_a_name_is_enough(client: FlaskClient, presence: Presence, motif: Motif) -> None:
    add(client, phone="", name="محمد")
    assert len(booked()) == 1


def test_who_wants_no_reminder_is_noted_so(client: FlaskClient, presence: Presence, motif: Motif) -> None:
    add(client, no_reminders="y")
    assert [each.person.no_reminders for each in booked()] == [True]


def test_sent_twice_it_is_booked_once(client: FlaskClient, presence: Presence, motif: Motif) -> None:
    page = visit(client, ADD)
    values = {"name": "Ali", "motif": "adresse"}
    first, second = submit(client, page, values), submit(client, page, values)
    assert first.address == second.address
    assert len(booked()) == 1


def test_only_motifs_that_fit_are_offered(client: FlaskClient, nadia: Staff, motif: Motif) -> None:
    make_presence("2026-12-03 09:00", "10:00", conseiller=nadia)
    make_motif(slug="longue", duration_minutes=90)
    make_motif(slug="a-sa-place", mode=Mode.FOR, perimeter="argent", duration_minutes=45)
    assert offered(client) == ["adresse"]
    habilitate(nadia, "argent")
    assert offered(client) == ["a-sa-place", "adresse"]


def offered(client: FlaskClient) -> list[str]:
    return sorted(str(option["value"]) for option in visit(client, ADD).html.select("option[value]") if option["value"])


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "Écrivez un nom ou un prénom."),
        ({"name": "\u200b\u202e"}, "Écrivez un nom ou un prénom."),
        ({"name": "x" * 5000}, "Ce nom est trop long."),
        ({"phone": "12"}, "Ce numéro de téléphone n’est pas complet."),
        ({"motif": ""}, "Choisissez un motif."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: FlaskClient, presence: Presence, motif: Motif, values: dict[str, str], sentence: str
) -> None:
    page = add(client, **values)
    assert (page.status, booked()) == (422, [])
    assert sentence in page.text
    typed = page.html.select_one("input[name=phone]")
    assert typed and typed["value"] == values.get("phone", "06 12 34 56 78")


def test_a_time_taken_meanwhile_keeps_the_answers_and_offers_others(
    client: FlaskClient, presence: Presence, motif: Motif
) -> None:
    page = visit(client, ADD)
    make_appointment(presence, "2026-12-03 09:00", motif=motif)
    answer = submit(client, page, {"name": "Ali", "motif": "adresse"})
    assert answer.status == 409
    assert "Cette heure vient d’être prise" in answer.text
    assert "Prendre 9 h 45" in answer.text
    typed = answer.html.select_one("input[name=name]")
    assert typed and typed["value"] == "Ali"
    assert len(booked()) == 1


@pytest.mark.parametrize("slug", ["inconnu", "longue"])
def test_a_forged_motif_books_nothing(client: FlaskClient, presence: Presence, motif: Motif, slug: str) -> None:
    make_motif(slug="longue", duration_minutes=200)
    assert add(client, motif=slug).status == 409
    assert booked() == []


@pytest.mark.parametrize("hour", ["07h00", "09h05", "12h00", "11h45"])
def test_a_time_that_is_not_offered_is_refused(
    client: FlaskClient, presence: Presence, motif: Motif, hour: str
) -> None:
    page = visit(client, f"/agenda/ajouter/2026-12-03/{hour}")
    assert page.status == 409
    assert booked() == []


def test_the_page_asks_as_much_with_thirty_motifs(client: FlaskClient, presence: Presence, motif: Motif) -> None:
    with count_queries() as for_one:
        visit(client, ADD)
    for _ in range(30):
        make_motif()
    with count_queries() as for_thirty:
        visit(client, ADD)
    assert len(for_one) == len(for_thirty)


@pytest.fixture
def seen(presence: Presence, motif: Motif, clock: FrozenClock, client: FlaskClient) -> Appointment:
    person = make_citizen("Marie Schmitt", phone="+33612345678")
    appointment = make_appointment(presence, person=person, motif=motif, needs=["hearing"])
    clock.set("2026-12-03 09:40")
    sign_in(client, "nadia@exemple.fr")
    submit(client, visit(client, "/agenda/2026-12-03"), action="/arrivee")
    return appointment


def see_again(client: FlaskClient, seen: Appointment) -> Page:
    return visit(client, f"/agenda/rendez-vous/{seen.public_id}/revoir")


def test_two_presses_see_somebody_again(client: FlaskClient, seen: Appointment, nadia: Staff) -> None:
    make_presence("2026-12-10 14:00", "17:00", conseiller=nadia)
    make_presence("2026-12-04 09:00", "12:00", conseiller=make_staff("Hugo"))
    page = see_again(client, seen)
    assert [legend.get_text(" ", strip=True) for legend in page.html.select("legend")] == [
        "jeudi 3\xa0décembre",
        "jeudi 10\xa0décembre",
    ]
    done = submit(client, page)
    _, again = booked()
    assert (again.person_id, again.motif_id, again.needs) == (seen.person_id, seen.motif_id, ["hearing"])
    assert done.address == f"/agenda/rendez-vous/{again.public_id}/papier"
    assert again.shown_code in done.text


def test_somebody_is_seen_again_after_this_time_not_before(client: FlaskClient, nadia: Staff, motif: Motif) -> None:
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia)
    afternoon = make_presence("2026-12-03 14:00", "15:30", conseiller=nadia, place=make_place("Borny"))
    last = make_appointment(afternoon, "2026-12-03 14:00", motif=motif)
    assert "Le plus tôt : jeudi 3 décembre à 14 h 45, Borny" in see_again(client, last).text


def test_seeing_again_twice_by_accident_books_once(client: FlaskClient, seen: Appointment) -> None:
    page = see_again(client, seen)
    assert submit(client, page).address == submit(client, page).address
    assert len(booked()) == 2


@pytest.mark.parametrize(("slot", "status"), [("", 422), ("nonsense", 422), ("lieu@20261203T0100Z", 409)])
def test_a_forged_time_books_nothing(client: FlaskClient, seen: Appointment, slot: str, status: int) -> None:
    page = submit(client, see_again(client, seen), {"slot": slot})
    assert page.status == status
    assert len(booked()) == 1


def test_later_days_have_their_own_address(client: FlaskClient, seen: Appointment, nadia: Staff) -> None:
    make_presence("2026-12-10 14:00", "17:00", conseiller=nadia)
    page = visit(client, f"/agenda/rendez-vous/{seen.public_id}/revoir?a-partir=2026-12-04")
    assert "jeudi 3" not in " ".join(legend.get_text() for legend in page.html.select("legend"))
    bad = visit(client, f"/agenda/rendez-vous/{seen.public_id}/revoir?a-partir=demain")
    assert bad.status == 404


def test_when_nothing_is_free_it_says_so(client: FlaskClient, seen: Appointment) -> None:
    page = visit(client, f"/agenda/rendez-vous/{seen.public_id}/revoir?a-partir=2026-12-04")
    assert "Aucune heure libre" in page.text
