"""A conseiller's workshops on a phone: the card, who comes, and the roll call."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.people import Staff
from cnapp.domain.registrations import Standing
from cnapp.domain.workshop_sessions import Attendance, Outcome, WorkshopSession
from cnapp.domain.workshops import Status, Workshop
from cnapp.services import workshop_programmes
from cnapp.web.application import Application
from tests.factories import give_password, make_kit, make_place, make_registration, make_staff, make_workshop
from tests.support import FrozenClock, Page, count_queries, sign_in, submit, visit

TODAY = "2026-11-30"


@pytest.fixture
def nadia(app: Application, client: FlaskClient) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    give_password(staff)
    sign_in(client, "nadia@exemple.fr")
    return staff


@pytest.fixture
def photos(nadia: Staff) -> Workshop:
    """Three sessions from today on, with two people and one who waits."""
    days = (f"{TODAY} 14:00", "2026-12-07 14:00", "2026-12-14 14:00")
    workshop = make_workshop(*days, leader=nadia, place=make_place("Borny"), title="Mes photos")
    for name in ("Léa Martin", "Paul Klein"):
        make_registration(workshop, name, phone="+33639980001" if name == "Léa Martin" else None)
    make_registration(workshop, "Ana Roux", status=Standing.WAITING)
    return workshop


def address(workshop: Workshop, number: int = 0, last: str = "appel") -> str:
    return f"/agenda/ateliers/{workshop.public_id}/seances/{workshop.sessions[number].public_id}/{last}"


def noted(workshop: Workshop, number: int = 0) -> tuple[Outcome | None, int, list[bool]]:
    db.session.rollback()
    session = db.session.get_one(WorkshopSession, workshop.sessions[number].id, populate_existing=True)
    came = select(Attendance.came).where(Attendance.session_id == session.id).order_by(Attendance.registration_id)
    return session.outcome, session.drop_ins, list(db.session.scalars(came))


def box(page: Page, name: str) -> str:
    label = next(each for each in page.html.select("label.choice") if name in each.get_text())
    field = label.select_one("input")
    assert field
    return str(field["value"])


def test_the_day_and_the_week_show_the_workshop(client: FlaskClient, photos: Workshop) -> None:
    kit = make_kit(name="Kit Sablon")
    with transaction():
        workshop_programmes.lend_kits(db.session.merge(photos), [db.session.merge(kit)])
    day = visit(client, f"/agenda/{TODAY}")
    for words in (
        "Atelier : Mes photos",
        "2 inscrits / 8",
        "À emporter : Kit Sablon",
        "Faire l’appel",
        "Ateliers seulement",
    ):
        assert words in day.text.replace("\u00a0", " "), words
    assert "Faire l’appel" not in visit(client, "/agenda/2026-12-07").text
    week = visit(client, "/agenda/semaine/2026-W49")
    assert "1 atelier." in week.text and "Mes photos » à 14 h : 2 inscrits / 8" in week.text
    assert week.html.select_one(f"main a[href='/agenda/ateliers/{photos.public_id}']")
    page = visit(client, f"/agenda/ateliers/{photos.public_id}")
    assert "Léa Martin" in page.text and page.html.select_one('a[href="tel:+33639980001"]')
    assert "1 personne attend" in page.text and "Ana Roux" not in page.text
    assert "Léa Martin" in visit(client, address(photos, 1, "emargement")).text


def test_only_its_leaders_open_it(client: FlaskClient, nadia: Staff) -> None:
    other = make_workshop(f"{TODAY} 14:00")
    for page in (f"/agenda/ateliers/{other.public_id}", address(other), address(other, 0, "emargement")):
        assert client.get(page).status_code == 404
    assert client.get("/agenda/ateliers/inconnu").status_code == 404


def test_the_roll_is_called_in_one_press_and_corrected(
    client: FlaskClient, photos: Workshop, clock: FrozenClock
) -> None:
    page = visit(client, address(photos))
    assert "Ana Roux" not in page.text
    lea, paul = box(page, "Léa Martin"), box(page, "Paul Klein")
    done = submit(client, page, {"came": [lea], "drop_ins": "3"})
    assert "L’appel est noté" in done.text and "3 personnes venues sans inscription" in done.text
    assert noted(photos) == (Outcome.HELD, 3, [True, False])
    submit(client, page, {"came": [lea], "drop_ins": "3"})
    assert len(journal(photos)) == 1, "pressed twice, it is noted once"
    clock.set("2026-12-07 20:00")
    sign_in(client, "nadia@exemple.fr")
    again = visit(client, address(photos))
    assert again.html.select_one(f'input[value="{lea}"][checked]') and again.html.select_one('input[value="3"]')
    submit(client, again, {"came": [lea, paul], "drop_ins": "0"})
    assert noted(photos) == (Outcome.HELD, 0, [True, True])
    assert [each.detail["came"] for each in journal(photos)] == [1, 2]
    clock.set("2026-12-08 00:01")
    sign_in(client, "nadia@exemple.fr")
    assert client.get(address(photos)).status_code == 409


def journal(workshop: Workshop) -> list[Entry]:
    lines = select(Entry).where(Entry.subject == Subject.WORKSHOP, Entry.subject_id == workshop.id)
    return list(db.session.scalars(lines.order_by(Entry.number)))


def test_a_session_that_was_not_held_has_nobody(client: FlaskClient, photos: Workshop) -> None:
    page = visit(client, address(photos))
    lea = box(page, "Léa Martin")
    submit(client, page, {"came": [lea]})
    page = visit(client, address(photos))
    refused = submit(client, page, {"came": [lea], "outcome": "not_held"})
    assert refused.status == 422 and "ne cochez personne" in refused.text
    assert refused.html.select_one(f'input[value="{lea}"][checked]')
    submit(client, page, {"came": [], "outcome": "not_held"})
    assert noted(photos) == (Outcome.NOT_HELD, 0, [])


@pytest.mark.parametrize("typed", ["-1", "201", "10000", "trois", "1,5"])
def test_a_wrong_number_loses_nothing(client: FlaskClient, photos: Workshop, typed: str) -> None:
    page = visit(client, address(photos))
    lea = box(page, "Léa Martin")
    refused = submit(client, page, {"came": [lea], "drop_ins": typed})
    assert refused.status == 422 and refused.title.startswith("Erreur")
    assert refused.html.select_one(f'input[name=drop_ins][value="{typed}"]')
    assert refused.html.select_one(f'input[value="{lea}"][checked]')
    forged = submit(client, page, {"came": ["quelqu'un"], "outcome": "peut-être"})
    assert forged.status == 422 and noted(photos) == (None, 0, [])


def test_two_at_once_are_told_what_changed(client: FlaskClient, photos: Workshop) -> None:
    mine, theirs = visit(client, address(photos)), visit(client, address(photos))
    lea, paul = box(mine, "Léa Martin"), box(mine, "Paul Klein")
    submit(client, theirs, {"came": [paul], "drop_ins": "2"})
    told = submit(client, mine, {"came": [lea]})
    assert told.status == 409
    assert "séance tenue, 1 personne présente, 2 sans inscription" in told.text
    assert told.html.select_one(f'input[value="{lea}"][checked]')
    assert "L’appel est noté" in submit(client, told).text
    assert noted(photos) == (Outcome.HELD, 0, [True, False])


def test_whoever_registers_meanwhile_is_not_noted_absent(client: FlaskClient, photos: Workshop) -> None:
    page = visit(client, address(photos))
    make_registration(photos, "Zoé Dix")
    submit(client, page, {"came": [box(page, "Léa Martin")]})
    assert noted(photos)[2] == [True, False]
    assert "Zoé Dix" in visit(client, address(photos)).text


def test_no_roll_is_called_before_the_day_nor_of_a_draft(client: FlaskClient, photos: Workshop, nadia: Staff) -> None:
    early = visit(client, address(photos, 1))
    assert early.status == 409 and "le jour de la séance" in early.text
    draft = make_workshop(f"{TODAY} 17:00", leader=nadia, status=Status.DRAFT)
    assert client.get(address(draft)).status_code == 409
    assert "Faire l’appel" not in visit(client, f"/agenda/ateliers/{draft.public_id}").text


def test_many_people_ask_no_more_than_two(client: FlaskClient, photos: Workshop) -> None:
    pages = (f"/agenda/{TODAY}", f"/agenda/ateliers/{photos.public_id}", address(photos))
    before = [count(client, page) for page in pages]
    for number in range(6):
        make_registration(photos, f"Personne {number}")
    assert [count(client, page) for page in pages] == before


def count(client: FlaskClient, page: str) -> int:
    with count_queries() as asked:
        assert visit(client, page).status == 200
    return len(asked)
