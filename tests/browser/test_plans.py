"""An illness at 7:30, from the telephone of whoever is ill to the feed of whoever takes over; each page under axe."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.domain.absences import Cause
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.motifs import Mode
from cnapp.domain.people import Role, Staff
from cnapp.services import absences
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.browser.conftest import Judge, printed
from tests.browser.test_staff import sign_in
from tests.factories import (
    LINK_KEY,
    give_password,
    habilitate,
    make_appointment,
    make_citizen,
    make_motif,
    make_place,
    make_presence,
    make_registration,
    make_staff,
    make_travel,
    make_workshop,
    metz,
)

ILL, COLLEAGUE, COORDINATOR = "malade@exemple.fr", "collegue@exemple.fr", "plans@exemple.fr"
TODAY, LATER = "2026-11-30", "2026-12-03"


@pytest.fixture(scope="module")
def expected(live_app: Application) -> Iterator[None]:
    """At half past seven, at a place of its own: other tests of this database find theirs as it was.

    The colleague, who alone may do it for them, is there from ten on: of three people, one has to come later.
    """
    with live_app.app_context():
        live_app.clock.set(f"{TODAY} 07:30")  # type: ignore[attr-defined]
        place = make_place("Maison des plans")
        ill = make_staff("Zélie", last_name="Roux", email=ILL)
        colleague = make_staff("Yann", last_name="Masson", email=COLLEAGUE)
        boss = make_staff("Ruth", last_name="Klein", email=COORDINATOR, role=Role.COORDINATOR, receives=False)
        for staff in (ill, colleague, boss):
            give_password(staff)
        motif = make_motif(mode=Mode.FOR, perimeter="loisirs")
        habilitate(colleague, "loisirs")
        next_door = make_place("Maison d’à côté")
        make_travel(place, next_door, 15)
        for day in (TODAY, LATER):
            presence = make_presence(f"{day} 09:00", "13:00", conseiller=ill, place=place)
            elsewhere = make_presence(f"{day} 08:00", "09:30", conseiller=colleague, place=next_door)
            make_appointment(elsewhere, f"{day} 08:30")
            make_presence(f"{day} 10:00", "13:00", conseiller=colleague, place=place)
            for n, hour in enumerate(("09:00", "10:00", "11:00")):
                person = make_citizen(f"Josette Exemple{n}", phone=f"+3335301990{n}")
                make_appointment(presence, f"{day} {hour}", person=person, motif=motif)
        make_registration(make_workshop(f"{LATER} 14:00", place=place, leader=ill))
        db.session.remove()
    yield
    live_app.clock.set(f"{TODAY} 08:00")  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def plan(live_app: Application, expected: None) -> str:
    """The address of another plan, of Thursday."""
    with live_app.app_context():
        ill = db.session.scalars(select(Staff).where(Staff.email == ILL)).one()
        wanted = absences.Wanted([ill], Span(metz(f"{LATER} 08:00"), metz(f"{LATER} 18:00")), Cause.LEAVE)
        with transaction(ill.id):
            entered = absences.enter(wanted, by=By.staff(ill), now=live_app.clock())
            address = f"/coordination/plans/{entered.public_id}"
        db.session.remove()
    return address


@pytest.fixture
def ruth(plan: str, page: Page) -> Page:
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, COORDINATOR)
    return page


def test_from_an_illness_to_a_yes(live_app: Application, expected: None, page: Page, judge: Judge) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    fall_ill(page, judge)
    apply_all(page, judge)
    address = link_of("Josette Exemple0", live_app)
    page.context.clear_cookies()
    page.goto(f"{address}/proposition")
    judge("what is proposed to the citizen")
    page.get_by_role("button", name="Oui").click()
    expect(page.get_by_text("C’est noté")).to_be_visible()
    judge("the citizen has said yes")
    receive(page, judge)


def fall_ill(page: Page, judge: Judge) -> None:
    sign_in(page, ILL)
    page.goto("/agenda/")
    page.get_by_role("link", name="Je suis absent(e)").click()
    page.get_by_label("Maintenant, jusqu’à la fin de la journée").check()
    page.get_by_label("Maladie").check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Oui, je suis absent(e)").click()
    expect(page.get_by_role("heading", name="La coordination est prévenue")).to_be_visible()
    judge("the illness is entered")
    page.context.clear_cookies()


def apply_all(page: Page, judge: Judge) -> None:
    """The coordinator, in a bus."""
    sign_in(page, COORDINATOR)
    page.locator(".site-nav").get_by_role("link", name="Absences").click()
    page.get_by_role("link", name="Ouvrir le plan de l’absence de Zélie Roux").first.click()
    expect(page.get_by_text("3 rendez-vous touchés")).to_be_visible()
    judge("the plan")
    page.get_by_role("button", name="Appliquer tout ce qui est proposé").click()
    expect(page.get_by_role("heading", name="Vérifiez avant d’appliquer")).to_be_visible()
    judge("the check")
    page.get_by_role("button", name="Appliquer", exact=True).click()
    expect(page.get_by_role("button", name="Tout annuler")).to_be_visible()
    judge("the plan is applied")


def link_of(name: str, live_app: Application) -> str:
    """Of today's appointment of whoever is called so."""
    with live_app.app_context():
        theirs = select(Appointment).join(Citizen, Citizen.id == Appointment.person_id).where(Citizen.name == name)
        found = db.session.scalars(theirs.where(Appointment.starts_at < metz(f"{LATER} 00:00"))).one()
        address = f"/r/{found.link(LINK_KEY)}"
        db.session.remove()
    return address


def receive(page: Page, judge: Judge) -> None:
    """The colleague's day, and their feed."""
    page.context.clear_cookies()
    sign_in(page, COLLEAGUE)
    page.goto("/agenda/")
    expect(page.get_by_role("link", name="Josette Exemple0", exact=True)).to_be_visible()
    judge("the colleague's day")
    page.goto("/agenda/abonnement")
    page.get_by_role("button", name="Créer mon adresse").click()
    address = page.get_by_label("Adresse de votre calendrier").input_value()
    feed = page.request.get(address[address.index("/", len("https://")) :])
    assert feed.ok and feed.text().count("BEGIN:VEVENT") >= 3


def test_the_pages_of_a_plan_are_accessible(ruth: Page, plan: str, judge: Judge) -> None:
    ruth.goto("/coordination/plans")
    expect(ruth.get_by_role("link", name="Absence de Zélie R., jeudi 3 décembre")).to_be_visible()
    judge("the plans")
    for end in ("", "/appels", "/affiche"):
        ruth.goto(f"{plan}{end}")
        judge(f"the plan{end}")


def test_chosen_by_keyboard_and_without_our_script(ruth: Page, plan: str, judge: Judge) -> None:
    ruth.route("**/*.js", lambda route: route.abort())
    ruth.goto(plan)
    first = ruth.get_by_role("radiogroup").first
    first.get_by_role("radio").first.focus()
    ruth.keyboard.press("ArrowUp")
    expect(first.get_by_role("radio", name="Laisser en attente")).to_be_checked()
    ruth.keyboard.press("ArrowUp")
    expect(first.get_by_role("radio", name="Appeler")).to_be_checked()
    ruth.get_by_role("button", name="Vérifier mes choix").press("Enter")
    expect(ruth.get_by_text("1 est à appeler")).to_be_visible()
    ruth.get_by_role("button", name="Corriger mes choix").press("Enter")
    expect(first.get_by_role("radio", name="Appeler")).to_be_checked()
    ruth.unroute("**/*.js")
    judge("the plan with what was chosen")


@pytest.mark.parametrize("end", ["/appels", "/affiche"])
def test_on_paper_it_is_one_sheet(ruth: Page, plan: str, end: str) -> None:
    ruth.goto(f"{plan}{end}")
    assert len(re.findall(rb"/Type\s*/Page\b", printed(ruth))) == 1


def test_a_table_on_a_screen_and_cards_on_a_telephone(ruth: Page, plan: str) -> None:
    ruth.goto(plan)
    table = ruth.get_by_role("table").first
    expect(table.get_by_role("columnheader", name="Heure perdue")).to_be_visible()
    ruth.set_viewport_size({"width": 390, "height": 800})
    lost = ruth.get_by_role("rowheader").first.bounding_box()
    choices = ruth.get_by_role("radiogroup").first.bounding_box()
    assert lost and choices and choices["y"] >= lost["y"] + lost["height"]
