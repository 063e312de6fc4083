"""Absences of the team: entered for one or several, listed with who still waits, ended sooner, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.domain.absences import Absence, Cause
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.services import absences
from cnapp.services.journal import By
from cnapp.services.paging import LINES_A_PAGE
from tests.factories import LONG_AGO, make_absence, make_appointment, make_presence, make_staff, make_workshop, metz
from tests.support import FrozenClock, Page, count_queries, sign_in, submit, values_of, visit
from tests.web.coordination.claire import coordinate, reread, told

LIST = "/coordination/absences"
NEW = f"{LIST}/nouvelle"
DAY = "2026-12-03"


def wanted(*people: Staff, first: str = DAY, start: str = "", last: str = "", end: str = "") -> dict[str, Any]:
    hours = {"first": first, "from_hour": start, "last": last, "until_hour": end}
    return {"people": [each.public_id for each in people], "quick": "dates", "cause": "meeting", **hours}


def check(client: FlaskClient, values: dict[str, Any]) -> Page:
    return submit(client, visit(client, NEW), values)


def enter(client: FlaskClient, page: Page) -> str:
    """Where it leads: the page of the plan is another’s matter."""
    form = page.form(LIST)
    return str(client.post(LIST, data=values_of(form)).location)


def known() -> list[Absence]:
    reread()
    return list(db.session.scalars(select(Absence).order_by(Absence.id)))


def away(client: FlaskClient, *people: Staff, **hours: str) -> list[Absence]:
    enter(client, check(client, wanted(*people, **hours)))
    return known()


def test_a_meeting_of_two_shows_whom_it_touches_by_person_and_opens_one_plan(
    client: FlaskClient, anne: Staff, nadia: Staff
) -> None:
    hugo = make_staff("Hugo")
    booked = make_appointment(make_presence(f"{DAY} 14:00", "17:00", conseiller=nadia), f"{DAY} 14:00", name="Ali Ben")
    workshop = make_workshop(f"{DAY} 14:00", leader=hugo)
    page = check(client, wanted(nadia, hugo, start="14:00", end="16:00"))
    assert page.status == 200
    sections = [" ".join(each.get_text(" ").split()) for each in page.html.select("main section")]
    assert any("Nadia Benali 1 rendez-vous est touché." in each and "Ali Ben" in each for each in sections)
    assert any("Hugo" in each and "1 atelier est touché." in each and workshop.title in each for each in sections)
    assert known() == []

    address = enter(client, page)
    one, other = known()
    assert address == f"/coordination/plans/{one.plan.public_id}"
    assert one.plan_id == other.plan_id
    assert {one.conseiller_id, other.conseiller_id} == {nadia.id, hugo.id}
    assert (one.cause, one.entered_by_id) == (Cause.MEETING, anne.id)
    db.session.refresh(booked)
    assert booked.status is Status.DISPLACED
    assert db.session.scalars(select(WorkshopSession)).one().displaced_at
    assert enter(client, page) == address
    assert len(known()) == 2
    plan = visit(client, address)
    assert (plan.status, "Ali B" in plan.text, workshop.title in plan.text) == (200, True, True)


def test_the_list_says_who_still_waits_and_leads_to_the_plan(client: FlaskClient, anne: Staff, nadia: Staff) -> None:
    page = visit(client, LIST)
    assert "Personne n’est absent, ni maintenant ni plus tard." in page.text
    presence = make_presence(f"{DAY} 09:00", "17:00", conseiller=nadia)
    make_appointment(presence, f"{DAY} 09:00")
    make_appointment(presence, f"{DAY} 14:00")
    (absence,) = away(client, nadia, end="13:00")
    page = visit(client, LIST)
    assert "Nadia Benali" in page.text
    assert "Jeudi 3 décembre, jusqu’à 13 h" in page.text
    assert "Réunion" in page.text
    assert "1 à replacer" in page.text
    assert page.html.select(f'a[href="/coordination/plans/{absence.plan.public_id}"]')
    assert page.html.select('a[href="/coordination/plans"]')
    assert "Nadia" in visit(client, "/coordination/plans").text
    assert "Aucune absence ici." in visit(client, f"{LIST}/passees").text


def test_what_is_over_or_taken_back_is_read_page_by_page(client: FlaskClient, anne: Staff, nadia: Staff) -> None:
    make_absence(nadia, "2026-11-02 09:00", "2026-11-02 12:00", entered_by=anne)
    make_absence(nadia, "2026-12-24 09:00", "2026-12-24 12:00", entered_by=anne)
    plan = known()[0].plan_id
    with transaction():
        db.session.add_all(past_absences(nadia, plan, LINES_A_PAGE))
    first, second = visit(client, f"{LIST}/passees"), visit(client, f"{LIST}/passees?page=2")
    assert len(first.html.select("tbody tr")) == LINES_A_PAGE
    assert "Retirée" in first.text
    assert "Lundi 2 novembre, de 9 h à 12 h" in second.text
    assert "24 décembre" not in first.text + second.text
    for page in ("0", "x", "1.5", "99999"):
        assert visit(client, f"{LIST}/passees?page={page}").status == 404


def past_absences(staff: Staff, plan_id: int, how_many: int) -> list[Absence]:
    same = {"conseiller_id": staff.id, "plan_id": plan_id, "cause": Cause.LEAVE, "entered_by_id": staff.id}
    times = {"starts_at": metz("2026-12-10 09:00"), "ends_at": metz("2026-12-10 12:00"), "created_at": LONG_AGO}
    return [Absence(public_id=f"p{n}", withdrawn_at=LONG_AGO, **same, **times) for n in range(how_many)]


def test_the_list_asks_as_many_questions_for_many_as_for_one(client: FlaskClient, anne: Staff, nadia: Staff) -> None:
    def ask() -> int:
        db.session.expire_all()
        with count_queries() as asked:
            visit(client, LIST)
        return len(asked)

    make_absence(nadia, f"{DAY} 09:00", f"{DAY} 12:00", entered_by=anne)
    few = ask()
    for day in range(4, 9):
        make_absence(make_staff(), f"2026-12-0{day} 09:00", f"2026-12-0{day} 12:00", entered_by=anne)
    assert ask() == few


@pytest.mark.parametrize(
    ("values", "status", "sentence"),
    [
        ({"people": []}, 422, "Choisissez au moins une personne."),
        ({"people": ["x"]}, 422, "Choisissez des personnes de la liste."),
        ({"first": "2026-11-02"}, 422, "Ce moment est déjà passé"),
        ({"last": "2036-12-03"}, 422, "Une absence dure 2 ans au plus."),
        ({"from_hour": "16:00", "until_hour": "09:00"}, 422, "La fin doit être après le début."),
        ({"first": "2027-03-28", "from_hour": "02:30"}, 422, "Cette heure n’existe pas ce jour-là"),
        ({"first": "hier"}, 422, "Ce jour n’existe pas."),
        ({"cause": ""}, 422, "Choisissez une réponse de la liste."),
        ({"last": "2026-12-05"}, 409, "Une absence est déjà notée à ce moment-là"),
    ],
)
def test_what_cannot_be_loses_nothing_that_was_typed(
    client: FlaskClient, anne: Staff, nadia: Staff, values: dict[str, Any], status: int, sentence: str
) -> None:
    make_absence(nadia, "2026-12-05 08:00", "2026-12-05 12:00", entered_by=anne)
    page = check(client, {**wanted(nadia), **values})
    assert page.status == status
    assert sentence in page.text
    for name in ("first", "last", "from_hour", "until_hour"):
        assert page.html.select_one(f'input[name="{name}"]')["value"] == {**wanted(nadia), **values}[name]  # type: ignore[index]
    if values.get("people") is None:
        assert page.html.select(f'input[name="people"][value="{nadia.public_id}"][checked]')
    forged = client.post(LIST, data={**values_of(page.form("/verification")), **wanted(nadia), **values})
    assert forged.status_code == status
    assert len(known()) == 1


def test_the_address_may_name_who_and_when(client: FlaskClient, anne: Staff, nadia: Staff) -> None:
    page = visit(client, f"{NEW}?qui={nadia.public_id}&jour={DAY}&jusqu-au=2026-12-05")
    assert page.html.select(f'input[name="people"][value="{nadia.public_id}"][checked]')
    assert page.html.select('input[value="dates"][checked]')
    assert page.html.select_one('input[name="last"]')["value"] == "2026-12-05"  # type: ignore[index]
    for nonsense in ("jour=demain", "jour=2026-13-01", "jusqu-au=9999-01-01"):
        assert visit(client, f"{NEW}?{nonsense}").status == 404
    assert visit(client, f"{NEW}?qui=x").status == 200


def test_no_absence_no_page(client: FlaskClient, anne: Staff) -> None:
    for page in ("", "/retour", "/retrait"):
        assert visit(client, f"{LIST}/x{page}").status == 404
    assert visit(client, "/coordination/historique/absence/x").status == 404


def test_back_sooner_those_of_the_afternoon_are_expected_again(client: FlaskClient, anne: Staff, nadia: Staff) -> None:
    presence = make_presence(f"{DAY} 09:00", "17:00", conseiller=nadia)
    early = make_appointment(presence, f"{DAY} 09:00", name="Ali Ben")
    late = make_appointment(presence, f"{DAY} 14:00", name="Marie Schmitt")
    (absence,) = away(client, nadia)
    page = visit(client, f"{LIST}/{absence.public_id}")
    assert "2 rendez-vous ou ateliers attendent une autre heure." in page.text
    asked = visit(client, f"{LIST}/{absence.public_id}/retour?day={DAY}&hour=13:00")
    assert "jeudi 3 décembre à 14 h : Marie Schmitt" in asked.text
    assert "Ali Ben" not in asked.text
    assert "1 autre reste dans le plan." in asked.text
    done = submit(client, asked, action="/retour")
    assert "Jeudi 3 décembre, jusqu’à 13 h" in done.text
    assert "1 rendez-vous ou atelier est de nouveau prévu." in done.text
    assert [db.session.get_one(Appointment, each.id).status for each in (early, late)] == [
        Status.DISPLACED,
        Status.BOOKED,
    ]
    assert submit(client, asked, action="/retour").status == 200
    assert told(Subject.ABSENCE) == ["entered", "shortened"]
    history = visit(client, f"/coordination/historique/absence/{absence.public_id}")
    assert "absence notée" in history.text
    assert "absence raccourcie" in history.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (f"day={DAY}&hour=", "Écrivez l’heure du retour."),
        ("day=hier&hour=13:00", "Ce jour n’existe pas."),
        (f"day={DAY}&hour=25h", "Cette heure n’existe pas."),
        (f"day={DAY}&hour=08:00", "Le retour se note entre le début et la fin de l’absence."),
        ("day=2026-12-04&hour=00:00", "Le retour se note entre le début et la fin de l’absence."),
        ("day=0001-01-01&hour=00:00", "Le retour se note entre le début et la fin de l’absence."),
        ("day=9999-12-31&hour=23:59", "Le retour se note entre le début et la fin de l’absence."),
        ("x=y", "Écrivez le jour du retour."),
    ],
)
def test_a_return_outside_the_absence_is_refused(
    client: FlaskClient, anne: Staff, nadia: Staff, query: str, sentence: str
) -> None:
    absence = make_absence(nadia, f"{DAY} 08:00", "2026-12-04 00:00", entered_by=anne)
    page = visit(client, f"{LIST}/{absence.public_id}/retour?{query}")
    assert (page.status, sentence in page.text) == (422, True)


def test_an_absence_taken_back_puts_everybody_where_they_were(client: FlaskClient, anne: Staff, nadia: Staff) -> None:
    workshop = make_workshop(f"{DAY} 14:00", leader=nadia)
    (absence,) = away(client, nadia)
    page = visit(client, f"{LIST}/{absence.public_id}/retrait")
    assert "jeudi 3 décembre à 14 h : un atelier" in page.text
    done = submit(client, page, action="/retrait")
    assert "Elle a été retirée." in done.text
    assert "Rentré plus tôt" not in done.text
    assert db.session.scalars(select(WorkshopSession)).one().displaced_at is None
    assert visit(client, f"{LIST}/{absence.public_id}/retrait").status == 409
    assert nadia.name in visit(client, f"/coordination/ateliers/{workshop.public_id}").text


def test_two_who_end_one_absence_the_second_reads_what_the_first_did(
    client: FlaskClient, other_client: FlaskClient, anne: Staff, nadia: Staff
) -> None:
    coordinate(other_client, "deux@exemple.fr")
    absence = make_absence(nadia, f"{DAY} 08:00", f"{DAY} 18:00", entered_by=anne)
    back = f"{LIST}/{absence.public_id}/retour?day={DAY}&hour="
    first, second = visit(client, f"{back}15:00"), visit(other_client, f"{back}13:00")
    withdrawal = visit(other_client, f"{LIST}/{absence.public_id}/retrait")
    submit(client, first, action="/retour")
    page = submit(other_client, withdrawal, action="/retrait")
    assert (page.status, "absence raccourcie" in page.text) == (409, True)
    page = submit(other_client, second, action="/retour")
    assert (page.status, "absence raccourcie" in page.text) == (409, True)
    assert submit(other_client, page, action="/retour").status == 200
    assert known()[0].span == Span(metz(f"{DAY} 08:00"), metz(f"{DAY} 13:00"))
    late = submit(client, first, action="/retour")
    assert (late.status, "entre le début et la fin" in late.text) == (422, True)


def test_it_is_over_once_its_end_has_passed(client: FlaskClient, anne: Staff, nadia: Staff, clock: FrozenClock) -> None:
    absence = make_absence(nadia, f"{DAY} 08:00", f"{DAY} 18:00", entered_by=anne)
    clock.set(f"{DAY} 18:00")
    sign_in(client, anne.email)
    assert "Elle est finie." in visit(client, f"{LIST}/{absence.public_id}").text
    assert visit(client, f"{LIST}/{absence.public_id}/retour").status == 409


def test_the_board_strikes_who_is_away(client: FlaskClient, anne: Staff, nadia: Staff) -> None:
    make_presence(f"{DAY} 09:00", "12:00", conseiller=nadia)
    make_presence(f"{DAY} 14:00", "17:00", conseiller=nadia)
    with transaction(nadia.id):
        span = Span(metz(f"{DAY} 08:00"), metz(f"{DAY} 15:00"))
        absences.enter(absences.Wanted([nadia], span, Cause.ILLNESS), by=By.staff(anne), now=metz("2026-11-30 08:00"))
    for by in ("lieu", "personne"):
        page = visit(client, f"/coordination/semaine/2026-W49?par={by}")
        assert len(page.html.select("s")) == 1
        assert "absent(e)" in page.text
        assert "Une absence est notée de 8 h à 15 h." in page.text


def test_whoever_leaves_the_team_leaves_by_an_absence(client: FlaskClient, anne: Staff, nadia: Staff) -> None:
    make_appointment(make_presence(f"{DAY} 09:00", "12:00", conseiller=nadia), f"{DAY} 09:00")
    page = visit(client, f"/coordination/equipe/{nadia.public_id}/desactiver")
    (link,) = page.html.select(f'a[href^="{NEW}"]')
    form = visit(client, str(link["href"]))
    assert "1 rendez-vous est touché." in submit(client, form, {"cause": "leave"}).text
    submit(client, page, action="/desactiver")
    assert "1 rendez-vous est touché." in submit(client, visit(client, str(link["href"])), {"cause": "leave"}).text
