"""The subjects' pages: written in words, put away, offered again; citizens and search follow at once."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.journal import Subject
from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.domain.people import Staff
from tests.factories import (
    give_password,
    make_appointment,
    make_desk,
    make_motif,
    make_place,
    make_presence,
    make_staff,
)
from tests.support import Page, count_queries, sign_in, submit, visit
from tests.web.coordination.claire import coordinate, reread, told, typed
from tests.web.public.steps import answer_until

SUBJECTS = "/coordination/sujets"
GIVEN = {"title": "Créer mon adresse e-mail", "word": "e-mails", "theme": "email", "bring": "votre téléphone"}


@pytest.fixture
def motif(claire: Staff) -> Motif:
    return make_motif(slug="adresse", title="Créer une adresse e-mail")


def add(client: FlaskClient, **values: Any) -> Page:
    return submit(client, visit(client, f"{SUBJECTS}/nouveau"), {**GIVEN, **values}, "/sujets")


def save(client: FlaskClient, slug: str, **values: Any) -> Page:
    return submit(client, visit(client, f"{SUBJECTS}/{slug}"), values, slug)


def called(slug: str) -> Motif | None:
    reread()
    return db.session.scalar(select(Motif).where(Motif.slug == slug))


def test_they_are_listed_by_the_seven_words(client: FlaskClient, motif: Motif) -> None:
    make_motif(title="Impôts", word=Word.PROCEDURE, mode=Mode.FOR, perimeter="argent", buffer_minutes=15)
    make_motif(title="Plainte", word=Word.SCAMS, online=False)
    page = visit(client, SUBJECTS)
    headings = [heading.get_text() for heading in page.html.select("main h2")]
    assert headings[:3] == ["Mon téléphone ou ma tablette", "Mon ordinateur", "Mes e-mails"]
    assert len(headings) == 7
    for words in (
        "Créer une adresse e-mail 45 minutes",
        "puis 15 minutes de battement",
        "À la place de la personne Argent, impôts, consommation",
        "proposé à l’accueil seulement",
    ):
        assert words in page.text


def test_a_subject_is_added_and_booked_at_once(client: FlaskClient, claire: Staff) -> None:
    page = add(client)
    assert "Le sujet est ajouté." in page.text
    motif = called("creer-mon-adresse-e-mail")
    assert motif and (motif.duration_minutes, motif.least_notice_minutes, motif.online) == (45, 120, True)
    make_presence("2026-12-03 09:00")
    times = answer_until(client, motif, last="place")
    assert "jeudi 3 décembre" in times.text
    assert told(Subject.MOTIF) == ["created"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "Écrivez un titre."),
        ({"title": "x" * 5000}, "Écrivez 120 caractères au plus."),
        ({"word": "tout"}, "Choisissez une question."),
        ({"theme": "astrologie"}, "Choisissez un thème."),
        ({"mode": ""}, "Choisissez."),
        ({"duration_minutes": "-5"}, "Écrivez un nombre de 5 à 240."),
        ({"duration_minutes": "241"}, "Écrivez un nombre de 5 à 240."),
        ({"duration_minutes": "une heure"}, "Écrivez un nombre entier"),
        ({"duration_minutes": "٤٥"}, "Écrivez un nombre entier"),
        ({"duration_minutes": "9" * 5000}, "Écrivez un nombre entier"),
        ({"buffer_minutes": ""}, "Écrivez un nombre, par exemple 45."),
        ({"least_notice_minutes": "-1"}, "Écrivez un nombre de 0 à"),
        ({"least_notice_minutes": "2880", "horizon_days": "2"}, "plus long que les jours à l’avance"),
        ({"horizon_days": "366"}, "Écrivez un nombre de 1 à 365."),
        ({"mode": "for"}, "il faut un domaine"),
        ({"perimeter": "argent"}, "Un domaine va seulement avec"),
        ({"mode": "for", "perimeter": "tout"}, "Choisissez dans la liste."),
        ({"instead_id": "impots"}, "Un remplacement va seulement avec"),
        ({"mode": "for", "perimeter": "argent", "instead_id": "adresse"}, "Choisissez dans la liste."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: FlaskClient, motif: Motif, values: dict[str, str], sentence: str
) -> None:
    make_motif(slug="impots", mode=Mode.WITH)
    page = add(client, **values)
    assert page.status == 422
    assert sentence in page.text
    assert typed(page, "bring") == "votre téléphone"
    assert len(db.session.scalars(select(Motif)).all()) == 2


def test_in_somebodys_place_leads_to_the_same_done_with_them(client: FlaskClient, motif: Motif) -> None:
    twin = make_motif(slug="impots", title="Mes impôts", mode=Mode.WITH)
    add(client, title="Impôts", mode="for", perimeter="argent", instead_id="impots")
    made = called("impots-2")
    assert made and (made.mode, made.perimeter, made.instead_id) == (Mode.FOR, "argent", twin.id)
    page = visit(client, f"{SUBJECTS}/impots-2")
    chosen = page.html.select_one("select[name=instead_id] option[selected]")
    assert chosen and chosen["value"] == "impots"
    submit(client, page, {"mode": "with", "perimeter": "", "instead_id": ""}, "impots-2")
    again = called("impots-2")
    assert again and (again.mode, again.perimeter, again.instead_id) == (Mode.WITH, None, None)


def test_booked_appointments_keep_their_length(client: FlaskClient, motif: Motif) -> None:
    appointment = make_appointment(motif=motif)
    save(client, "adresse", duration_minutes="90")
    reread()
    assert (appointment.ends_at - appointment.starts_at).seconds == 45 * 60
    changed = called("adresse")
    assert changed and changed.duration_minutes == 90


def test_the_second_of_two_is_told_what_the_first_changed(
    client: FlaskClient, other_client: FlaskClient, motif: Motif
) -> None:
    coordinate(other_client, "deux@exemple.fr")
    first, second = (visit(each, f"{SUBJECTS}/adresse") for each in (client, other_client))
    submit(client, first, {"duration_minutes": "60"}, "adresse")
    page = submit(other_client, second, {"title": "Mon adresse"}, "adresse")
    assert page.status == 409
    assert "Claire Muller : sujet changé (durée)" in page.text
    assert typed(page, "title") == "Mon adresse"
    assert submit(other_client, page, {}, "adresse").status == 200


def retire(client: FlaskClient, slug: str) -> Page:
    return submit(client, visit(client, f"{SUBJECTS}/{slug}"), action="/retirer")


def test_a_retired_subject_is_gone_everywhere_at_once(client: FlaskClient, motif: Motif) -> None:
    other = make_motif(slug="lire", title="Lire mes e-mails")
    make_presence("2026-12-03 09:00")
    assert "Créer une adresse e-mail" in answer_until(client, other, last="subject").text
    assert "adresse" in client.get("/api/motifs.json").text
    retire(client, "adresse")
    assert "Créer une adresse e-mail" not in answer_until(client, other, last="subject").text
    assert '"adresse"' not in client.get("/api/motifs.json").text
    assert told(Subject.MOTIF) == ["retired"]


def test_a_question_without_subject_is_not_asked(client: FlaskClient, motif: Motif) -> None:
    make_motif(slug="telephone", word=Word.PHONE)
    assert "Mes e-mails" in visit(client, "/rendez-vous/sujet").text
    page = retire(client, "adresse")
    assert "les gens ne voient pas cette question" in page.text
    assert "Mes e-mails" not in visit(client, "/rendez-vous/sujet").text
    retire(client, "telephone")
    nothing = visit(client, "/rendez-vous/sujet")
    assert nothing.status == 200
    assert "rien ne peut être réservé sur le site" in nothing.text


def test_what_was_booked_keeps_its_subject(client: FlaskClient, motif: Motif) -> None:
    appointment = make_appointment(make_presence("2026-12-03 09:00"), motif=motif)
    retire(client, "adresse")
    reread()
    assert appointment.motif.title == "Créer une adresse e-mail"


def test_it_is_offered_again(client: FlaskClient, motif: Motif) -> None:
    retire(client, "adresse")
    retired = visit(client, f"{SUBJECTS}/adresse")
    assert "Ce sujet est retiré depuis le lundi 30 novembre 2026." in retired.text
    page = submit(client, retired, action="/proposer")
    assert "Le sujet est de nouveau proposé." in page.text
    again = called("adresse")
    assert again and again.is_offered_online
    assert told(Subject.MOTIF) == ["retired", "offered_again"]


def test_pressed_twice_it_is_retired_once(client: FlaskClient, motif: Motif) -> None:
    page = visit(client, f"{SUBJECTS}/adresse")
    submit(client, page, action="/retirer")
    submit(client, page, action="/retirer")
    assert told(Subject.MOTIF) == ["retired"]


def test_a_booking_under_way_with_a_retired_subject_starts_again(client: FlaskClient, motif: Motif) -> None:
    make_motif(slug="lire")
    make_presence("2026-12-03 09:00")
    answer_until(client, motif, last="place")
    retire(client, "adresse")
    page = visit(client, "/rendez-vous/heure")
    assert page.status in (200, 409)
    assert "jeudi 3 décembre" not in page.text


def test_the_list_asks_as_much_with_forty_subjects(client: FlaskClient, motif: Motif) -> None:
    with count_queries() as for_one:
        visit(client, SUBJECTS)
    for _ in range(39):
        make_motif()
    with count_queries() as for_forty:
        visit(client, SUBJECTS)
    assert len(for_one) == len(for_forty)


@pytest.mark.parametrize("rest", ["", "/nouveau", "/adresse"])
def test_it_is_for_the_coordination_alone(
    client: FlaskClient, other_client: FlaskClient, motif: Motif, rest: str
) -> None:
    address = f"{SUBJECTS}{rest}"
    assert client.get(address).status_code == 200
    assert visit(other_client, address).address == "/connexion"
    for staff in (make_staff(email="nadia@exemple.fr"), make_desk(make_place(), email="accueil@exemple.fr")):
        give_password(staff)
        sign_in(other_client, staff.email)
        assert other_client.get(address).status_code == 403


def test_an_unknown_subject_is_no_page(client: FlaskClient, claire: Staff) -> None:
    assert client.get(f"{SUBJECTS}/nulle-part").status_code == 404
