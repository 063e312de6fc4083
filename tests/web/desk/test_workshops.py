"""Workshops at a desk: who comes, registering in two fields, the waiting list, paper."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Origin
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.workshops import Status, Workshop
from cnapp.services import workshop_programmes, workshops
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import make_desk, make_kit, make_place, make_registration, make_staff, make_workshop, metz
from tests.support import MORNING, Page, count_queries, submit, values_of, visit
from tests.web.desk.appointments import open_with, search, signed_in
from tests.web.desk.counter import TODAY, ask, open_desk

HOME = "/accueil/ateliers"


def address(workshop: Workshop) -> str:
    return f"{HOME}/{workshop.public_id}"


def register(client: FlaskClient, workshop: Workshop, name: str, contact: str = "", page: Page | None = None) -> Page:
    page = page or visit(client, address(workshop))
    form = page.form(address(workshop))
    way = form.select_one("button[name=way]")
    assert way
    values = {**values_of(form), "name": name, "contact": contact, "way": way["value"]}
    answer = client.post(address(workshop), data=values, follow_redirects=True)
    return Page(answer, answer.request.path)


def answer(client: FlaskClient, page: Page, value: str) -> Page:
    forms = page.html.select("main form")
    form = next(each for each in forms if each.select_one(f'input[name=answer][value="{value}"]'))
    sent = client.post(str(form["action"]), data=values_of(form), follow_redirects=True)
    return Page(sent, sent.request.path)


def standings(workshop: Workshop) -> list[tuple[str, Standing]]:
    db.session.rollback()
    rows = select(Registration).where(Registration.workshop_id == workshop.id).order_by(Registration.id)
    return [(each.person.name, each.status) for each in db.session.scalars(rows)]


def test_the_list_has_the_desks_own_workshops_with_their_seats(
    client: FlaskClient, desk: Staff, borny: Place, sablon: Place
) -> None:
    ours = make_workshop(place=borny, title="Mes photos", capacity=2)
    make_registration(ours, "Léa Martin")
    make_registration(ours, "Paul Klein", status=Standing.WAITING)
    make_workshop(place=sablon, title="Ailleurs")
    make_workshop(place=borny, title="Brouillon", status=Status.DRAFT)
    page = visit(client, HOME)
    for words in (
        "Mes photos",
        "1 inscrit / 2 places",
        "1 place libre",
        "1 personne attend",
        "jeudi 10 décembre à 14 h",
    ):
        assert words in page.text, words
    assert "Ailleurs" not in page.text and "Brouillon" not in page.text
    assert visit(client, address(make_workshop(place=sablon))).status == 404


def test_the_telephone_line_sees_every_place(app: Application, client: FlaskClient) -> None:
    signed_in(client, make_desk(phone_line=True))
    for title in ("Ici", "Là-bas"):
        make_workshop(title=title)
    text = visit(client, HOME).text
    assert "Ici" in text and "Là-bas" in text


def test_somebody_is_registered_in_two_fields_and_takes_the_paper_home(
    client: FlaskClient, desk: Staff, borny: Place
) -> None:
    workshop = make_workshop("2026-12-10 14:00", "2026-12-17 14:00", place=borny, bring="Votre téléphone")
    page = visit(client, address(workshop))
    paper = register(client, workshop, "Léa Martin", "06 39 98 00 01", page)
    made = db.session.scalars(select(Registration)).one()
    assert paper.address == f"/accueil/inscriptions/{made.public_id}/papier" and "L’inscription est faite" in paper.text
    for words in (
        "jeudi 10 décembre",
        "jeudi 17 décembre",
        "2 séances, venez à toutes",
        made.shown_code,
        "Votre téléphone",
    ):
        assert words in paper.text, words
    assert paper.html.select_one("figure svg")
    assert (made.origin, made.status) == (Origin.COUNTER, Standing.REGISTERED)
    assert register(client, workshop, "Léa Martin", "06 39 98 00 01", page).address == paper.address
    shown = visit(client, address(workshop)).text
    assert "Léa" in shown and "Martin" not in shown and "1 inscrit / 8 places" in shown


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    client: FlaskClient, desk: Staff, borny: Place
) -> None:
    workshop = make_workshop(place=borny)
    make_registration(workshop, "Léa Martin", phone="+33639980001")
    twice = register(client, workshop, "Léa Martin", "06 39 98 00 01")
    assert twice.status == 409 and "déjà inscrite" in twice.text
    wrong = register(client, workshop, "", "06 39")
    assert wrong.status == 422 and wrong.html.select_one("input[name=contact][value='06 39']")
    assert len(standings(workshop)) == 1


def test_full_meanwhile_keeps_what_was_typed_and_offers_the_waiting_list(
    client: FlaskClient, desk: Staff, borny: Place
) -> None:
    workshop = make_workshop(place=borny, capacity=1)
    page = visit(client, address(workshop))
    make_registration(workshop, "Paul Klein")
    full = register(client, workshop, "Léa Martin", page=page)
    assert "Pour attendre, il faut un téléphone." in full.text, "no mail leaves here"
    assert full.status == 409 and "complet" in full.text and full.html.select_one("input[value='Léa Martin']")
    unreachable = register(client, workshop, "Léa Martin", page=full)
    assert unreachable.status == 422 and "Nous ne pourrions pas prévenir cette personne" in unreachable.text
    waits = register(client, workshop, "Léa Martin", "06 39 98 00 01", unreachable)
    assert "position 1" in waits.text and "Sur la liste d’attente" in waits.text
    assert standings(workshop) == [("Paul Klein", Standing.REGISTERED), ("Léa Martin", Standing.WAITING)]


def test_a_seat_goes_on_to_who_waits_and_is_answered_at_the_desk(
    client: FlaskClient, desk: Staff, borny: Place
) -> None:
    workshop = make_workshop(place=borny, capacity=1)
    seated = make_registration(workshop, "Paul Klein")
    for number, name in enumerate(("Léa Martin", "Ana Roux"), 1):
        make_registration(workshop, name, phone=f"+3363998000{number}", status=Standing.WAITING)
    ending = visit(client, f"/accueil/inscriptions/{seated.public_id}/annuler")
    assert "première personne de la liste" in ending.text
    assert "annulée" in submit(client, ending, {"why": "person"}, "").text
    page = visit(client, address(workshop))
    assert "Place proposée à" in page.text and "Léa M." in page.text.replace("\u00a0", " ")
    assert page.html.select_one('a[href="tel:+33639980001"]')
    answer(client, page, "non")
    taken = answer(client, visit(client, address(workshop)), "prendre")
    assert "La place est prise" in taken.text
    assert [each for _, each in standings(workshop)] == [Standing.EXCUSED, Standing.DECLINED, Standing.REGISTERED]
    late = answer(client, page, "prendre")
    assert late.status == 409 and "n’est plus à prendre" in late.text
    declined = db.session.scalars(select(Registration).where(Registration.status == Standing.DECLINED)).one()
    again = answer(client, visit(client, f"/accueil/inscriptions/{declined.public_id}"), "attendre")
    assert "de nouveau sur la liste" in again.text


def test_in_the_last_two_hours_the_desk_calls_and_gives_the_seat(
    client: FlaskClient, desk: Staff, borny: Place
) -> None:
    workshop = make_workshop(f"{TODAY} 09:30", place=borny, capacity=2)
    make_registration(workshop, "Paul Klein")
    make_registration(workshop, "Léa Martin", phone="+33639980001", status=Standing.WAITING)
    page = visit(client, address(workshop))
    assert "Il reste moins de 2 heures : appelez-les" in page.text.replace("\u00a0", " ")
    assert "La place est prise" in answer(client, page, "donner").text
    assert answer(client, page, "donner").status == 200
    assert [each for _, each in standings(workshop)] == [Standing.REGISTERED, Standing.REGISTERED]


def test_earlier_a_seat_is_not_given_past_the_list(client: FlaskClient, desk: Staff, borny: Place) -> None:
    workshop = make_workshop(place=borny, capacity=1)
    waiting = make_registration(workshop, "Léa Martin", phone="+33639980001", status=Standing.WAITING)
    page = visit(client, f"/accueil/inscriptions/{waiting.public_id}")
    token = page.html.select_one("input[name=csrf_token]")
    assert token
    sent = client.post(f"{page.address}/reponse", data={"csrf_token": token["value"], "answer": "donner"})
    assert sent.status_code == 409
    assert client.post(f"{page.address}/reponse", data={"csrf_token": token["value"]}).status_code == 422


def test_what_a_colleague_did_meanwhile_is_told_before_cancelling(
    client: FlaskClient, desk: Staff, borny: Place
) -> None:
    workshop = make_workshop(place=borny, capacity=1)
    seated = make_registration(workshop, "Paul Klein")
    waiting = make_registration(workshop, "Léa Martin", phone="+33639980001", status=Standing.WAITING)
    page = visit(client, f"/accueil/inscriptions/{waiting.public_id}/annuler")
    submit(client, visit(client, f"/accueil/inscriptions/{seated.public_id}/annuler"), {"why": "service"})
    told = submit(client, page)
    assert told.status == 409 and "place proposée" in told.text
    assert "annulée" in submit(client, told).text
    assert "ne peut plus changer" in visit(client, f"/accueil/inscriptions/{seated.public_id}/annuler").text


def test_the_boxes_find_who_is_registered(app: Application, client: FlaskClient) -> None:
    borny, sablon = make_place("Borny"), make_place("Sablon")
    open_desk(client, borny)
    today = make_registration(make_workshop(f"{TODAY} 14:00", place=borny, title="Mes photos"), "Léa Martin")
    later = make_registration(make_workshop(place=borny), "Paul Klein", phone="+33639980001")
    theirs = make_registration(make_workshop(place=sablon), "Ana Roux", code="K4TX9PQM")
    for typed, found in (("Martin", today), ("06 39 98 00 01", later)):
        assert search(client, typed).html.select_one(f'a[href="/accueil/inscriptions/{found.public_id}"]'), typed
    assert "Ana Roux" not in search(client, "Roux").text
    assert client.get(f"/accueil/inscriptions/{theirs.public_id}").status_code == 404
    assert "Ana Roux" in open_with(client, "K4TX 9PQM", "rou").text
    assert "Mes photos" in ask(client, "Léa").text
    assert ask(client, later.code).html.select_one(f'a[href="/accueil/inscriptions/{later.public_id}"]')


def test_the_day_and_its_paper_show_the_workshops(app: Application, client: FlaskClient) -> None:
    borny = make_place("Borny")
    open_desk(client, borny)
    workshop = make_workshop(f"{TODAY} 14:00", place=borny, title="Mes photos", leader=make_staff("Nadia"))
    make_registration(workshop)
    for shown in ("/accueil/", f"/accueil/{TODAY}/papier", f"/accueil/{TODAY}/papier?pour=porte"):
        text = visit(client, shown).text
        for words in ("Mes photos", "14 h", "15 h 30", "Nadia", "1 inscrit / 8 places"):
            assert words in text, (shown, words)


def test_sign_in_sheets_are_the_teams_or_one_strip_a_person(client: FlaskClient, desk: Staff, borny: Place) -> None:
    workshop = make_workshop("2026-12-10 14:00", "2026-12-17 14:00", place=borny)
    for name in ("Léa Martin", "Paul Klein"):
        make_registration(workshop, name)
    make_registration(workshop, "Ana Roux", status=Standing.WAITING)
    sheet = f"{address(workshop)}/seances/{workshop.sessions[1].public_id}/emargement"
    team = visit(client, sheet)
    assert "Aucun participant ne doit voir le nom d’un autre" in team.text and "séance 2 sur 2" in team.text
    assert [each.get_text() for each in team.html.select("tbody th")] == ["Léa Martin", "Paul Klein"]
    strips = visit(client, f"{sheet}?pour=bandes")
    assert len(strips.html.select(".strip")) == 2 and "Ana Roux" not in strips.text
    assert visit(client, f"{sheet}?pour=tous").status == 404
    assert visit(client, f"{address(workshop)}/seances/autre/emargement").status == 404


def test_lists_ask_no_more_however_long_they_are(client: FlaskClient, desk: Staff, borny: Place) -> None:
    workshop = make_workshop(place=borny, capacity=30)
    make_registration(workshop, "Léa Martin")
    counted = [_count(client, HOME), _count(client, address(workshop))]
    for number in range(10):
        make_registration(workshop, f"Léa Martin {number}")
        make_registration(make_workshop(place=borny), "Paul Klein", status=Standing.WAITING)
    assert [_count(client, HOME), _count(client, address(workshop))] == counted


def _count(client: FlaskClient, address: str) -> int:
    with count_queries() as asked:
        assert visit(client, address).status == 200
    return len(asked)


def test_a_device_is_lent_while_there_is_one(client: FlaskClient, desk: Staff, borny: Place) -> None:
    workshop = make_workshop(place=borny)
    lend(workshop, computers=1)
    page = visit(client, address(workshop))
    values = {"name": "Léa Martin", "borrows": "y", "way": "place"}
    assert "Nous vous prêtons un ordinateur" in submit(client, page, values, address(workshop)).text
    refused = submit(client, page, {**values, "name": "Paul Klein", "key": "autre"}, address(workshop))
    assert refused.status == 409 and "ordinateurs à prêter sont pris" in refused.text


def lend(workshop: Workshop, **devices: int) -> None:
    kit = make_kit(**devices)
    with transaction():
        workshop_programmes.lend_kits(workshop, [kit])


def test_a_cancelled_workshop_says_so(app: Application, client: FlaskClient, desk: Staff, borny: Place) -> None:
    workshop = make_workshop(place=borny)
    with transaction(*(each.conseiller_id for each in workshop.sessions[0].leadings)):
        workshops.cancel(
            workshops.find(workshop.public_id), by=By.staff(desk), settings=app.settings, now=metz(MORNING)
        )
    page = visit(client, address(workshop))
    assert "Cet atelier est annulé" in page.text and not page.html.select_one("button[name=way]")


def test_one_that_left_the_site_takes_nobody_more(client: FlaskClient, desk: Staff, borny: Place) -> None:
    workshop = make_workshop(place=borny, status=Status.WITHDRAWN)
    make_registration(workshop, "Léa Martin")
    page = visit(client, address(workshop))
    assert "retiré du site" in page.text and "Léa" in page.text
    assert not page.html.select_one("button[name=way]")
