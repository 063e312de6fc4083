"""Booking for somebody at the counter or on the telephone: one page, one booking, nothing typed is ever lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Booker, Origin, Told
from cnapp.domain.journal import Entry
from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.services.codes import reserve_code
from cnapp.web.application import Application
from tests.factories import (
    habilitate,
    make_appointment,
    make_desk,
    make_motif,
    make_place,
    make_presence,
    make_staff,
)
from tests.support import FrozenClock, Page, count_queries, submit, visit
from tests.web.desk.appointments import signed_in

NEW = "/accueil/rendez-vous/nouveau"
SLOT = "borny@20261203T0800Z"
TYPED = {"motif": "adresse", "slot": SLOT, "name": "Ali Ben Salah", "contact": "06 12 34 56 78"}


@pytest.fixture
def presence(desk: Staff, borny: Place, motif: Motif) -> Any:
    return make_presence("2026-12-03 09:00", "12:00", place=borny)


def see(client: FlaskClient, which: str = "", **typed: str) -> Page:
    """The button that only shows times."""
    return submit(client, visit(client, NEW), {"see": which, "motif": "adresse", **typed})


def book(client: FlaskClient, page: Page | None = None, **typed: Any) -> Page:
    return submit(client, page or see(client), {**TYPED, **typed})


def booked() -> list[Appointment]:
    return list(db.session.scalars(select(Appointment).order_by(Appointment.id)))


def offered(page: Page) -> list[str]:
    return [str(each["value"]) for each in page.html.select("input[name=slot]")]


def typed_in(page: Page, name: str) -> str:
    field = page.html.select_one(f"input[name={name}]")
    assert field
    return str(field["value"])


def test_four_answers_make_a_booking_and_its_paper(client: FlaskClient, presence: Any, desk: Staff) -> None:
    page = book(client)
    [made] = booked()
    assert page.address == f"/accueil/rendez-vous/{made.public_id}/papier"
    assert "Le rendez-vous est pris." in page.text
    assert made.shown_code in page.text
    assert "Si nous devons changer ou annuler votre rendez-vous, nous vous appelons." in page.text
    assert (made.person.name, made.person.phone, made.origin) == ("Ali Ben Salah", "+33612345678", Origin.COUNTER)
    [line] = db.session.scalars(select(Entry).where(Entry.what == "booked", Entry.subject_id == made.id))
    assert line.staff_id == desk.id


@pytest.mark.parametrize(
    ("contact", "phone", "email"),
    [
        ("+33612345678", "+33612345678", None),
        ("00 33 6 12 34 56 78", "+33612345678", None),
        ("ali@exemple.fr", None, "ali@exemple.fr"),
        ("", None, None),
    ],
)
def test_one_field_understands_a_phone_or_an_email(
    client: FlaskClient, presence: Any, contact: str, phone: str | None, email: str | None
) -> None:
    book(client, contact=contact)
    [made] = booked()
    assert (made.person.phone, made.person.email) == (phone, email)


@pytest.mark.parametrize("name", ["🙂 Zoé", "محمد", "É" * 80, "<script>alert(1)</script> Zoé"])
def test_names_of_every_kind_are_kept_as_they_are(client: FlaskClient, presence: Any, name: str) -> None:
    page = book(client, name=name)
    [made] = booked()
    assert made.person.name == name
    assert "<script>alert" not in page.response.text


def test_showing_times_keeps_all_that_was_typed_and_books_nothing(client: FlaskClient, presence: Any) -> None:
    page = see(client, name="Ali", contact="ali@exemple.fr", booker_name="Sami", code="K4TX")
    assert (page.status, booked()) == (200, [])
    assert page.response.request.query_string == b""
    assert offered(page) == [SLOT, "borny@20261203T0900Z", "borny@20261203T1015Z"]
    assert [typed_in(page, name) for name in ("name", "contact", "booker_name", "code")] == [
        "Ali",
        "ali@exemple.fr",
        "Sami",
        "K4TX",
    ]
    assert page.html.select_one("details[open] input[name=booker_name]")


def test_the_whole_day_and_later_days_can_be_seen(client: FlaskClient, presence: Any, borny: Place) -> None:
    make_presence("2026-12-10 09:00", "12:00", place=borny)
    assert len(offered(see(client, "jour:2026-12-03"))) > 3
    assert offered(see(client, "du:2026-12-04"))[0] == "borny@20261210T0800Z"


@pytest.mark.parametrize(
    "which", ["nonsense", "du:demain", "jour:", "apres:x", "du:1999-01-01", "du:9999-12-31", "apres:99991231T2300Z"]
)
def test_a_forged_day_shows_a_page(client: FlaskClient, presence: Any, which: str) -> None:
    assert see(client, which).status == 200


def test_sooner_times_elsewhere_stand_beside_those_of_this_place(client: FlaskClient, presence: Any) -> None:
    make_presence("2026-11-30 08:00", "09:00", place=make_place("Sablon", slug="sablon"))
    page = see(client)
    assert "Plus tôt, dans un autre lieu 8 h lundi 30 novembre, Sablon" in page.text
    assert book(client, page, slot="sablon@20261130T0700Z").status == 200
    assert booked()[0].presence.place.slug == "sablon"


def test_anywhere_shows_the_soonest_of_the_town(client: FlaskClient, presence: Any) -> None:
    make_presence("2026-11-30 08:00", "09:00", place=make_place("Sablon", slug="sablon"))
    assert offered(see(client, place="partout"))[0] == "sablon@20261130T0700Z"


def test_subjects_stand_by_word_also_those_that_are_not_on_the_site(
    client: FlaskClient, presence: Any, motif: Motif, desk: Staff
) -> None:
    make_motif(slug="urgence", title="Une urgence", word=Word.OTHER, online=False)
    make_motif(slug="retiree", title="Retirée", retired_at=motif.updated_at)
    groups = visit(client, NEW).html.select("select[name=motif] optgroup")
    assert [str(group["label"]) for group in groups] == ["E-mails", "Autre chose"]
    assert groups[1].get_text() == "Une urgence, pas sur le site (45\xa0minutes)"


def test_a_step_in_the_persons_place_needs_somebody_habilitated(client: FlaskClient, borny: Place, desk: Staff) -> None:
    nadia = make_staff("Nadia")
    make_motif(slug="impots", mode=Mode.FOR, perimeter="argent")
    make_presence("2026-12-03 09:00", "12:00", place=borny, conseiller=nadia)
    assert offered(see(client, motif="impots")) == []
    assert book(client, motif="impots").status == 409
    habilitate(nadia, "argent")
    assert book(client, motif="impots").status == 200


def test_neither_least_notice_nor_the_limit_of_three_holds_at_a_desk(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif
) -> None:
    make_presence("2026-11-30 08:00", "12:00", place=borny)
    for hour in ("0700", "0745", "0830", "0915"):
        assert book(client, slot=f"borny@20261130T{hour}Z").status == 200
    assert len(booked()) == 4


def test_the_telephone_line_books_by_telephone_and_anywhere(
    client: FlaskClient, borny: Place, motif: Motif, app: Application
) -> None:
    signed_in(client, make_desk(phone_line=True))
    make_presence("2026-12-03 09:00", "12:00", place=borny)
    page = see(client)
    assert offered(page)[0] == SLOT
    book(client, page)
    assert booked()[0].origin is Origin.PHONE


def test_what_another_page_knows_comes_with_the_address(client: FlaskClient, presence: Any) -> None:
    make_presence("2026-12-04 09:00", "12:00", place=make_place("Sablon", slug="sablon"))
    page = visit(client, f"{NEW}?sujet=adresse&lieu=sablon")
    assert offered(page)[-1].startswith("sablon@")
    assert visit(client, f"{NEW}?sujet=inconnu&lieu=inconnu").status == 200


def test_sent_twice_it_is_booked_once(client: FlaskClient, presence: Any) -> None:
    page = see(client)
    assert book(client, page).address == book(client, page).address
    assert len(booked()) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"motif": ""}, "Choisissez un sujet."),
        ({"motif": "inconnu"}, "Ce sujet n’existe pas ou plus."),
        ({"slot": ""}, "Choisissez une heure."),
        ({"slot": "nonsense"}, "Cette heure n’est pas proposée."),
        ({"slot": "inconnu@20261203T0800Z"}, "Cette heure n’est pas proposée."),
        ({"slot": "borny@20261101T0800Z"}, "Cette heure n’est pas proposée."),
        ({"slot": "borny@20261203T0300Z"}, "Cette heure n’est pas proposée."),
        ({"name": ""}, "Écrivez un nom ou un prénom."),
        ({"name": "\u200b\u202e"}, "Écrivez un nom ou un prénom."),
        ({"name": "x" * 5000}, "Ce nom est trop long."),
        ({"contact": "12"}, "Écrivez un téléphone, par exemple 06 12 34 56 78, ou un e-mail"),
        ({"contact": "ali@"}, "Écrivez un téléphone, par exemple 06 12 34 56 78, ou un e-mail"),
        ({"origin": "online"}, "Choisissez une réponse de la liste."),
        ({"booked_by": "nobody"}, "Choisissez une réponse de la liste."),
        ({"booked_by": "relative"}, "Écrivez un nom ou un prénom."),
        ({"booked_by": "professional", "booker_name": "Sami"}, "Écrivez le nom de la structure du professionnel."),
        ({"booker_name": "Sami"}, "Dites si c’est un proche ou un professionnel"),
        ({"needs": "forged"}, "Choisissez une réponse de la liste."),
        ({"language": "xx"}, "Choisissez une réponse de la liste."),
        ({"code": "K4TX"}, "Ce code n’est sur aucune de nos cartes"),
        ({"code": "K4TX9PQM"}, "Ce code n’est sur aucune de nos cartes"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: FlaskClient, presence: Any, typed: dict[str, str], sentence: str
) -> None:
    page = book(client, **typed)
    assert (page.status, booked()) == (422, [])
    assert sentence in page.text
    assert page.title.startswith("Erreur")
    assert typed_in(page, "contact") == typed.get("contact", TYPED["contact"])


def test_a_time_taken_meanwhile_keeps_everything_and_shows_the_nearest(
    client: FlaskClient, presence: Any, motif: Motif
) -> None:
    page = see(client)
    make_appointment(presence, "2026-12-03 09:00", motif=motif)
    answer = book(client, page, booker_name="Sami", booked_by="relative")
    assert answer.status == 409
    assert "Cette heure vient d’être prise." in answer.text
    assert (typed_in(answer, "name"), typed_in(answer, "booker_name")) == ("Ali Ben Salah", "Sami")
    assert offered(answer)[0] == "borny@20261203T0845Z"
    assert book(client, answer, slot="borny@20261203T0845Z").status == 200
    assert len(booked()) == 2


def test_a_presence_withdrawn_meanwhile_is_no_longer_offered(client: FlaskClient, presence: Any, motif: Motif) -> None:
    page = see(client)
    with transaction(presence.conseiller_id):
        presence.withdrawn_at = motif.updated_at
    assert book(client, page).status == 422
    assert booked() == []


def test_somebody_books_for_another_and_is_told(client: FlaskClient, presence: Any) -> None:
    book(
        client,
        booked_by="professional",
        booker_name="Sami Weber",
        structure="CCAS",
        booker_contact="sami@exemple.fr",
        told="both",
        no_calls="y",
        may_leave_message="y",
        no_reminders="y",
        needs=["hearing", "companion"],
        language="tr",
        origin="phone",
    )
    [made] = booked()
    assert made.booker
    assert (made.booked_by, made.told, made.origin) == (Booker.PROFESSIONAL, Told.BOTH, Origin.PHONE)
    assert (made.booker.name, made.booker.structure, made.booker.email) == ("Sami Weber", "CCAS", "sami@exemple.fr")
    assert (made.person.no_calls, made.person.may_leave_message, made.person.language) == (True, True, "tr")
    assert (made.person.no_reminders, made.booker.no_reminders) == (True, True)
    assert made.needs == ["hearing", "companion"]


def test_a_wheelchair_is_not_booked_where_there_are_steps(client: FlaskClient, presence: Any) -> None:
    make_presence("2026-12-01 14:00", "17:00", place=make_place(slug="marches", step_free=False))
    page = book(client, slot="marches@20261201T1300Z", needs=["wheelchair"])
    assert (page.status, booked()) == (422, [])
    assert "l’entrée de ce lieu a des marches" in page.text


def test_the_code_of_a_card_becomes_the_bookings_once(
    client: FlaskClient, presence: Any, desk: Staff, borny: Place, clock: FrozenClock
) -> None:
    with transaction():
        code = reserve_code(borny, desk, now=clock()).shown_code
    assert code in book(client, code=code.lower()).text
    again = book(client, code=code, slot="borny@20261203T0845Z")
    assert again.status == 422
    assert "ou il a déjà servi" in again.text
    assert [made.shown_code for made in booked()] == [code]


def test_a_booking_at_another_place_can_be_put_right_by_whoever_made_it(client: FlaskClient, presence: Any) -> None:
    make_presence("2026-12-01 14:00", "17:00", place=make_place("Sablon", slug="sablon"))
    book(client, slot="sablon@20261201T1300Z")
    [made] = booked()
    assert visit(client, f"/accueil/rendez-vous/{made.public_id}/annuler").status == 200


def test_no_times_before_a_subject_is_chosen(client: FlaskClient, presence: Any) -> None:
    page = visit(client, NEW)
    assert offered(page) == []
    assert "Choisissez le sujet, puis « Voir les heures »." in page.text


def test_a_place_without_a_free_time_says_so(client: FlaskClient, presence: Any) -> None:
    make_place("Vide", slug="vide")
    page = see(client, place="vide")
    assert "Il n’y a pas d’heure libre ici pour ce sujet." in page.text
    assert offered(page) == [SLOT]


def test_the_page_asks_as_much_with_many_subjects_and_bookings(
    client: FlaskClient, presence: Any, motif: Motif, borny: Place
) -> None:
    with count_queries() as before:
        see(client)
    for _ in range(20):
        make_motif()
    for day in ("01", "02", "04"):
        other = make_presence(f"2026-12-{day} 09:00", "12:00", place=borny)
        make_appointment(other, f"2026-12-{day} 09:00", motif=motif)
    with count_queries() as after:
        see(client)
    assert len(before) == len(after)
