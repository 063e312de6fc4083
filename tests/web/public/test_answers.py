"""The links of letters: each opens a page, and only its button changes anything (mail scanners open links)."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Booker, Status, Told
from cnapp.domain.citizens import Citizen
from cnapp.domain.journal import Entry, Subject
from cnapp.services.appointments import move_directly
from cnapp.services.journal import By
from cnapp.services.slots import conseillers_at
from cnapp.services.visits import miss, undo
from cnapp.web.application import Application
from tests.booking import aim
from tests.factories import (
    LINK_KEY,
    give_password,
    make_appointment,
    make_citizen,
    make_desk,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    metz,
)
from tests.support import MORNING, FrozenClock, Page, count_queries, sign_in, submit, visit
from tests.web.public.steps import answer_until, book

LEA = "lea@exemple.fr"


@pytest.fixture
def appointment(app: Application) -> Appointment:
    """Of Thursday at ten; the same conseiller is there on Friday."""
    place, motif, nadia = make_place("Borny"), make_motif(), make_staff("Nadia", email="nadia@exemple.fr")
    make_presence("2026-12-04 09:00", "12:00", place=place, conseiller=nadia)
    there = make_presence("2026-12-03 09:00", "12:00", place=place, conseiller=nadia)
    return make_appointment(there, at="2026-12-03 10:00", motif=motif, email=LEA)


def receipt(appointment: Appointment) -> str:
    return f"/r/{appointment.link(LINK_KEY)}"


def moved_to_friday(appointment: Appointment) -> None:
    new = aim(appointment.motif, appointment.presence.place, "2026-12-04 10:00")
    with transaction(appointment.conseiller_id, *conseillers_at(new.choice)):
        move_directly(appointment, new.wish(), new.choice, by=By.citizen(), now=metz(MORNING))


def missed(appointment: Appointment, clock: FrozenClock) -> None:
    """As somebody of the team noted it at half past ten; it is now the day after."""
    with transaction(appointment.conseiller_id):
        miss(appointment, by=By.staff(appointment.conseiller), now=metz("2026-12-03 10:30"))
    clock.set("2026-12-04 09:05")


def status(appointment: Appointment) -> Status:
    db.session.rollback()
    return db.session.get_one(Appointment, appointment.id, populate_existing=True).status


def journal(appointment: Appointment) -> list[str]:
    db.session.rollback()
    about = Entry.subject == Subject.APPOINTMENT, Entry.subject_id == appointment.id
    return list(db.session.scalars(select(Entry.what).where(*about).order_by(Entry.number)))


def refusals() -> list[bool]:
    db.session.rollback()
    return list(db.session.scalars(select(Citizen.no_reminders).order_by(Citizen.id)))


@pytest.mark.parametrize("last", ["/annuler?v=1", "/annuler", "/rappels", "/absence", ""])
def test_opening_a_link_changes_nothing(client: FlaskClient, appointment: Appointment, last: str) -> None:
    for _ in range(2):
        with count_queries() as asked:
            assert visit(client, receipt(appointment) + last).status == 200
        assert not [each for each in asked if not each.startswith("SELECT")]
    assert status(appointment) is Status.BOOKED and refusals() == [False]


@pytest.mark.parametrize("told", ["1", "", "0001", "x", "²", "-1", "9" * 400])
def test_the_link_of_a_reminder_asks_then_frees_the_time(
    client: FlaskClient, appointment: Appointment, told: str
) -> None:
    page = visit(client, f"{receipt(appointment)}/annuler?v={told}")
    assert "Voulez-vous annuler ?" in page.text
    assert "C’est annulé" in submit(client, page).text
    assert status(appointment) is Status.EXCUSED


def test_a_link_on_a_time_of_before_says_first_what_the_new_one_is(
    client: FlaskClient, appointment: Appointment
) -> None:
    moved_to_friday(appointment)
    page = visit(client, f"{receipt(appointment)}/annuler?v=1")
    assert "a changé depuis notre message" in page.text
    assert "vendredi 4 décembre à 10 h" in page.text and "jeudi 3" not in page.text
    assert "a changé" not in visit(client, f"{receipt(appointment)}/annuler?v=2").text
    assert "C’est annulé" in submit(client, page).text


def test_what_moved_while_the_page_was_open_is_not_cancelled_unread(
    client: FlaskClient, appointment: Appointment
) -> None:
    page = visit(client, f"{receipt(appointment)}/annuler?v=1")
    moved_to_friday(appointment)
    asked_again = submit(client, page, {"reason": "not_needed"})
    assert asked_again.status == 409 and "vendredi 4 décembre à 10 h" in asked_again.text
    assert status(appointment) is Status.BOOKED
    kept = asked_again.html.select_one("input[name=reason][checked]")
    assert kept and kept["value"] == "not_needed"
    assert "C’est annulé" in submit(client, asked_again).text


def test_a_link_used_twice_says_that_it_is_cancelled_already(client: FlaskClient, appointment: Appointment) -> None:
    address = f"{receipt(appointment)}/annuler?v=1"
    page = visit(client, address)
    submit(client, page)
    again = visit(client, address)
    assert again.status == 200 and "Ce rendez-vous est déjà annulé" in again.text
    assert "C’est annulé" in submit(client, page).text
    assert journal(appointment) == ["booked", "cancelled"]


@pytest.mark.parametrize("at", ["2026-12-03 10:00", "2026-12-03 23:00", "2026-12-20 09:00"])
def test_after_the_time_the_link_says_that_it_is_over(
    client: FlaskClient, appointment: Appointment, clock: FrozenClock, at: str
) -> None:
    page = visit(client, f"{receipt(appointment)}/annuler?v=1")
    clock.set(at)
    assert "L’heure de ce rendez-vous est passée" in visit(client, f"{receipt(appointment)}/annuler?v=1").text
    late = submit(client, page)
    assert late.status == 409 and "Ce rendez-vous est passé" in late.text
    assert "Schmitt" not in late.response.text and status(appointment) is Status.BOOKED


def test_reminders_are_refused_and_taken_again_by_a_button(client: FlaskClient, appointment: Appointment) -> None:
    page = visit(client, f"{receipt(appointment)}/rappels")
    refused = submit(client, page)
    assert refused.address == page.address and "Vous avez refusé les rappels" in refused.text
    assert refusals() == [True]
    submit(client, page)
    taken = submit(client, refused)
    assert "Vous pouvez le refuser." in taken.text and refusals() == [False]
    assert journal(appointment) == ["booked", "reminders_stopped", "reminders_resumed"]


@pytest.mark.parametrize(
    ("contacts", "kept"),
    [
        ({"email": LEA}, [False]),
        ({"email": LEA, "no_reminders": "y"}, [True]),
        (
            {"booked_by": "relative", "booker_name": "Paul", "agreed": "y", "told": "both", "no_reminders": "y"},
            [True] * 2,
        ),
    ],
)
def test_who_books_says_whether_reminders_are_wanted(
    client: FlaskClient, app: Application, contacts: dict[str, str], kept: list[bool]
) -> None:
    make_presence("2026-12-03 09:00", "12:00")
    book(client, make_motif(), **contacts)
    assert refusals() == kept


def test_the_tick_stands_when_the_page_is_opened_again(client: FlaskClient, app: Application) -> None:
    make_presence("2026-12-03 09:00", "12:00")
    answer_until(client, make_motif(), email=LEA, no_reminders="y")
    tick = visit(client, "/rendez-vous/contact").html.select_one("input[name=no_reminders]")
    assert tick and tick.has_attr("checked")


def test_each_of_two_readers_refuses_for_themself(client: FlaskClient, app: Application) -> None:
    booker = make_citizen("Paul Schmitt", email="paul@exemple.fr")
    whose = {"booked_by": Booker.RELATIVE, "booker_id": booker.id, "told": Told.BOTH}
    both = make_appointment(at="2026-12-03 10:00", email=LEA, **whose)
    page = visit(client, f"{receipt(both)}/rappels")
    assert [title.get_text() for title in page.html.select("main h2")] == [
        "La personne qui vient",
        "La personne qui a pris le rendez-vous",
    ]
    submit(client, page, {"reader": "booker"})
    kept = {each.name: each.no_reminders for each in db.session.scalars(select(Citizen))}
    assert kept == {"Marie Schmitt": False, "Paul Schmitt": True}
    assert "Schmitt" not in page.response.text


@pytest.mark.parametrize("reader", ["", "booker", "x"])
def test_whoever_is_not_reminded_of_it_refuses_nothing(
    client: FlaskClient, appointment: Appointment, reader: str
) -> None:
    page = visit(client, f"{receipt(appointment)}/rappels")
    assert submit(client, page, {"reader": reader}).status == 422
    assert refusals() == [False]


def test_who_left_no_contact_is_told_that_none_can_come(client: FlaskClient, app: Application) -> None:
    mute = make_appointment(at="2026-12-03 10:00")
    assert "ni téléphone ni e-mail" in visit(client, f"{receipt(mute)}/rappels").text
    assert "Recevoir des rappels" not in visit(client, receipt(mute)).text


def test_the_receipt_leads_to_reminders_until_the_time_has_come(
    client: FlaskClient, appointment: Appointment, clock: FrozenClock
) -> None:
    assert "Recevoir des rappels, ou non" in visit(client, receipt(appointment)).text
    clock.set("2026-12-03 10:00")
    assert visit(client, f"{receipt(appointment)}/rappels").address == receipt(appointment)


def test_who_was_noted_absent_by_mistake_says_so_once(
    client: FlaskClient, appointment: Appointment, clock: FrozenClock
) -> None:
    missed(appointment, clock)
    page = visit(client, f"{receipt(appointment)}/absence")
    assert "Nous ne vous avons pas vu" in page.text and "Schmitt" not in page.response.text
    said = submit(client, page)
    assert said.address == page.address and "C’est noté" in said.text
    submit(client, page)
    assert journal(appointment) == ["booked", "noted", "says_came"]
    assert status(appointment) is Status.NOSHOW


def test_the_team_reads_it_with_the_appointment(
    client: FlaskClient, other_client: FlaskClient, appointment: Appointment, clock: FrozenClock
) -> None:
    missed(appointment, clock)
    pages = [page_of_desk(other_client, appointment), page_of_conseiller(client, appointment)]
    assert not any("dit être venue" in page.text for page in pages)
    submit(client, visit(client, f"{receipt(appointment)}/absence"))
    for page in (
        visit(other_client, f"/accueil/rendez-vous/{appointment.public_id}"),
        visit(client, f"/agenda/rendez-vous/{appointment.public_id}"),
    ):
        assert "La personne dit être venue. Elle l’a écrit le vendredi 4 décembre à 9 h 05." in page.text
    line = "vendredi 4 décembre à 9 h 05, la personne elle-même : dit être venu(e)"
    assert line in visit(other_client, f"/accueil/rendez-vous/{appointment.public_id}").text


def page_of_desk(client: FlaskClient, appointment: Appointment) -> Page:
    desk = make_desk(appointment.presence.place)
    give_password(desk)
    sign_in(client, desk.email)
    return visit(client, f"/accueil/rendez-vous/{appointment.public_id}")


def page_of_conseiller(client: FlaskClient, appointment: Appointment) -> Page:
    give_password(appointment.conseiller)
    sign_in(client, "nadia@exemple.fr")
    return visit(client, f"/agenda/rendez-vous/{appointment.public_id}")


def test_where_no_absence_is_noted_there_is_nothing_to_say(
    client: FlaskClient, appointment: Appointment, clock: FrozenClock
) -> None:
    with transaction(appointment.conseiller_id):
        miss(appointment, by=By.staff(appointment.conseiller), now=metz("2026-12-03 10:30"))
    clock.set("2026-12-03 11:00")
    page = visit(client, f"{receipt(appointment)}/absence")
    with transaction(appointment.conseiller_id):
        undo(appointment, Status.NOSHOW, by=By.staff(appointment.conseiller), now=clock())
    assert "Aucune absence n’est notée" in submit(client, page).text
    assert journal(appointment) == ["booked", "noted", "noted"]


def test_the_page_answers_for_thirty_days(client: FlaskClient, appointment: Appointment, clock: FrozenClock) -> None:
    missed(appointment, clock)
    clock.set("2027-01-02 10:00")
    page = visit(client, f"{receipt(appointment)}/absence")
    assert page.status == 200
    clock.set("2027-01-02 10:45")
    assert visit(client, f"{receipt(appointment)}/absence").status == 404
    assert submit(client, page).status == 404
