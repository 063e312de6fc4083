"""A citizen books, finds, moves and cancels, as they would in a browser without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Timer

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, Booker, Status, Told
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.drafts import Draft
from cnapp.domain.motifs import Motif, Word
from tests.factories import make_motif, make_place, make_presence, make_staff, metz
from tests.support import FrozenClock, submit, values_of, visit
from tests.web.public.steps import answer_until, book, first_slot, slots_of


@pytest.fixture
def motif(app: object) -> Motif:
    """Nadia receives at Borny on Thursday morning and Friday afternoon."""
    nadia, borny = make_staff("Nadia", languages=("ar",)), make_place("Mairie de quartier de Borny", slug="borny")
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=borny)
    make_presence("2026-12-04 14:00", "17:00", conseiller=nadia, place=borny)
    make_motif(word=Word.EMAIL, title="Joindre une photo à un e-mail", duration_minutes=30)
    return make_motif(word=Word.EMAIL, title="Créer une adresse e-mail", bring="votre téléphone")


def only_appointment() -> Appointment:
    db.session.rollback()
    return db.session.scalars(select(Appointment)).one()


def how_many(kind: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_citizen_books_without_any_contact(client: FlaskClient, motif: Motif) -> None:
    page = visit(client, "/")
    assert "Prendre un rendez-vous" in page.text
    page = visit(client, "/rendez-vous")
    assert page.address == "/rendez-vous/sujet"
    page = submit(client, page, {"word": "e-mails"})
    assert page.address == "/rendez-vous/precision"
    assert "Durée : 45 minutes" in page.text
    page = submit(client, page, {"motif": motif.slug})
    assert page.address == "/rendez-vous/besoins"
    page = submit(client, page)
    assert page.address == "/rendez-vous/lieu"
    assert "Prochaine heure : jeudi 3 décembre à 9 h, Mairie de quartier de Borny" in page.text
    page = submit(client, page, {"place": "borny"})
    assert page.address == "/rendez-vous/heure"
    page = submit(client, page, {"slot": first_slot(page)})
    assert page.address == "/rendez-vous/pour-qui"
    page = submit(client, page, {"booked_by": "self"})
    assert page.address == "/rendez-vous/nom"
    page = submit(client, page, {"name": "Marie Schmitt"})
    assert page.address == "/rendez-vous/contact"
    assert "nous ne pourrons pas vous prévenir. Avant de venir, appelez le 03 53 01 00 00." in page.text
    page = submit(client, page)
    assert page.address == "/rendez-vous/verifier"
    assert "Le rendez-vous n’est pas encore pris." in page.text
    assert "jeudi 3 décembre 2026 à 9 h" in page.text
    assert "avec Nadia" in page.text
    assert how_many(Appointment) == 0
    page = submit(client, page, {}, action="")
    assert page.address.startswith("/r/")
    made = only_appointment()
    assert "Rendez-vous confirmé" in page.text
    assert made.shown_code in page.text
    assert "À apporter votre téléphone" in page.text
    assert "nous ne pourrons pas vous prévenir" in page.text
    assert made.starts_at == metz("2026-12-03 09:00")
    assert made.person.phone is None
    assert how_many(Draft) == 0
    assert page.response.headers["Cache-Control"] == "no-store, private"


def test_a_relative_books_for_someone(client: FlaskClient, motif: Motif) -> None:
    answers = {
        "booked_by": "relative",
        "name": "Marie Schmitt",
        "booker_name": "Paul Schmitt",
        "agreed": "y",
        "told": "booker",
        "booker_phone": "06 12 34 56 78",
    }
    check = answer_until(client, motif, **answers)
    assert "Paul Schmitt" in check.text
    assert "Si nous devons changer ou annuler votre rendez-vous, nous vous appelons." in check.text
    assert submit(client, check).address.startswith("/r/")
    made = only_appointment()
    assert made.booked_by is Booker.RELATIVE
    assert made.told is Told.BOOKER
    assert made.booker is not None
    assert made.booker.phone == "+33612345678"
    assert made.person.name == "Marie Schmitt"


def test_a_professional_books_for_someone(client: FlaskClient, motif: Motif) -> None:
    answers = {"booked_by": "professional", "booker_name": "Lea Weber", "agreed": "y", "told": "both"}
    page = book(client, motif, **answers, structure="Maison des familles")
    assert page.address.startswith("/r/")
    made = only_appointment()
    assert made.booker is not None
    assert made.booker.structure == "Maison des familles"
    assert made.told is Told.BOTH


def test_submitting_twice_books_once_and_shows_the_same_confirmation(client: FlaskClient, motif: Motif) -> None:
    check = answer_until(client, motif)
    values = values_of(check.form())
    first = client.post("/rendez-vous/verifier", data=values)
    second = client.post("/rendez-vous/verifier", data=values)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert how_many(Appointment) == 1


def test_a_page_left_open_confirms_only_what_it_shows(client: FlaskClient, motif: Motif) -> None:
    """Another window of the same browser changed the name meanwhile."""
    stale = values_of(answer_until(client, motif).form())
    submit(client, visit(client, "/rendez-vous/nom"), {"name": "Karim Haddad"})
    answer = client.post("/rendez-vous/verifier", data=stale)
    assert answer.status_code == 409
    assert "Vos réponses ont changé" in answer.text
    assert "Karim Haddad" in answer.text
    assert how_many(Appointment) == 0


def test_after_the_confirmation_going_back_shows_nobody(client: FlaskClient, motif: Motif) -> None:
    book(client, motif)
    page = visit(client, "/rendez-vous/verifier")
    assert page.address == "/rendez-vous/sujet"
    assert "Schmitt" not in page.response.text
    assert "Schmitt" not in visit(client, "/rendez-vous/nom").response.text


def test_of_two_people_one_gets_the_time_and_the_other_keeps_the_answers(
    client: FlaskClient, other_client: FlaskClient, motif: Motif
) -> None:
    mine = answer_until(client, motif, last="place")
    theirs = answer_until(other_client, motif, last="place")
    slot = first_slot(mine)
    submit(client, mine, {"slot": slot})
    page = submit(other_client, theirs, {"slot": slot})
    assert page.status == 409
    assert page.html.h1 is not None and page.html.h1.text == "Cette heure vient d’être prise"
    offered = slots_of(page)
    assert len(offered) == 3
    assert slot not in offered
    page = submit(other_client, page, {"slot": offered[0]})
    assert page.address == "/rendez-vous/pour-qui"


@contextmanager
def everybody_locked() -> Iterator[Event]:
    """Another process in the middle of a booking, for ten seconds at most; whether it had to give way."""
    gave_way = Event()
    with db.engine.connect().execution_options(writes=True) as other:
        other.execute(text("SELECT 1"))
        if db.engine.dialect.name == "postgresql":
            other.execute(text("SELECT 1 FROM staff FOR NO KEY UPDATE"))
        patience = Timer(10, lambda: (gave_way.set(), other.rollback()))
        patience.start()
        try:
            yield gave_way
        finally:
            patience.cancel()


def test_who_comes_late_hears_it_without_waiting_for_whoever_is_booking(
    client: FlaskClient, other_client: FlaskClient, motif: Motif
) -> None:
    mine = answer_until(client, motif, last="place")
    theirs = answer_until(other_client, motif, last="place")
    slot = first_slot(mine)
    submit(client, mine, {"slot": slot})
    with everybody_locked() as gave_way:
        page = submit(other_client, theirs, {"slot": slot})
        assert not gave_way.is_set()
    assert page.status == 409


def test_a_hold_that_expired_and_was_taken_offers_the_nearest_times(
    client: FlaskClient, other_client: FlaskClient, motif: Motif, clock: FrozenClock
) -> None:
    check = answer_until(client, motif, name="Marie Schmitt")
    clock.advance(minutes=16)
    taken_by_another = book(other_client, motif, name="Paul Weber")
    assert taken_by_another.address.startswith("/r/")
    page = submit(client, check)
    assert page.status == 409
    assert "Cette heure vient d’être prise" in page.text
    page = submit(client, page, {"slot": slots_of(page)[0]})
    assert page.address == "/rendez-vous/verifier"
    assert "Marie Schmitt" in page.text
    assert submit(client, page).address.startswith("/r/")
    assert how_many(Appointment) == 2


def test_a_hold_that_expired_and_nobody_took_may_still_be_confirmed(
    client: FlaskClient, motif: Motif, clock: FrozenClock
) -> None:
    check = answer_until(client, motif)
    clock.advance(hours=2)
    assert submit(client, check).address.startswith("/r/")
    assert only_appointment().starts_at == metz("2026-12-03 09:00")


def test_changing_an_answer_from_the_check_page_comes_back_to_it(client: FlaskClient, motif: Motif) -> None:
    check = answer_until(client, motif)
    links = {str(link["href"]) for link in check.html.select(".summary a")}
    assert {"/rendez-vous/precision", "/rendez-vous/heure", "/rendez-vous/nom"} <= links
    page = visit(client, "/rendez-vous/nom")
    assert page.html.select_one("#name")["value"] == "Marie Schmitt"  # type: ignore[index]
    page = submit(client, page, {"name": "Élodie Weber"})
    assert page.address == "/rendez-vous/verifier"
    assert "Élodie Weber" in page.text


def test_another_subject_lets_the_time_go_and_asks_for_it_again(client: FlaskClient, motif: Motif) -> None:
    answer_until(client, motif)
    other = db.session.scalars(select(Motif).where(Motif.id != motif.id)).one()
    page = submit(client, visit(client, "/rendez-vous/precision"), {"motif": other.slug})
    assert page.address == "/rendez-vous/heure"
    assert how_many(Commitment) == 0


def test_a_step_reached_too_early_leads_to_the_first_question_without_answer(client: FlaskClient, motif: Motif) -> None:
    for step in ("precision", "besoins", "lieu", "heure", "pour-qui", "nom", "contact", "verifier"):
        assert visit(client, f"/rendez-vous/{step}").address == "/rendez-vous/sujet"
    answer_until(client, motif, last="topic")
    assert visit(client, "/rendez-vous/verifier").address == "/rendez-vous/besoins"
    assert how_many(Draft) == 1


def test_the_appointment_is_moved_and_the_old_time_kept_until_then(client: FlaskClient, motif: Motif) -> None:
    receipt = book(client, motif)
    page = visit(client, f"{receipt.address}/deplacer")
    assert "jeudi 3 décembre à 9 h" in page.text
    friday = next(slot for slot in slots_of(page) if "20261204" in slot)
    page = submit(client, page, {"slot": friday})
    assert page.address == f"{receipt.address}/deplacer/verifier"
    assert only_appointment().starts_at == metz("2026-12-03 09:00")
    values = values_of(page.form())
    for _ in range(2):
        answer = client.post(page.address, data=values)
        assert answer.status_code == 303
        assert answer.location == receipt.address
    assert only_appointment().starts_at == metz("2026-12-04 14:00")
    assert how_many(Commitment) == 1
    assert "vendredi 4 décembre 2026 à 14 h" in visit(client, receipt.address).text


def test_a_page_left_open_moves_only_to_the_time_it_shows(client: FlaskClient, motif: Motif) -> None:
    receipt = book(client, motif)
    choose = visit(client, f"{receipt.address}/deplacer")
    friday, other, *_ = (slot for slot in slots_of(choose) if "20261204" in slot)
    stale = values_of(submit(client, choose, {"slot": friday}).form())
    submit(client, visit(client, f"{receipt.address}/deplacer"), {"slot": other})
    answer = client.post(f"{receipt.address}/deplacer/verifier", data=stale)
    assert answer.status_code == 409
    assert "dans une autre fenêtre" in answer.text
    assert only_appointment().starts_at == metz("2026-12-03 09:00")


def test_the_appointment_is_cancelled_and_its_time_free_at_once(
    client: FlaskClient, other_client: FlaskClient, motif: Motif
) -> None:
    receipt = book(client, motif)
    asked = visit(client, f"{receipt.address}/annuler")
    assert "Voulez-vous annuler ?" in asked.text
    assert how_many(Commitment) == 1
    page = submit(client, asked)
    assert "C’est annulé" in page.text
    assert "Schmitt" not in page.response.text
    assert only_appointment().status is Status.EXCUSED
    assert how_many(Commitment) == 0
    again = submit(client, asked)
    assert "C’est annulé" in again.text
    assert "Ce rendez-vous est déjà annulé" in visit(client, f"{receipt.address}/annuler").text
    theirs = answer_until(other_client, motif, last="place")
    assert "borny@20261203T0800Z" in slots_of(theirs)


def test_the_appointment_is_found_by_code_and_three_letters(client: FlaskClient, motif: Motif) -> None:
    receipt = book(client, motif, name="Élodie Schmitt")
    code = only_appointment().code
    page = submit(client, visit(client, "/retrouver"), {"code": f" {code[:4].lower()}-{code[4:]}", "letters": "elo"})
    assert page.address == receipt.address


def test_tries_on_a_code_are_counted_and_then_stopped(client: FlaskClient, motif: Motif) -> None:
    book(client, motif)
    code = only_appointment().code
    page = visit(client, "/retrouver")
    for _ in range(5):
        wrong = submit(client, page, {"code": code, "letters": "zzz"})
        assert wrong.status == 422
        assert wrong.html.select_one("#code")["value"] == code  # type: ignore[index]
    stopped = submit(client, page, {"code": code, "letters": "sch"})
    assert stopped.status == 429
    assert "03 53 01 00 00" in stopped.text


def test_an_unknown_code_and_a_wrong_name_are_told_in_the_same_words(client: FlaskClient, motif: Motif) -> None:
    book(client, motif)
    page = visit(client, "/retrouver")
    answers = [
        submit(client, page, {"code": code, "letters": "zzz"}).html.select_one(".error-message").text  # type: ignore[union-attr]
        for code in (only_appointment().code, "ABCD2345", "rien")
    ]
    assert len(set(answers)) == 1


def test_i_have_finished_erases_the_draft_its_hold_and_the_session(client: FlaskClient, motif: Motif) -> None:
    answer_until(client, motif)
    page = submit(client, visit(client, "/rendez-vous/verifier"), action="/effacer")
    assert page.address == "/"
    assert how_many(Draft) == how_many(Commitment) == 0
    assert "Schmitt" not in visit(client, "/rendez-vous/nom").response.text


def test_a_hold_is_kept_while_answering(client: FlaskClient, motif: Motif, clock: FrozenClock) -> None:
    answer_until(client, motif, last="time")
    clock.advance(minutes=10)
    submit(client, visit(client, "/rendez-vous/pour-qui"), {"booked_by": "self"})
    clock.advance(minutes=10)
    db.session.rollback()
    held = db.session.scalars(select(Commitment)).one()
    assert held.kind is Kind.HOLD
    assert held.expires_at is not None and held.expires_at > clock.at


def test_a_fourth_booking_with_the_same_phone_is_sent_to_the_desk(client: FlaskClient, motif: Motif) -> None:
    for phone in ("06 12 34 56 78", "+33 6 12 34 56 78", "0612345678"):
        assert book(client, motif, phone=phone).address.startswith("/r/")
    page = book(client, motif, phone="06.12.34.56.78")
    assert page.status == 409
    assert "Il y a déjà 3 rendez-vous" in page.text
    assert "03 53 01 00 00" in page.text
    assert how_many(Appointment) == 3


def test_a_receipt_that_is_past_says_only_that_and_dies_after_thirty_days(
    client: FlaskClient, motif: Motif, clock: FrozenClock
) -> None:
    receipt = book(client, motif)
    clock.set("2026-12-03 18:00")
    assert "Marie Schmitt" in visit(client, receipt.address).text
    clock.set("2026-12-04 08:00")
    page = visit(client, receipt.address)
    assert "Ce rendez-vous est passé" in page.text
    assert "Schmitt" not in page.response.text
    clock.set("2027-01-03 08:00")
    assert visit(client, receipt.address).status == 404


def test_a_new_time_in_another_place_that_was_taken_offers_others(
    client: FlaskClient, other_client: FlaskClient, motif: Motif
) -> None:
    sablon = make_place("Mairie de quartier du Sablon", slug="sablon")
    make_presence("2026-12-08 09:00", "12:00", conseiller=make_staff("Hugo"), place=sablon)
    receipt = book(client, motif)
    page = visit(client, f"{receipt.address}/deplacer?lieux=partout")
    theirs = answer_until(other_client, motif, last="place", place="sablon")
    wanted = first_slot(theirs)
    submit(other_client, theirs, {"slot": wanted})
    page = submit(client, page, {"slot": wanted})
    assert page.status == 409
    page = submit(client, page, {"slot": next(slot for slot in slots_of(page) if "sablon" in slot)})
    assert page.address == f"{receipt.address}/deplacer/verifier"
    assert submit(client, page).address == receipt.address
    assert only_appointment().presence.place.slug == "sablon"
