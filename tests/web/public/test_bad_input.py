"""Whatever is sent, a citizen reads what is wrong, in French, and nothing is changed."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import Commitment
from cnapp.domain.drafts import Draft
from cnapp.domain.motifs import Motif
from tests.factories import make_appointment, make_motif, make_place, make_presence, make_staff
from tests.support import Page, submit, values_of, visit
from tests.web.public.steps import answer_until, book, first_slot


@pytest.fixture
def motif(app: object) -> Motif:
    nadia = make_staff("Nadia")
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=make_place("Borny", slug="borny"))
    make_presence("2026-12-04 09:00", "12:00", conseiller=nadia, place=make_place("Sablon", slug="sablon"))
    return make_motif()


def rows(kind: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def value_of(page: Page, field: str) -> str:
    found = page.html.select_one(f"#{field}")
    assert found is not None
    return str(found["value"])


@pytest.mark.parametrize(
    "address",
    [
        "/lieux/nulle-part",
        "/lieux?page=0",
        "/lieux?page=abc",
        "/lieux?page=99",
        f"/lieux?page=00010{'0' * 20}",
        f"/lieux?page=0001{'0' * 5000}",
        "/lieux?page=%C2%B2",
        "/r/1",
        "/r/1/annuler",
        "/lieux/%00",
        "/r/inconnu",
        "/r/inconnu/annuler",
        "/r/inconnu/deplacer",
        "/je-parle/klingon",
        "/rendez-vous/nimporte",
    ],
)
def test_what_does_not_exist_is_not_found(client: FlaskClient, address: str) -> None:
    page = visit(client, address)
    assert page.status == 404
    assert "Page introuvable" in page.text


NO_DAYS = [
    "2026-02-30",
    "demain",
    "20261203",
    "2026-W49-4",
    "2026-12-03T00:00",
    "2026-12-3",
    " 2026-12-03",
    "２０２６-12-03",
]


@pytest.mark.parametrize("text", NO_DAYS)
@pytest.mark.parametrize("name", ["du", "jour"])
def test_a_day_that_is_none_is_said_with_how_to_write_it(
    client: FlaskClient, motif: Motif, name: str, text: str
) -> None:
    answer_until(client, motif, last="place")
    page = visit(client, "/rendez-vous/heure", query_string={name: text})
    assert page.status == 422
    assert "Nous n’avons pas compris" in page.text
    assert "l’année, le mois et le jour : 2026-11-30." in page.text
    assert page.html.select_one('main a[href="/rendez-vous/heure"]') is not None


@pytest.mark.parametrize("query", ["apres=hier", "apres=99991231T2300Z", "moment=nuit", "le=8", "le=lundi"])
def test_a_preference_that_is_none_is_said(client: FlaskClient, motif: Motif, query: str) -> None:
    answer_until(client, motif, last="place")
    page = visit(client, f"/rendez-vous/heure?{query}")
    assert page.status == 422
    assert "Nous n’avons pas compris" in page.text
    assert page.html.select_one('main a[href="/rendez-vous/heure"]') is not None


FAR = ["du=9999-12-31", "du=2027-01-26", "jour=9999-12-31", "apres=20991231T2300Z"]
PAST = ["du=0001-01-01", "du=2026-11-29", "jour=2026-11-01", "apres=20010101T0000Z"]


@pytest.mark.parametrize("query", FAR + PAST)
def test_a_day_out_of_reach_is_brought_back_and_it_is_said(client: FlaskClient, motif: Motif, query: str) -> None:
    answer_until(client, motif, last="place")
    page = visit(client, f"/rendez-vous/heure?{query}")
    assert page.status == 200
    said = (
        "trop loin : on peut réserver jusqu’au lundi 25 janvier 2027" if query in FAR else "Le jour demandé est passé"
    )
    assert said in page.text
    assert page.html.select_one('main .notice a[href="/rendez-vous/heure"]') is not None


@pytest.mark.parametrize("query", ["", "du=2026-11-30", "du=2027-01-25", "jour=2026-12-03", "apres=20261203T0900Z"])
def test_of_a_day_within_reach_nothing_is_said(client: FlaskClient, motif: Motif, query: str) -> None:
    answer_until(client, motif, last="place")
    page = visit(client, f"/rendez-vous/heure?{query}")
    assert page.status == 200
    assert page.html.select_one("main .notice") is None


def test_moving_understands_days_the_same_way(client: FlaskClient, motif: Motif) -> None:
    address = book(client, motif).address
    assert visit(client, f"{address}/deplacer?du=20261203").status == 422
    assert "trop loin" in visit(client, f"{address}/deplacer?du=2030-01-01").text


@pytest.mark.parametrize("word", ["", "inconnu", "<script>"])
def test_a_forged_subject_is_refused(client: FlaskClient, motif: Motif, word: str) -> None:
    page = submit(client, visit(client, "/rendez-vous/sujet"), {"word": word})
    assert page.status == 422
    assert page.title.startswith("Erreur\N{NO-BREAK SPACE}:") or page.title.startswith("Erreur :")
    assert "Choisissez un sujet" in page.text
    assert rows(Draft) == 0


def test_an_unknown_subject_in_a_link_is_said(client: FlaskClient, motif: Motif) -> None:
    page = visit(client, "/rendez-vous/sujet?motif=inconnu")
    assert page.status == 200
    assert "Ce sujet n’existe pas ou plus" in page.text
    assert "Ce lieu n’existe pas" in visit(client, "/rendez-vous/sujet?lieu=inconnu").text


@pytest.mark.parametrize("step", ["topic", "needs", "place", "beneficiary"])
def test_a_forged_choice_is_refused(client: FlaskClient, motif: Motif, step: str) -> None:
    field = {"topic": "motif", "needs": "needs", "place": "place", "beneficiary": "booked_by"}[step]
    page = answer_until(client, motif, last=step, **{field: "forged"}) if field != "motif" else None
    if page is None:
        page = submit(client, answer_until(client, motif, last="subject"), {"motif": "forged"})
    assert page.status == 422
    assert "Erreur :" in page.text


def test_a_browser_that_sends_no_language_means_french(client: FlaskClient, motif: Motif) -> None:
    page = answer_until(client, motif, last="topic")
    token = values_of(page.form())["csrf_token"]
    answer = client.post("/rendez-vous/besoins", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/rendez-vous/lieu")
    assert db.session.scalars(select(Draft)).one().answers["language"] == ""


@pytest.mark.parametrize(
    "slot",
    [
        "borny",
        "borny@hier",
        "borny@20261203T0300Z",
        "borny@20261130T0700Z",
        "borny@20281203T0800Z",
        "nulle-part@20261203T0800Z",
        "",
    ],
)
def test_a_time_that_was_never_offered_is_refused(client: FlaskClient, motif: Motif, slot: str) -> None:
    page = answer_until(client, motif, last="time", slot=slot)
    assert page.status == 422
    assert "Cette heure n’est pas proposée" in page.text or "Choisissez une heure." in page.text
    assert rows(Commitment) == 0


def test_a_time_of_another_place_than_the_one_chosen_is_not_held(client: FlaskClient, motif: Motif) -> None:
    page = answer_until(client, motif, last="time", place="borny", slot="sablon@20261204T0800Z")
    assert page.status in (409, 422)
    assert rows(Commitment) == 0


def test_a_name_of_five_thousand_characters_is_refused_and_kept(client: FlaskClient, motif: Motif) -> None:
    page = answer_until(client, motif, last="name", name="a" * 5000)
    assert page.status == 422
    assert "Ce nom est trop long" in page.text
    assert value_of(page, "name") == "a" * 5000


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Marie\r\nSchmitt", "Marie Schmitt"),
        ("Ma\u200brie\u202e Schmitt", "Marie Schmitt"),
        ("فاطمة الزهراء", "فاطمة الزهراء"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Léa 🌻", "Léa 🌻"),
        ("O’Brien; DROP TABLE citizens", "O’Brien; DROP TABLE citizens"),
    ],
)
def test_a_name_is_cleaned_kept_and_shown_as_text(client: FlaskClient, motif: Motif, typed: str, kept: str) -> None:
    page = book(client, motif, name=typed)
    db.session.rollback()
    assert db.session.scalars(select(Appointment)).one().person.name == kept
    assert kept in page.text
    assert "<script>alert" not in page.response.text


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "🌻🌻", "123", "…"])
def test_a_name_needs_a_letter(client: FlaskClient, motif: Motif, name: str) -> None:
    page = answer_until(client, motif, last="name", name=name)
    assert page.status == 422
    assert page.title.startswith("Erreur")


@pytest.mark.parametrize("phone", ["0612", "abc", "+33 1", "1" * 300])
def test_an_impossible_phone_is_refused_and_kept(client: FlaskClient, motif: Motif, phone: str) -> None:
    page = answer_until(client, motif, phone=phone)
    assert page.status == 422
    assert value_of(page, "phone") == phone
    field = page.html.select_one("#phone")
    assert field is not None
    assert field["aria-invalid"] == "true"
    assert "phone-error" in field["aria-describedby"]


@pytest.mark.parametrize("email", ["marie", "marie@", "@exemple.fr", "a b@exemple.fr", "x" * 300 + "@exemple.fr"])
def test_an_impossible_email_is_refused_and_kept(client: FlaskClient, motif: Motif, email: str) -> None:
    page = answer_until(client, motif, email=email)
    assert page.status == 422
    assert value_of(page, "email") == email


def test_a_robot_that_fills_the_hidden_field_is_refused(client: FlaskClient, motif: Motif) -> None:
    page = submit(client, answer_until(client, motif, last="name"), {"website": "https://spam.example"})
    assert page.status == 422
    assert "doit rester vide" in page.text


@pytest.mark.parametrize("address", ["/rendez-vous/sujet", "/rendez-vous/verifier", "/retrouver", "/affichage"])
def test_a_form_without_its_token_changes_nothing(client: FlaskClient, motif: Motif, address: str) -> None:
    answer = client.post(address, data={"word": "e-mails", "key": "x", "size": "large"})
    assert answer.status_code == 400
    assert rows(Draft) == rows(Appointment) == 0


def test_a_forged_key_books_nothing(client: FlaskClient, motif: Motif) -> None:
    page = submit(client, answer_until(client, motif), {"key": "forged"})
    assert page.status == 409
    assert "rien n’a été réservé" in page.text
    assert rows(Appointment) == 0


def test_another_browser_cannot_confirm_a_draft(client: FlaskClient, other_client: FlaskClient, motif: Motif) -> None:
    key = values_of(answer_until(client, motif).form())["key"]
    theirs = answer_until(other_client, motif)
    assert submit(other_client, theirs, {"key": key}).status == 409
    assert rows(Appointment) == 0


def test_the_answers_are_lost_after_a_day_and_it_is_said(client: FlaskClient, motif: Motif, clock: object) -> None:
    check = answer_until(client, motif)
    clock.advance(hours=25)  # type: ignore[attr-defined]
    page = submit(client, check)
    assert page.status == 409
    assert "Vos réponses ne sont plus là" in page.text


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/x\r\nSet-Cookie: a"],
)
def test_after_the_size_of_letters_one_stays_on_our_pages(client: FlaskClient, app: object, target: str) -> None:
    token = values_of(visit(client, "/").form("/affichage"))["csrf_token"]
    answer = client.post("/affichage", data={"csrf_token": token, "size": "large", "next": target})
    assert answer.status_code == 303
    assert answer.location == "/"


def test_the_size_of_letters_is_remembered(client: FlaskClient, app: object) -> None:
    page = visit(client, "/lieux")
    bigger = submit(client, page, {"size": "larger"}, action="/affichage")
    assert bigger.address == "/lieux"
    assert bigger.html.html is not None
    assert bigger.html.html["class"] == ["larger"]
    assert submit(client, bigger, {"size": "enormous"}, action="/affichage").status == 422


def test_a_past_appointment_can_neither_be_moved_nor_cancelled(client: FlaskClient, app: object, clock: object) -> None:
    appointment = make_appointment(at="2026-12-03 09:00")
    address = f"/r/{appointment.link('link-key-of-the-tests-000000000000000000')}"
    asked = visit(client, f"{address}/annuler")
    clock.set("2026-12-03 09:01")  # type: ignore[attr-defined]
    page = submit(client, asked)
    assert page.status == 409
    assert "il ne peut plus changer" in page.text
    assert visit(client, f"{address}/deplacer").address == address


def test_a_time_chosen_twice_is_still_one_hold(client: FlaskClient, motif: Motif) -> None:
    page = answer_until(client, motif, last="place")
    for _ in range(2):
        submit(client, page, {"slot": first_slot(page)})
    assert rows(Commitment) == 1
