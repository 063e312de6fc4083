"""Another phone or e-mail: letters go there, and what the old mailbox held opens nothing any more (K07)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.journal import Entry
from cnapp.domain.outbox import Due
from cnapp.services.contact_changes import CHANGES_A_DAY
from cnapp.web.application import Application
from tests.booking import reload
from tests.delivery.mailing import Mail, links_in, mailing
from tests.factories import LINK_KEY, make_appointment
from tests.support import FrozenClock, Page, submit, visit

OLD, NEW = "lea@exemple.fr", "lea.ebert@exemple.fr"


@pytest.fixture
def mail(app: Application, clock: FrozenClock) -> Iterator[Mail]:
    with mailing(app, clock) as mail:
        yield mail


@pytest.fixture
def made(app: Application) -> Appointment:
    return make_appointment(name="Léa Ébert", email=OLD, phone="+33639980001")


def change(client: FlaskClient, appointment: Appointment, **values: str) -> Page:
    address = f"/r/{appointment.link(LINK_KEY)}"
    assert visit(client, address).html.select_one(f'a[href="{address}/coordonnees"]')
    return submit(client, visit(client, f"{address}/coordonnees"), values)


def happened() -> list[str]:
    return list(db.session.scalars(select(Entry.what).order_by(Entry.id)))


def test_another_e_mail_ends_the_old_address_and_gets_the_new_one(
    client: FlaskClient, made: Appointment, mail: Mail
) -> None:
    old = made.link(LINK_KEY)
    page = change(client, made, email=NEW)
    assert "Vos coordonnées sont changées." in page.text
    now_at = f"/r/{reload(made).link(LINK_KEY)}"
    assert page.address == now_at != f"/r/{old}"
    for end in ("", "/annuler", "/deplacer", "/coordonnees", "/rendez-vous.ics"):
        assert client.get(f"/r/{old}{end}").status_code == 404, end
    mail.clock.advance(minutes=2)
    (letter,) = mail.send()
    assert letter["To"] == NEW and links_in(letter) == [now_at]
    assert old not in letter.as_string() and f"rdv-{made.public_id}@" in calendar_of(letter)
    assert happened() == ["booked", "contacts_changed"]
    assert NEW not in repr(db.session.execute(select(Entry.detail)).all())


def calendar_of(letter: object) -> str:
    (part,) = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]  # type: ignore[attr-defined]
    return str(part.get_content())


def test_a_letter_that_waited_for_the_old_mailbox_does_not_leave(
    client: FlaskClient, made: Appointment, mail: Mail
) -> None:
    change(client, made, email="premier@exemple.fr")
    mail.clock.advance(seconds=90)
    change(client, reload(made), email=NEW)
    mail.clock.advance(minutes=2)
    assert [letter["To"] for letter in mail.send()] == [NEW]


def test_the_other_appointments_of_the_same_person_follow(client: FlaskClient, made: Appointment, mail: Mail) -> None:
    other = make_appointment(at="2026-12-10 10:00", person=db.session.get_one(Citizen, made.person_id))
    old = other.link(LINK_KEY)
    change(client, made, email=NEW)
    assert client.get(f"/r/{old}").status_code == 404
    mail.clock.advance(minutes=2)
    assert [letter["To"] for letter in mail.send()] == [NEW, NEW]


def test_what_is_left_empty_stays_and_nothing_noted_is_shown_whole(client: FlaskClient, made: Appointment) -> None:
    page = visit(client, f"/r/{made.link(LINK_KEY)}/coordonnees")
    assert "finit par 01" in page.text and "commence par l" in page.text
    assert OLD not in page.response.text and "39980001" not in page.response.text.replace(" ", "")
    assert "Rien n’a changé." in change(client, made).text
    person = db.session.get_one(Citizen, made.person_id)
    assert (person.email, person.phone, reload(made).link_version) == (OLD, "+33639980001", 1)
    assert happened() == ["booked"]


def test_a_first_e_mail_leaves_the_address_of_the_paper_as_it_is(client: FlaskClient, mail: Mail) -> None:
    """No mailbox holds it: the paper does."""
    made = make_appointment(phone="+33387000001")
    page = change(client, made, email=NEW)
    assert page.address == f"/r/{made.link(LINK_KEY)}"
    mail.clock.advance(minutes=2)
    assert [links_in(letter) for letter in mail.send()] == [[page.address]]


def test_three_appointments_ahead_with_a_contact_are_the_most(client: FlaskClient, made: Appointment) -> None:
    for day in (7, 8, 9):
        make_appointment(at=f"2026-12-0{day} 09:00", email=NEW)
    page = change(client, made, email=NEW)
    assert page.status == 409 and "Il y a déjà 3 rendez-vous à venir" in page.text
    assert page.html.select_one("input[name=email]")["value"] == NEW  # type: ignore[index]
    assert db.session.get_one(Citizen, made.person_id).email == OLD


def test_one_appointment_writes_to_few_new_mailboxes_a_day(client: FlaskClient, made: Appointment) -> None:
    """B08."""
    for number in range(CHANGES_A_DAY):
        assert change(client, reload(made), email=f"qui{number}@exemple.fr").status == 200
    assert change(client, reload(made), email=NEW).status == 429


@pytest.mark.parametrize(
    ("field", "typed"),
    [("email", "lea@"), ("email", "a@exemple.fr, b@exemple.fr"), ("phone", "06 12"), ("email", "l" * 300 + "@x.fr")],
)
def test_what_is_not_understood_is_told_and_kept(
    client: FlaskClient, made: Appointment, field: str, typed: str
) -> None:
    page = change(client, made, **{field: typed})
    assert page.status == 422 and page.title.startswith("Erreur")
    assert page.html.select_one(f"input[name={field}]")["value"] == typed  # type: ignore[index]
    assert len(db.session.scalars(select(Due)).all()) == 1
