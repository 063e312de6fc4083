"""What each letter says, to whom, and what calendars read in it."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, cast

import icalendar
import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.contacts import EmailNotUnderstood
from cnapp.base.database import db, transaction
from cnapp.base.mail import Server
from cnapp.config import Settings
from cnapp.delivery.carriers import SmtpCarrier
from cnapp.delivery.letters import mail_for
from cnapp.domain.appointments import Appointment, Booker, Told
from cnapp.domain.outbox import Due, Letter
from cnapp.services.appointments import cancel, move_directly, revoke
from cnapp.services.journal import By
from cnapp.services.letters import telling
from cnapp.services.slots import conseillers_at
from cnapp.web.application import Application
from tests.booking import aim
from tests.delivery.postbox import PostOffice, serving
from tests.factories import (
    LINK_KEY,
    make_appointment,
    make_citizen,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    metz,
)
from tests.support import FrozenClock

LEA = "lea@exemple.fr"
NOW = metz("2026-11-30 08:00")


@pytest.fixture
def settings(app: Application) -> Settings:
    return Settings(
        **{
            **vars(app.settings),
            "smtp_url": "smtp://127.0.0.1",
            "mail_from": "Aide numérique <rdv@exemple.fr>",
            "mail_reply_to": "accueil@exemple.fr",
        }
    )


@pytest.fixture
def appointment(app: object) -> Appointment:
    place = make_place("Médiathèque Verlaine", way_in="Entrée par la cour.")
    presence = make_presence(conseiller=make_staff("Nadia"), place=place)
    motif = make_motif(title="Refaire une carte grise", bring="l’ancienne carte")
    return make_appointment(presence, motif=motif, name="Léa Ébert", email=LEA)


def letter_for(due: Due, *, settings: Settings, now: datetime) -> EmailMessage | None:
    told = telling(due, now=now)
    return told and mail_for(due, told, settings=settings, now=now) if told and told.reader.email else None


def rows_about(appointment: Appointment) -> list[Due]:
    mine = select(Due).where(Due.appointment_id == appointment.id).order_by(Due.id)
    return list(db.session.scalars(mine))


def last_letter(appointment: Appointment, settings: Settings, now: datetime = NOW) -> EmailMessage:
    letter = letter_for(rows_about(appointment)[-1], settings=settings, now=now)
    assert letter is not None
    return as_received(letter)


def as_received(letter: EmailMessage) -> EmailMessage:
    """Written on the wire and read again."""
    return cast(EmailMessage, message_from_bytes(letter.as_bytes(), policy=SMTP))


def texts(letter: EmailMessage) -> list[str]:
    """What is read, spaces of every kind as one: the text, then the HTML."""
    plain = letter.get_body(("plain",))
    assert plain is not None
    return [
        " ".join(text.split())
        for text in (plain.get_content(), BeautifulSoup(html_of(letter), "html.parser").get_text())
    ]


def html_of(letter: EmailMessage) -> str:
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def calendars(letter: EmailMessage) -> list[tuple[str | None, bytes]]:
    """Each calendar of a letter: the method that its part names, and its bytes."""
    found = [part for part in letter.walk() if part.get_content_type() in ("text/calendar", "application/ics")]
    return [(part.get_param("method"), part.get_payload(decode=True)) for part in found]  # type: ignore[misc]


def event_in(letter: EmailMessage) -> tuple[str, icalendar.Event]:
    (method, body), (_, attached) = calendars(letter)
    assert body == attached
    calendar = icalendar.Calendar.from_ical(body)
    assert calendar.errors == []
    assert calendar["method"] == method
    (event,) = calendar.events
    return method or "", event


def ended(appointment: Appointment, verb: Any, now: datetime = NOW) -> Appointment:
    with transaction():
        verb(appointment, by=By.citizen(), now=now)
    return appointment


def test_a_confirmation_says_what_helps_to_come(appointment: Appointment, settings: Settings) -> None:
    letter = last_letter(appointment, settings)
    for text in texts(letter):
        for words in (
            "Bonjour Léa Ébert,",
            "Votre rendez-vous est confirmé.",
            "jeudi 3 décembre à 9 h",
            "Médiathèque Verlaine, ",
            "Entrée par la cour.",
            "Nadia",
            "l’ancienne carte",
            appointment.shown_code,
            "03 53 01 00 00",
            "Vous pouvez répondre à ce message.",
        ):
            assert words in text


def test_its_one_link_opens_the_receipt(client: FlaskClient, appointment: Appointment, settings: Settings) -> None:
    letter = last_letter(appointment, settings)
    (link,) = re.findall(r'href="([^"]+)"', html_of(letter))
    assert link == f"{settings.base_url}/r/{appointment.link(LINK_KEY)}"
    assert link in texts(letter)[0]
    assert client.get(link.removeprefix(settings.base_url)).status_code == 200


@pytest.mark.parametrize("verb", [cancel, revoke])
def test_a_cancelled_one_leads_to_another(
    client: FlaskClient, appointment: Appointment, settings: Settings, verb: Any
) -> None:
    (link,) = re.findall(r'href="([^"]+)"', html_of(last_letter(ended(appointment, verb), settings)))
    assert client.get(link.removeprefix(settings.base_url)).status_code == 200


def test_its_headers_name_the_sender_and_one_reader(appointment: Appointment, settings: Settings) -> None:
    letter = last_letter(appointment, settings)
    assert letter["From"] == "Aide numérique <rdv@exemple.fr>"
    assert letter["To"] == LEA
    assert letter["Reply-To"] == "accueil@exemple.fr"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == f"<confirmed.{appointment.public_id}.1@127.0.0.1>"
    assert letter["Date"].datetime == NOW


def test_sent_again_it_keeps_its_name(appointment: Appointment, settings: Settings) -> None:
    again = last_letter(appointment, settings, metz("2026-11-30 14:00"))
    assert again["Message-ID"] == last_letter(appointment, settings)["Message-ID"]


def test_without_settings_the_sender_is_the_town_and_nobody_reads_replies(app: Application) -> None:
    letter = last_letter(make_appointment(email=LEA), app.settings)
    assert letter["From"] == "Aide numérique – Ville de Metz <aide.numerique@exemple.fr>"
    assert "Reply-To" not in letter
    assert all("Ne répondez pas à ce message" in text for text in texts(letter))


@pytest.mark.parametrize("verb", [cancel, revoke, None])
def test_no_subject_tells_anything_of_anybody(appointment: Appointment, settings: Settings, verb: Any) -> None:
    if verb:
        ended(appointment, verb)
    subject = " ".join(last_letter(appointment, settings)["Subject"].split())
    assert "jeudi 3 décembre à 9 h" in subject
    for private in ("Léa", "Ébert", "carte", "exemple", appointment.shown_code, "Verlaine"):
        assert private not in subject


def test_calendars_enter_it_under_its_name_for_life(appointment: Appointment, settings: Settings) -> None:
    method, event = event_in(last_letter(appointment, settings))
    assert method == "REQUEST"
    assert event["uid"] == f"rdv-{appointment.public_id}@127.0.0.1"
    assert event["sequence"] == 0
    assert event["status"] == "CONFIRMED"
    assert event["organizer"] == "mailto:rdv@exemple.fr"
    assert event["attendee"] == f"mailto:{LEA}"
    assert event["attendee"].params == {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    assert event["dtstart"].dt == appointment.starts_at
    assert "Ébert" not in event.to_ical().decode()


def test_its_calendar_stands_last_among_the_alternatives(appointment: Appointment, settings: Settings) -> None:
    letter = last_letter(appointment, settings)
    alternatives, attached = letter.iter_parts()
    kinds = [part.get_content_type() for part in alternatives.iter_parts()]
    assert letter.get_content_type() == "multipart/mixed"
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    assert [*alternatives.iter_parts()][-1]["Content-Transfer-Encoding"] == "base64"
    assert attached.get_filename() == "rendez-vous.ics"


@pytest.mark.parametrize(
    ("verb", "words"), [(cancel, "Votre rendez-vous du jeudi"), (revoke, "Nous devons annuler votre rendez-vous")]
)
def test_a_cancelled_one_leaves_calendars_and_says_no_more(
    appointment: Appointment, settings: Settings, verb: Any, words: str
) -> None:
    letter = last_letter(ended(appointment, verb), settings)
    method, event = event_in(letter)
    assert (method, event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 1)
    for text in texts(letter):
        assert words in text
        assert "carte" not in text and appointment.shown_code not in text


def test_a_moved_one_tells_the_new_time(app: object, settings: Settings, clock: FrozenClock) -> None:
    motif, presence = make_motif(), make_presence()
    made = make_appointment(presence, motif=motif, email=LEA)
    wanted = aim(motif, presence.place, "2026-12-03 10:30")
    with transaction(*conseillers_at(wanted.choice)):
        move_directly(made, wanted.wish(), wanted.choice, by=By.citizen(), now=clock())
    letter = last_letter(made, settings)
    assert "jeudi 3 décembre à 10 h 30" in " ".join(letter["Subject"].split())
    method, event = event_in(letter)
    assert (method, event["sequence"], event["dtstart"].dt) == ("REQUEST", 1, metz("2026-12-03 10:30"))
    assert [letter_for(row, settings=settings, now=NOW) is None for row in rows_about(made)] == [True, False]


def test_a_change_that_a_newer_letter_tells_is_not_told(appointment: Appointment, settings: Settings) -> None:
    ended(appointment, cancel)
    first, last = rows_about(appointment)
    assert letter_for(first, settings=settings, now=NOW) is None
    assert letter_for(last, settings=settings, now=NOW) is not None


@pytest.mark.parametrize("at", ["2026-12-03 09:00", "2026-12-04 09:00"])
def test_a_confirmation_that_comes_too_late_is_not_sent(appointment: Appointment, settings: Settings, at: str) -> None:
    (row,) = rows_about(appointment)
    assert letter_for(row, settings=settings, now=metz(at)) is None


def test_a_cancellation_is_told_until_the_day_ends(appointment: Appointment, settings: Settings) -> None:
    row = rows_about(ended(appointment, revoke))[-1]
    assert letter_for(row, settings=settings, now=metz("2026-12-03 23:00")) is not None
    assert letter_for(row, settings=settings, now=metz("2026-12-04 00:00")) is None


def test_nobody_without_an_address_is_written_to(app: object, settings: Settings) -> None:
    (row,) = rows_about(make_appointment(phone="+33639980001"))
    assert letter_for(row, settings=settings, now=NOW) is None


def for_another(told: Told) -> Appointment:
    booker = make_citizen("Paul Weber", email="paul@exemple.fr")
    made = make_appointment(name="Léa Ébert", email=LEA, booked_by=Booker.RELATIVE, booker_id=booker.id, told=told)
    return ended(made, cancel)


@pytest.mark.parametrize(
    ("told", "readers"),
    [
        (Told.PERSON, {LEA: "Votre rendez-vous"}),
        (Told.BOOKER, {"paul@exemple.fr": "Le rendez-vous de Léa Ébert"}),
        (Told.BOTH, {LEA: "Votre rendez-vous", "paul@exemple.fr": "Le rendez-vous de Léa Ébert"}),
    ],
)
def test_those_who_are_to_be_told_each_receive_their_own(
    app: object, settings: Settings, told: Told, readers: dict[str, str]
) -> None:
    rows = [row for row in rows_about(for_another(told)) if row.letter is Letter.CANCELLED]
    letters = [letter_for(row, settings=settings, now=NOW) for row in rows]
    assert [letter["To"] for letter in letters if letter] == list(readers)
    for letter in letters:
        assert letter is not None
        own = [address for address in readers if address != letter["To"]]
        assert all(readers[letter["To"]] in text for text in texts(letter))
        assert not any(address in letter.as_string() for address in own)
    assert len({letter["Message-ID"] for letter in letters if letter}) == len(readers)


@pytest.mark.parametrize("name", ["Léa\r\nBcc: tous", "<b>Léa</b> & Co", "Léa %(phone)s %"])
def test_a_strange_name_stays_a_name(app: object, settings: Settings, name: str) -> None:
    letter = last_letter(make_appointment(name=name, email=LEA), settings)
    plain, _html = texts(letter)
    assert "Bonjour " + " ".join(name.split()) + "," in plain
    assert "Bcc" not in letter
    assert "<b>Léa" not in html_of(letter)


@pytest.mark.parametrize(
    "email",
    [
        "lea@exemple.fr, paul@exemple.fr",
        "lea@exemple.fr;paul@exemple.fr",
        "lea@exemple.fr\r\nBcc: paul@exemple.fr",
        "lea@exemple.fr\nX: y",
        "Léa <lea@exemple.fr>",
        "lea@",
    ],
)
def test_an_address_that_is_not_one_address_is_refused(app: object, settings: Settings, email: str) -> None:
    """Whatever a script or an import has written into the row."""
    (row,) = rows_about(make_appointment(email=email))
    with pytest.raises(EmailNotUnderstood):
        letter_for(row, settings=settings, now=NOW)


def test_a_domain_with_accents_is_written_as_servers_read_it(app: object, settings: Settings) -> None:
    letter = last_letter(make_appointment(email="lea@mairie-été.fr"), settings)
    assert letter["To"] == "lea@" + "mairie-été.fr".encode("idna").decode()
    _, event = event_in(letter)
    assert event["attendee"] == f"mailto:{letter['To']}"


def test_a_letter_travels_to_a_real_server(app: object, settings: Settings) -> None:
    made = make_appointment(name="Léa Ébert", email="lea@mairie-été.fr")
    (row,) = rows_about(made)
    letter = letter_for(row, settings=settings, now=NOW)
    assert letter is not None
    with serving(PostOffice()) as office:
        SmtpCarrier(Server("127.0.0.1", office.port), patience=2).send(letter)
    (received,) = office.received
    assert office.envelopes == [("rdv@exemple.fr", ["lea@xn--mairie-t-h1ab.fr"])]
    assert texts(received) == texts(as_received(letter))
    assert event_in(received)[0] == "REQUEST"
