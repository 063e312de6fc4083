"""« Je n’ai plus le code »: a letter to that very contact, and an answer that tells nobody who has one (K03, K04)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.appointments import Booker, Told
from cnapp.domain.outbox import Channel, Due, Letter, Outcome
from cnapp.services import lost_codes
from cnapp.services.appointments import cancel
from cnapp.services.journal import By
from cnapp.services.retrieval import TRIES_AN_ADDRESS
from cnapp.web.application import Application
from tests.delivery.mailing import Mail, links_in, mailing, text_of
from tests.factories import (
    make_appointment,
    make_citizen,
    make_place,
    make_presence,
    make_registration,
    make_workshop,
)
from tests.support import FrozenClock, Page, count_queries, submit, visit

LEA = "lea@exemple.fr"
ANSWER = "Si un rendez-vous existe, un message arrive dans 2 minutes."


@pytest.fixture
def mail(app: Application, clock: FrozenClock) -> Iterator[Mail]:
    with mailing(app, clock) as mail:
        yield mail


def ask(client: FlaskClient, contact: str = LEA) -> Page:
    return submit(client, visit(client, "/retrouver"), {"contact": contact}, "/sans-code")


def letters() -> list[Due]:
    return list(db.session.scalars(select(Due).where(Due.letter == Letter.CODES).order_by(Due.id)))


def test_whoever_lost_it_reads_it_in_a_letter_and_opens_the_appointment(client: FlaskClient, mail: Mail) -> None:
    place = make_place("Médiathèque Verlaine")
    one = make_appointment(make_presence("2026-12-03 09:00", place=place), name="Léa Ébert", email=LEA)
    two = make_appointment(at="2026-12-10 10:00", name="Léa Ébert", email=LEA)
    assert ANSWER in ask(client, "Lea@exemple.fr").text
    (letter,) = mail.send()
    text = text_of(letter)
    assert letter["To"] == LEA and letter["Subject"] == "Vos rendez-vous à venir"
    for words in ("Bonjour Léa Ébert,", "Médiathèque Verlaine", one.shown_code, two.shown_code):
        assert words in text
    assert text.index("jeudi 3 décembre à 9 h") < text.index("jeudi 10 décembre à 10 h")
    for link, appointment in zip(links_in(letter), (one, two), strict=True):
        assert appointment.shown_code in visit(client, link).text


def test_only_what_concerns_this_very_contact_and_lies_ahead_is_told(client: FlaskClient, mail: Mail) -> None:
    mine = make_appointment(name="Léa", email=LEA)
    booked = make_appointment(
        at="2026-12-04 09:00", booked_by=Booker.RELATIVE, booker_id=make_citizen("Léa", email=LEA).id, told=Told.BOOKER
    )
    others = [
        make_appointment(at="2026-12-07 09:00", email="lea+rdv@exemple.fr"),
        make_appointment(at="2026-12-08 09:00", email="leo@exemple.fr"),
        make_appointment(at="2026-11-27 09:00", email=LEA),
        make_appointment(at="2026-12-09 09:00", email=LEA),
    ]
    with transaction():
        cancel(others[-1], by=By.citizen(), now=mail.clock())
    ask(client)
    (letter,) = mail.send()
    text = text_of(letter)
    assert mine.shown_code in text and booked.shown_code in text
    assert not [each.shown_code for each in others if each.shown_code in text]


def test_known_and_unknown_ask_the_database_the_same(client: FlaskClient, mail: Mail) -> None:
    """K03, K04: the same statements, in the same order, and the same page."""
    make_appointment(email=LEA)
    asked, pages = [], []
    for contact in (LEA, "personne@exemple.fr"):
        page = visit(client, "/retrouver")
        with count_queries() as statements:
            pages.append(submit(client, page, {"contact": contact}, "/sans-code"))
        asked.append(statements)
    assert asked[0] == asked[1]
    assert (pages[0].status, pages[0].text) == (pages[1].status, pages[1].text)
    assert [row.citizen_id is not None for row in letters()] == [True]


def test_asked_again_within_ten_minutes_one_letter_leaves(client: FlaskClient, mail: Mail, clock: FrozenClock) -> None:
    make_appointment(email=LEA)
    assert {ask(client).text, ask(client, "LEA@exemple.fr").text} == {ask(client).text}
    assert len(mail.send()) == 1
    clock.advance(minutes=11)
    ask(client)
    assert len(mail.send()) == 1


def test_no_more_than_three_a_day_whoever_asks(client: FlaskClient, mail: Mail, clock: FrozenClock) -> None:
    """B08."""
    make_appointment(email=LEA)
    for _ in range(5):
        ask(client)
        clock.advance(minutes=11)
    assert len(mail.send()) == 3
    assert [row.outcome for row in letters()] == [Outcome.SENT] * 3 + [Outcome.CAPPED] * 2


def test_a_telephone_is_asked_for_by_sms_alone(mail: Mail, clock: FrozenClock) -> None:
    """With no gateway set the letter waits: it goes to no other contact."""
    make_appointment(email=LEA, phone="+33639980001")
    with transaction():
        lost_codes.ask(Channel.SMS, "+33639980001", address="192.0.2.1", now=clock())
    assert mail.send() == []
    (due,) = letters()
    assert (due.channel, due.settled_at, due.last_error) == (Channel.SMS, None, "not set")


def test_an_appointment_cancelled_meanwhile_is_not_told(client: FlaskClient, mail: Mail) -> None:
    made = make_appointment(email=LEA)
    ask(client)
    with transaction():
        cancel(made, by=By.citizen(), now=mail.clock())
    assert mail.send() == [] and letters()[0].outcome is Outcome.UNNEEDED


@pytest.mark.parametrize(
    ("contact", "sentence"),
    [
        ("", "Écrivez le contact que vous aviez donné."),
        ("lea@", "Écrivez un téléphone, par exemple"),
        ("06 39 98 00 01", "Nous ne pouvons pas écrire à ce contact."),
        ("lea@exemple.fr, leo@exemple.fr", "Écrivez un téléphone, par exemple"),
        ("l" * 300 + "@exemple.fr", "C’est trop long."),
    ],
)
def test_what_cannot_be_written_to_is_told_and_kept(
    client: FlaskClient, mail: Mail, contact: str, sentence: str
) -> None:
    page = ask(client, contact)
    assert page.status == 422 and sentence in page.text and page.title.startswith("Erreur")
    assert page.html.select_one("input[name=contact]")["value"] == contact  # type: ignore[index]
    assert letters() == []


def test_tries_are_counted_for_each_address_with_those_of_codes(client: FlaskClient, mail: Mail) -> None:
    with transaction():
        for number in range(TRIES_AN_ADDRESS):
            lost_codes.ask(Channel.EMAIL, f"qui{number}@exemple.fr", address="127.0.0.1", now=mail.clock())
    assert ask(client).status == 429
    with pytest.raises(TooManyTries), transaction():
        lost_codes.ask(Channel.EMAIL, LEA, address="127.0.0.1", now=mail.clock())


def test_without_a_mail_server_the_page_asks_for_no_contact(client: FlaskClient) -> None:
    page = visit(client, "/retrouver")
    assert not page.html.select("input[name=contact]")
    token = page.form().select_one("[name=csrf_token]")
    assert token and client.post("/retrouver/sans-code", data={"csrf_token": token["value"]}).status_code == 409


def test_whoever_is_registered_already_reads_their_code_in_a_letter(client: FlaskClient, mail: Mail) -> None:
    """K04: the page says the same to whoever is not; the letter goes to the contact alone."""
    registration = make_registration(make_workshop(title="Mes photos"), "Léa Ébert", email=LEA)
    page = submit(client, visit(client, f"/ateliers/{registration.workshop.public_id}"), action="/inscription")
    for values in ({}, {"booked_by": "self"}, {"name": "Léa"}, {"email": LEA}, {}):
        page = submit(client, page, values)
    assert page.status == 409 and "Si une inscription existe, un message" in page.text
    (letter,) = mail.send()
    text = text_of(letter)
    assert letter["To"] == LEA and letter["Subject"] == "Vos rendez-vous et vos ateliers à venir"
    assert "Mes photos" in text and registration.shown_code in text
    (link,) = links_in(letter)
    assert registration.shown_code in visit(client, link).text
