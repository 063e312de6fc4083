"""Workshops as citizens meet them: found, registered for, waited for, changed and cancelled."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count

import icalendar
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Booker, Origin, Told
from cnapp.domain.citizens import Citizen
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.seats import Seat
from cnapp.domain.workshops import Level, Status, Workshop
from cnapp.services import registrations, workshop_programmes, workshops
from cnapp.services.answers import HOLDS_AN_ADDRESS, count_hold
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import (
    LINK_KEY,
    make_kit,
    make_motif,
    make_place,
    make_presence,
    make_registration,
    make_staff,
    make_workshop,
)
from tests.support import FrozenClock, Page, count_queries, submit, values_of, visit
from tests.web.public.steps import answer_until
from tests.web.public.test_nonsense import NONSENSE

LANDLINE = "03 87 12 34 56"
NUMBERS = count(10)


def press(client: FlaskClient, page: Page, label: str) -> Page:
    """The button with these words, as it stands on the page."""
    for form in page.html.select("main form"):
        button = form.select_one("button")
        if button and " ".join(button.get_text().split()) == label:
            sent = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[name]")}
            answer = client.post(str(form["action"]), data=sent, follow_redirects=True)
            return Page(answer, answer.request.path)
    raise AssertionError(f"no button {label!r}:\n{page.text[:900]}")


def begin(client: FlaskClient, workshop: Workshop, label: str = "S’inscrire") -> Page:
    """To the first question."""
    return press(client, visit(client, f"/ateliers/{workshop.public_id}"), label)


WAIT = "S’inscrire sur la liste d’attente"


def answer(client: FlaskClient, page: Page, **given: str) -> Page:
    """Each question until there is none left: the check page, or the first refusal."""
    usual = {
        "besoins": {},
        "pour-qui": {"booked_by": "self"},
        "nom": {"name": given.pop("name", "Marie Schmitt")},
        "contact": given,
        "ordinateur": {"device": given.pop("device", "own")},
    }
    while page.status == 200 and page.address.rpartition("/")[2] in usual:
        page = submit(client, page, usual[page.address.rpartition("/")[2]])
    return page


def register(client: FlaskClient, workshop: Workshop, label: str = "S’inscrire", **given: str) -> Page:
    """The whole of it, to the receipt."""
    return submit(client, answer(client, begin(client, workshop, label), **given))


def seats(workshop: Workshop) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Seat).where(Seat.workshop_id == workshop.id)) or 0


def made() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def fill(workshop: Workshop) -> list[Registration]:
    """Until no seat is left."""
    return [
        make_registration(workshop, f"Paul Roth {number}", phone=f"+3363998{next(NUMBERS):04}")
        for number in range(workshop.capacity - workshop.taken)
    ]


def leave(app: Application, registration: Registration) -> None:
    db.session.rollback()
    with transaction():
        found = db.session.get_one(Registration, registration.id)
        registrations.cancel(found, by=By.citizen(), settings=app.settings, now=app.clock())


def test_the_list_is_by_month_and_narrowed_down(app: Application, client: FlaskClient) -> None:
    borny, sablon = make_place("Mairie de Borny", slug="borny"), make_place("Médiathèque du Sablon", slug="sablon")
    photos = make_workshop("2026-12-10 14:00", place=borny, title="Mes photos", bring="votre téléphone", capacity=1)
    make_workshop(
        "2027-01-05 09:30", "2027-01-12 09:30", place=sablon, title="Cycle mails", level=Level.ADVANCED, theme="email"
    )
    make_workshop("2026-12-12 14:00", title="Brouillon", status=Status.DRAFT)
    make_workshop("2026-12-12 14:00", title="Retiré", status=Status.WITHDRAWN)

    page = visit(client, "/ateliers")
    assert page.html.select_one('[role="status"]').get_text() == "2\u00a0ateliers"  # type: ignore[union-attr]
    assert [each.get_text() for each in page.html.select("main h2")] == ["Décembre\u00a02026", "Janvier\u00a02027"]
    for words in ("1 place", "8 places", "Débutant", "Avancé", "À apporter : votre téléphone", "Ouvrir un site"):
        assert words in page.text
    for words in ("jeudi 10 décembre de 14 h à 15 h 30", "2 séances, venez à toutes", "Médiathèque du Sablon"):
        assert words in page.text
    assert "Brouillon" not in page.text and "Retiré" not in page.text and "prêter" not in page.text

    for query in ("lieu=sablon", "theme=email", "niveau=avance", "periode=2027-01"):
        narrowed = visit(client, f"/ateliers?{query}")
        assert "Cycle mails" in narrowed.text and "Mes photos" not in narrowed.text, query
        assert narrowed.html.select_one(f'option[selected][value="{query.partition("=")[2]}"]')
    for query in ("lieu=nulle-part", "theme=%00", "niveau=x'--", "periode=2026-13", "periode=" + "9" * 400, "lieu="):
        answer_ = client.get(f"/ateliers?{query}")
        assert answer_.status_code in (200, 422), query
    none = visit(client, "/ateliers?lieu=borny&niveau=avance")
    assert "Aucun atelier ne correspond" in none.text
    assert none.html.select_one('main a.button[href="/ateliers"]')

    make_registration(photos)
    assert "Complet – liste d’attente" in visit(client, "/ateliers").text


def test_with_no_workshop_the_list_says_what_to_do(client: FlaskClient, app: Application) -> None:
    page = visit(client, "/ateliers")
    assert "pas d’atelier à venir" in page.text and page.html.select_one('main a.button[href="/rendez-vous/sujet"]')
    assert visit(client, "/").html.select_one('main a.button[href="/ateliers"]')


def test_the_list_asks_as_many_questions_of_the_database_whatever_it_shows(
    app: Application, client: FlaskClient
) -> None:
    place, leader = make_place(), make_staff()
    make_workshop("2026-12-10 14:00", place=place, leader=leader)
    with count_queries() as few:
        visit(client, "/ateliers")
    for day in range(11, 28):
        make_workshop(f"2026-12-{day} 14:00", place=place, leader=leader)
    db.session.rollback()
    with count_queries() as many:
        page = visit(client, "/ateliers")
    assert len(many) == len(few)
    assert len(page.html.select(".workshop-list > li")) == 12 and "18\u00a0ateliers" in page.response.text
    more = visit(client, "/ateliers?page=2")
    assert len(more.html.select(".workshop-list > li")) == 6
    sheets = sum(len(client.get(str(tag["href"])).data) for tag in page.html.select("link[rel=stylesheet]"))
    assert len(page.response.data) + sheets < 60_000
    assert visit(client, "/ateliers?page=3").status == visit(client, "/ateliers?page=x").status == 404


def test_the_page_of_a_workshop_says_all_one_asks(app: Application, client: FlaskClient) -> None:
    place = make_place("Médiathèque Verlaine", slug="verlaine", step_free=None)
    workshop = make_workshop(
        "2026-12-10 14:00",
        "2026-12-17 14:00",
        place=place,
        leader=make_staff("Nadia"),
        prerequisite="Vous savez utiliser la souris",
        audience="dès 8 ans avec un adulte",
        language="en",
        closes_hours_before=48,
    )
    page = visit(client, f"/ateliers/{workshop.public_id}")
    for words in (
        "jeudi 10 décembre 2026 de 14 h à 15 h 30",
        "jeudi 17 décembre 2026",
        "2 séances, venez à toutes",
        "Vous savez utiliser la souris",
        "dès 8 ans avec un adulte",
        "L’atelier est en anglais.",
        "Nous ne savons pas encore si l’entrée est sans marche.",
        "Nadia",
        "Inscrivez-vous avant le mardi 8 décembre à 14 h.",
        "8 places",
    ):
        assert words in page.text
    assert page.html.select_one("form[action$='/inscription'] button")
    assert workshop.title in visit(client, "/lieux/verlaine").text
    assert visit(client, f"/ateliers/{workshop.public_id}/inscription").address == f"/ateliers/{workshop.public_id}"


def test_one_that_is_over_says_so_and_offers_the_next(
    app: Application, client: FlaskClient, clock: FrozenClock
) -> None:
    place, leader = make_place(), make_staff()
    workshop = make_workshop("2026-12-10 14:00", place=place, leader=leader, title="Mes photos")
    following = make_workshop("2026-12-14 14:00", place=place, leader=leader, title="Mes photos")
    address = f"/ateliers/{workshop.public_id}"
    shown = visit(client, address)
    for status in (Status.DRAFT, Status.WITHDRAWN):
        _become(workshop, status)
        assert visit(client, address).status == press_status(client, shown) == 404
    _become(workshop, Status.PUBLISHED)
    with transaction():
        workshops.cancel(db.session.merge(workshop), by=By.clock(), settings=app.settings, now=clock())
    page = visit(client, address)
    assert page.status == 200 and "Cet atelier est annulé." in page.text
    assert page.html.select_one(f'main a[href="/ateliers/{following.public_id}"]')
    assert press_status(client, shown) == 409
    clock.set("2026-12-14 14:30")
    assert "Cet atelier a déjà commencé." in visit(client, f"/ateliers/{following.public_id}").text
    clock.set("2026-12-15 14:30")
    assert "Cet atelier est passé." in visit(client, f"/ateliers/{following.public_id}").text
    assert visit(client, f"/ateliers/{'0' * 32}").status == 404
    assert seats(workshop) == seats(following) == 0


def press_status(client: FlaskClient, page: Page) -> int:
    return press(client, page, "S’inscrire").status


def _become(workshop: Workshop, status: Status) -> None:
    with transaction():
        db.session.merge(workshop).status = status


def test_somebody_registers_as_for_an_appointment(app: Application, client: FlaskClient) -> None:
    workshop = make_workshop("2026-12-10 14:00", "2026-12-17 14:00", title="Mes photos", bring="votre téléphone")
    question = begin(client, workshop)
    assert question.address == "/rendez-vous/besoins" and seats(workshop) == 1
    page = submit(client, question, {"needs": ["child"]})
    assert "Pour qui est cette inscription ?" in page.text
    page = submit(client, page, {"booked_by": "self"})
    page = submit(client, page, {"name": "Marie Schmitt"})
    assert "Si l’atelier" in page.text and "rendez-vous change" not in page.text
    check = submit(client, page, {"phone": LANDLINE})
    assert check.address == "/inscription/verifier" and "Vous n’êtes pas encore inscrit" in check.text
    assert "ordinateur" not in check.text.lower().partition("retour")[2].partition("besoin d’aide")[0]

    receipt = submit(client, check)
    assert re.fullmatch(r"/i/[\w-]{27}", receipt.address) and "Inscription confirmée" in receipt.text
    [registration] = made()
    for words in (
        "Mes photos",
        "jeudi 10 décembre 2026 de 14 h à 15 h 30",
        "jeudi 17 décembre 2026",
        "votre téléphone",
        "Marie Schmitt",
        registration.shown_code,
        "Si l’atelier change ou est annulé, nous vous appelons.",
        "vient avec un enfant",
    ):
        assert words in receipt.text
    assert receipt.html.select_one("svg.qr") and receipt.response.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in receipt.response.headers["Cache-Control"]
    assert (registration.status, registration.origin, seats(workshop)) == (Standing.REGISTERED, Origin.ONLINE, 1)
    letters = db.session.scalars(select(Due.letter).where(Due.registration_id == registration.id)).all()
    assert letters == [Letter.REGISTERED]

    again = submit(client, check)
    assert again.address == receipt.address and len(made()) == 1
    assert visit(client, "/inscription/verifier").address == "/rendez-vous/sujet"


def test_a_relative_registers_somebody_and_is_told(app: Application, client: FlaskClient) -> None:
    page = submit(client, begin(client, make_workshop()))
    page = submit(client, page, {"booked_by": "relative"})
    page = submit(client, page, {"name": "Léa Roth", "booker_name": "Marie Schmitt", "agreed": "y"})
    receipt = submit(client, submit(client, page, {"told": "booker", "booker_phone": LANDLINE}))
    assert "Inscription confirmée" in receipt.text
    [registration] = made()
    assert (registration.booked_by, registration.told) == (Booker.RELATIVE, Told.BOOKER)
    assert registration.booker and registration.booker.phone == "+33387123456"


@pytest.mark.parametrize("answered", [0, 1, 2, 3])
def test_every_form_leads_to_the_notice(app: Application, client: FlaskClient, answered: int) -> None:
    """P11."""
    page = begin(client, make_workshop())
    for values in ({}, {"booked_by": "self"}, {"name": "Marie Schmitt"}, {"phone": LANDLINE})[:answered]:
        page = submit(client, page, values)
    assert page.html.select_one('a[href="/donnees-personnelles"]')


def test_a_computer_is_lent_as_long_as_there_is_one(
    app: Application, client: FlaskClient, other_client: FlaskClient
) -> None:
    workshop = make_workshop()
    kit = make_kit(computers=1)
    with transaction():
        workshop_programmes.lend_kits(db.session.merge(workshop), [db.session.merge(kit)])
    assert "Nous pouvons prêter un ordinateur" in visit(client, "/ateliers").text
    check = answer(client, begin(client, workshop), phone=LANDLINE, device="borrowed")
    assert "J’emprunte un ordinateur" in check.text
    theirs = register(other_client, workshop, name="Paul Roth", phone="03 87 00 00 01", device="borrowed")
    assert "Nous vous prêtons un ordinateur." in theirs.text
    refused = submit(client, check)
    assert refused.status == 409 and "Tous les ordinateurs à prêter sont pris" in refused.text
    assert not refused.html.select('input[value="borrowed"]')
    receipt = submit(client, submit(client, refused, {"device": "own"}))
    assert "Apportez votre ordinateur." in receipt.text and "Marie Schmitt" in receipt.text


def test_a_held_seat_is_kept_by_each_step_and_erased_with_the_answers(
    app: Application, client: FlaskClient, other_client: FlaskClient, clock: FrozenClock
) -> None:
    workshop = make_workshop(capacity=1)
    address = f"/ateliers/{workshop.public_id}"
    before = visit(other_client, address)
    page = begin(client, workshop)
    assert "Complet – liste d’attente" in visit(other_client, address).text
    for values in ({}, {"booked_by": "self"}):
        clock.advance(minutes=14)
        page = submit(client, page, values)
    refused = press(other_client, before, "S’inscrire")
    assert refused.status == 409 and "Cet atelier vient d’être complet" in refused.text
    clock.advance(minutes=16)
    assert "1 place" in visit(other_client, address).text
    theirs = begin(other_client, workshop)
    assert seats(workshop) == 1
    submit(other_client, submit(other_client, submit(other_client, theirs), {"booked_by": "self"}), {"name": "Marie"})
    erased = press(other_client, visit(other_client, address), "Effacer ces réponses")
    assert "effacées" in erased.text and seats(workshop) == 0


def test_whoever_seeks_an_appointment_lets_the_seat_go_and_the_other_way_round(
    app: Application, client: FlaskClient
) -> None:
    workshop = make_workshop()
    make_presence("2026-12-03 09:00", "12:00")
    begin(client, workshop)
    assert seats(workshop) == 1
    answer_until(client, make_motif(), last="beneficiary")
    assert seats(workshop) == 0 and db.session.scalars(select(Commitment).where(Commitment.kind == Kind.HOLD)).all()
    assert visit(client, "/inscription/verifier").address == "/rendez-vous/nom"
    page = begin(client, workshop)
    assert page.address == "/rendez-vous/nom" and seats(workshop) == 1
    assert db.session.scalars(select(Commitment).where(Commitment.kind == Kind.HOLD)).all() == []
    assert visit(client, "/rendez-vous/heure").address == "/rendez-vous/nom"


def test_full_meanwhile_the_answers_are_kept_and_the_list_is_offered(
    app: Application, client: FlaskClient, clock: FrozenClock
) -> None:
    place, leader = make_place(), make_staff()
    workshop = make_workshop("2026-12-10 14:00", place=place, leader=leader, title="Mes photos", capacity=1)
    other = make_workshop("2026-12-17 14:00", place=place, leader=leader, title="Mes photos")
    check = answer(client, begin(client, workshop), phone=LANDLINE)
    clock.advance(minutes=20)
    with transaction():
        db.session.execute(Seat.__table__.delete())
    make_registration(workshop, "Paul Roth")

    page = submit(client, check)
    assert page.status == 409 and "Cet atelier vient d’être complet" in page.text and "gardées" in page.text
    assert page.html.select_one(f'main a[href="/ateliers/{other.public_id}"]')
    check = press(client, page, WAIT)
    assert check.address == "/inscription/verifier" and "pas encore sur la liste d’attente" in check.text
    waiting = submit(client, check)
    assert "Vous êtes en 1re position." in waiting.text
    assert "Si une place se libère, nous vous appelons." in waiting.text
    assert [each.status for each in made()] == [Standing.REGISTERED, Standing.WAITING]


def waiting_for(app: Application, client: FlaskClient, workshop: Workshop, **given: str) -> Page:
    return register(client, workshop, WAIT, **({"phone": LANDLINE} | given))


def test_whoever_waits_must_be_told(app: Application, client: FlaskClient) -> None:
    workshop = make_workshop(capacity=1)
    fill(workshop)
    page = answer(client, begin(client, workshop, WAIT))
    assert page.status == 422 and page.address == "/rendez-vous/contact"
    assert "nous ne pourrons pas vous dire qu’une place est libre" in page.text
    hushed = submit(client, page, {"phone": LANDLINE, "no_calls": "y"})
    assert hushed.status == 422 and hushed.html.select_one("#phone")["value"] == LANDLINE  # type: ignore[index]
    page = submit(client, submit(client, page, {"phone": LANDLINE}))
    assert "Vous êtes sur la liste d’attente" in page.text and len(made()) == 2


def test_a_freed_seat_is_offered_and_taken_by_one_button(
    app: Application, client: FlaskClient, other_client: FlaskClient
) -> None:
    workshop = make_workshop(capacity=1)
    [seated] = fill(workshop)
    waiting = waiting_for(app, client, workshop)
    second = waiting_for(app, other_client, workshop, phone="03 87 00 00 01", name="Paul Roth")
    assert "2e position" in second.text
    leave(app, seated)

    with count_queries() as asked:
        offer = visit(client, waiting.address)
    assert not [each for each in asked if each.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert "Une place est libre pour vous" in offer.text
    assert re.search(r"Sans réponse avant le \w+ \d+\w* \w+ à", offer.text)
    assert client.get(f"{waiting.address}/reponse").status_code == 405
    assert client.head(waiting.address).status_code == 200
    assert client.get(f"{waiting.address}/atelier.ics").status_code == 404
    for _ in range(2):
        receipt = press(client, offer, "Je prends la place")
        assert receipt.address == waiting.address and "Inscription confirmée" in receipt.text
    assert "1re position" in visit(other_client, second.address).text


def test_declined_or_too_late_one_may_wait_again(
    app: Application, client: FlaskClient, other_client: FlaskClient, clock: FrozenClock
) -> None:
    workshop = make_workshop("2026-12-20 14:00", capacity=1)
    [seated] = fill(workshop)
    first = waiting_for(app, client, workshop)
    second = waiting_for(app, other_client, workshop, phone="03 87 00 00 01", name="Paul Roth")
    leave(app, seated)
    offer = visit(client, first.address)
    page = press(client, offer, "Je ne veux pas cette place")
    assert "Vous ne prenez pas cette place" in page.text and "Marie" not in page.text
    refused = press(client, offer, "Je prends la place")
    assert refused.status == 409 and "Vous ne prenez pas cette place" in refused.text

    offer = visit(other_client, second.address)
    clock.advance(days=4)
    late = visit(other_client, second.address)
    assert "Cette place n’est plus à prendre" in late.text
    refused = press(other_client, offer, "Je prends la place")
    assert refused.status == 409 and "Me remettre sur la liste" in refused.text
    again = press(client, visit(client, first.address), "Me remettre sur la liste")
    assert "Une place est libre pour vous" in again.text
    behind = press(other_client, late, "Me remettre sur la liste")
    assert "1re position" in behind.text
    clock.set("2026-12-20 14:00")
    assert "déjà commencé" in visit(other_client, second.address).text
    assert press(other_client, late, "Me remettre sur la liste").status == 409


def test_whoever_is_registered_already_learns_it_from_nobody(
    app: Application, client: FlaskClient, other_client: FlaskClient
) -> None:
    """K04: one answer for « already registered » and for « too many », which also changes nothing."""
    workshop = make_workshop()
    register(client, workshop, phone=LANDLINE)
    twice = register(other_client, workshop, name="Autre Personne", phone=LANDLINE)
    for _ in range(2):
        register(app.test_client(), make_workshop(), phone=LANDLINE)
    too_many = register(app.test_client(), make_workshop(), phone=LANDLINE)
    waiting = make_workshop(capacity=1)
    fill(waiting)
    listed = register(app.test_client(), waiting, WAIT, phone=LANDLINE)
    assert twice.status == too_many.status == listed.status == 409
    assert twice.html.main == too_many.html.main == listed.html.main
    assert "Nous ne pouvons pas faire cette inscription en ligne" in twice.text and "3 rendez-vous" not in twice.text
    assert len(made()) == 4
    kept = visit(other_client, "/inscription/verifier")
    assert "Autre Personne" in kept.text


def test_moving_to_another_one_of_the_same_kind(app: Application, client: FlaskClient) -> None:
    place, leader = make_place(), make_staff()
    same = {"place": place, "leader": leader, "title": "Mes photos"}
    workshop, other = make_workshop("2026-12-10 14:00", **same), make_workshop("2026-12-17 14:00", **same)
    full = make_workshop("2026-12-18 14:00", capacity=1, **same)
    fill(full)
    receipt = register(client, workshop, phone=LANDLINE)
    page = visit(client, f"{receipt.address}/changer")
    assert "jeudi 17 décembre" in page.text and "vendredi 18" not in page.text
    assert submit(client, page, {"workshop": full.public_id}).status == 422
    fill(other)
    gone = submit(client, page, {"workshop": other.public_id})
    assert gone.status == 422 and seats(workshop) == 1
    leave(app, made()[-1])
    moved = submit(client, page, {"workshop": other.public_id})
    assert moved.address != receipt.address and "Voici votre nouvelle inscription" in moved.text
    assert "jeudi 17 décembre 2026" in moved.text and seats(workshop) == 0
    assert "Votre inscription est annulée" in visit(client, receipt.address).text
    assert submit(client, page, {"workshop": other.public_id}).status == 409


def test_cancelling_is_asked_first_and_shows_nobody(app: Application, client: FlaskClient, clock: FrozenClock) -> None:
    workshop = make_workshop()
    receipt = register(client, workshop, phone=LANDLINE)
    ask = visit(client, f"{receipt.address}/annuler")
    assert seats(workshop) == 1 and "Voulez-vous annuler votre inscription ?" in ask.text
    for _ in range(2):
        page = submit(client, ask)
        assert "Votre inscription est annulée" in page.text and "Schmitt" not in page.text
    assert seats(workshop) == 0 and visit(client, f"{receipt.address}/annuler").address == receipt.address
    letters = db.session.scalars(select(Due.letter).order_by(Due.id)).all()
    assert letters == [Letter.REGISTERED, Letter.UNREGISTERED]

    fill(workshop)
    waiting = waiting_for(app, client, workshop)
    ask = visit(client, f"{waiting.address}/annuler")
    assert "Voulez-vous quitter la liste d’attente ?" in ask.text
    assert "Vous n’êtes plus sur la liste d’attente" in submit(client, ask).text

    other = register(client, make_workshop("2026-12-11 14:00"), phone="03 87 00 00 01")
    ask = visit(client, f"{other.address}/annuler")
    clock.set("2026-12-11 14:01")
    assert submit(client, ask).status == 409
    assert not visit(client, other.address).html.select(f'a[href="{other.address}/annuler"]')
    clock.set("2026-12-12 08:00")
    past = visit(client, other.address)
    assert "Cet atelier est passé" in past.text and "Schmitt" not in past.text
    clock.set("2027-01-12 08:00")
    assert visit(client, other.address).status == 404


def test_the_service_cancels_and_the_page_says_so(app: Application, client: FlaskClient, clock: FrozenClock) -> None:
    workshop = make_workshop()
    receipt = register(client, workshop, phone=LANDLINE)
    with transaction():
        workshops.cancel(db.session.merge(workshop), by=By.clock(), settings=app.settings, now=clock())
    page = visit(client, receipt.address)
    assert "annulée par le service" in page.text and "Ne venez pas" in page.text and "Schmitt" not in page.text


def test_what_is_not_open_any_more_is_refused(app: Application, client: FlaskClient, clock: FrozenClock) -> None:
    workshop = make_workshop("2026-12-10 14:00", closes_hours_before=48)
    page = visit(client, f"/ateliers/{workshop.public_id}")
    clock.set("2026-12-08 14:00")
    assert "Inscriptions closes" in visit(client, "/ateliers").text
    closed = press(client, page, "S’inscrire")
    assert closed.status == 409 and "Les inscriptions à cet atelier sont closes" in closed.text
    clock.set("2026-12-10 15:00")
    over = press(client, page, "S’inscrire")
    assert over.status == 409 and made() == []


def test_confirming_what_closed_meanwhile_registers_nobody(
    app: Application, client: FlaskClient, clock: FrozenClock
) -> None:
    workshop = make_workshop("2026-11-30 09:00")
    check = answer(client, begin(client, workshop), phone=LANDLINE)
    clock.set("2026-11-30 09:00")
    page = submit(client, check)
    assert page.status == 409 and "On ne peut plus s’inscrire" in page.text and made() == []


def test_a_robot_that_holds_everything_is_stopped(app: Application, client: FlaskClient, clock: FrozenClock) -> None:
    """B05."""
    workshop = make_workshop()
    with transaction():
        for _ in range(HOLDS_AN_ADDRESS):
            count_hold("127.0.0.1", now=clock())
    assert begin(client, workshop).status == 429 and seats(workshop) == 0


def test_the_code_and_three_letters_find_it_again(app: Application, client: FlaskClient) -> None:
    receipt = register(client, make_workshop(), phone=LANDLINE)
    [registration] = made()
    page = visit(client, "/retrouver")
    wrong = submit(client, page, {"code": registration.code, "letters": "xyz"})
    unknown = submit(client, page, {"code": "ABCD2345", "letters": "sch"})
    assert wrong.status == unknown.status == 422 and "Nous ne trouvons rien avec ce code" in wrong.text
    found = submit(client, page, {"code": registration.shown_code.lower(), "letters": "sch"})
    assert found.address == receipt.address


def test_the_calendar_file_has_every_session(app: Application, client: FlaskClient) -> None:
    workshop = make_workshop("2026-12-10 14:00", "2026-12-17 14:00", title="Photos; mes « fichiers », tout")
    receipt = register(client, workshop, phone=LANDLINE)
    answer_ = client.get(f"{receipt.address}/atelier.ics")
    assert answer_.headers["Content-Disposition"] == 'attachment; filename="atelier.ics"'
    assert answer_.headers["X-Robots-Tag"] == "noindex" and "Schmitt" not in answer_.text
    before = events(answer_.data)
    assert len({str(each["uid"]) for each in before}) == 2
    assert [(each["status"], each["sequence"]) for each in before] == [("CONFIRMED", 0)] * 2
    assert before[0]["summary"] == "Atelier – Photos; mes « fichiers », tout"
    assert made()[0].shown_code in before[0]["description"]
    leave(app, made()[0])
    after = events(client.get(f"{receipt.address}/atelier.ics").data)
    assert [each["uid"] for each in after] == [each["uid"] for each in before]
    assert [(each["status"], each["sequence"]) for each in after] == [("CANCELLED", 1)] * 2
    assert client.get("/i/inventee/atelier.ics").status_code == 404


def events(data: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(data).events)


@pytest.mark.parametrize("kind", ["id", "public_id", "code"])
def test_what_another_knows_of_a_registration_opens_none_of_its_pages(
    app: Application, client: FlaskClient, kind: str
) -> None:
    """A01, A10."""
    registration = make_registration(make_workshop())
    link, known = registration.link(LINK_KEY), str(getattr(registration, kind))
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/i/<token>")]
    assert len(rules) > 5
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/i/<token>") and "GET" in (rule.methods or ()):
            assert client.get(rule.rule.replace("<token>", known)).status_code == 404, rule.rule
    assert client.get(f"/i/{link}").status_code == 200
    for near in (link[:-1], link + "A", link.swapcase(), f"{link}=", f"{link}%20"):
        assert client.get(f"/i/{near}").status_code == 404, near


def test_no_page_shows_another_participant(app: Application, client: FlaskClient) -> None:
    workshop = make_workshop(capacity=3)
    fill(workshop)
    waiting = waiting_for(app, client, workshop)
    leave(app, made()[0])
    db.session.rollback()
    names = {name for name in db.session.scalars(select(Citizen.name)) if name != "Marie Schmitt"}
    addresses = (waiting.address, f"{waiting.address}/annuler", f"/ateliers/{workshop.public_id}", "/ateliers")
    for address in addresses:
        assert not [name for name in names if name in visit(client, address).text], address
    assert timedelta(hours=1) <= made()[-1].answer_by - app.clock()  # type: ignore[operator]


def test_nonsense_meets_no_mistake_of_ours(app: Application, client: FlaskClient) -> None:
    workshop, other = make_workshop(title="Mes photos"), make_workshop("2026-12-14 14:00", title="Mes photos")
    kit = make_kit()
    with transaction():
        workshop_programmes.lend_kits(db.session.merge(workshop), [db.session.merge(kit)])
    device = submit(client, answer_to_contact(client, workshop), {"phone": LANDLINE})
    for text in NONSENSE:
        assert submit(client, device, {"device": text}).status == 422, text
    receipt = submit(client, submit(client, device, {"device": "borrowed"}))
    move = visit(client, f"{receipt.address}/changer")
    assert "Pas d’ordinateur à prêter" in move.text
    secret = values_of(move.form())["csrf_token"]
    for text in NONSENSE:
        assert submit(client, move, {"workshop": text}).status == 422, text
        sent = {"csrf_token": secret, "answer": text}
        assert client.post(f"{receipt.address}/reponse", data=sent).status_code == 303, text
    moved = submit(client, move, {"workshop": other.public_id})
    assert "Voici votre nouvelle inscription" in moved.text and made()[-1].borrows is False


def answer_to_contact(client: FlaskClient, workshop: Workshop) -> Page:
    page = submit(client, begin(client, workshop))
    return submit(client, submit(client, page, {"booked_by": "self"}), {"name": "Marie Schmitt"})
