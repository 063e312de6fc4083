"""Who waits, as a desk sees it; an offer by telephone is answered there."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.delivery.offering import offer_times
from cnapp.domain.appointments import Appointment, Origin
from cnapp.domain.motifs import Motif
from cnapp.domain.offers import Answer, Offer
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.waits import Ending, Wait
from cnapp.web.application import Application
from tests.booking import aim, book
from tests.factories import make_citizen, make_desk, make_place, make_presence, make_wait
from tests.support import FrozenClock, Page, count_queries, submit, visit
from tests.web.desk.appointments import signed_in

HOME = "/accueil/attente"
THURSDAY = "2026-12-03"


@pytest.fixture
def offered(app: Application, motif: Motif, borny: Place) -> Wait:
    """Somebody who can only be called, to whom an hour at Borny is offered."""
    make_presence(f"{THURSDAY} 09:00", "09:45", place=borny)
    wait = make_wait(motif, make_citizen("Léa Martin", phone="+33387123456"), borny)
    offer_times(app.settings, app.clock())
    return wait


def press(client: FlaskClient, page: Page, value: str) -> Page:
    form = next(
        form for form in page.html.select("main form") if form.select_one(f'input[name=answer][value="{value}"]')
    )
    sent = {str(each["name"]): str(each["value"]) for each in form.select("input[name]")}
    answer = client.post(str(form["action"]), data=sent, follow_redirects=True)
    return Page(answer, answer.request.path)


def after(wait: Wait) -> Wait:
    db.session.rollback()
    return db.session.get_one(Wait, wait.id, populate_existing=True)


def test_the_desk_calls_and_takes_it_for_the_person(client: FlaskClient, desk: Staff, offered: Wait) -> None:
    assert visit(client, "/accueil/rendez-vous").html.select_one(f'main a[href="{HOME}"]')
    page = visit(client, HOME)
    assert "Léa Martin" in page.text and "À appeler" in page.text and "jeudi 3 décembre à 9 h" in page.text
    assert page.html.select_one('a[href="tel:+33387123456"]')
    booked = press(client, page, "prendre")
    assert booked.address.startswith("/accueil/rendez-vous/") and "au téléphone" in booked.text
    assert db.session.scalars(select(Appointment.origin)).one() is Origin.PHONE
    assert after(offered).ending is Ending.SERVED
    assert press(client, page, "prendre").address == booked.address
    assert "Personne n’attend" in visit(client, HOME).text


def test_who_does_not_want_it_waits_on(client: FlaskClient, desk: Staff, offered: Wait) -> None:
    page = press(client, visit(client, HOME), "non")
    assert page.address == HOME and "La personne reste sur la liste d’attente" in page.text
    assert after(offered).is_open and db.session.scalars(select(Offer.outcome)).one() is Answer.DECLINED
    assert "Prendre pour cette personne" not in page.text


def test_who_does_not_want_to_wait_any_more_is_off_the_list(client: FlaskClient, desk: Staff, offered: Wait) -> None:
    page = press(client, visit(client, HOME), "quitter")
    assert "n’est plus sur la liste" in page.text and after(offered).ending is Ending.LEFT


def test_a_time_that_is_gone_is_said_so(
    app: Application, client: FlaskClient, offered: Wait, borny: Place, motif: Motif
) -> None:
    clock = app.clock
    assert isinstance(clock, FrozenClock)
    clock.set("2026-12-01 19:59")
    signed_in(client, make_desk(borny))
    page = visit(client, HOME)
    clock.set("2026-12-01 20:00")
    offer_times(app.settings, clock())
    book(aim(motif, borny, f"{THURSDAY} 09:00"), now=clock())
    assert "Cette heure n’est plus libre" in press(client, page, "prendre").text
    assert after(offered).is_open


def test_a_desk_sees_those_whom_its_places_suit(client: FlaskClient, desk: Staff, motif: Motif, borny: Place) -> None:
    sablon = make_place("Sablon")
    make_wait(motif, make_citizen("Paul Roth", phone="+33387000001"), sablon)
    make_wait(motif, make_citizen("Anne Weiss", phone="+33387000002"))
    make_wait(motif, make_citizen("Luc Colin", phone="+33387000003"), sablon, borny)
    page = visit(client, HOME)
    assert [each.get_text() for each in page.html.select("main section h2")] == ["Anne Weiss", "Luc Colin"]


def test_another_desk_answers_for_nobody(app: Application, client: FlaskClient, offered: Wait) -> None:
    signed_in(client, make_desk(make_place()))
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for public_id in (offered.public_id, "0" * 32):
            assert client.post(f"{HOME}/{public_id}/reponse", data={"answer": "quitter"}).status_code == 404
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert after(offered).is_open


def test_the_list_asks_the_same_however_many_wait(client: FlaskClient, desk: Staff, motif: Motif) -> None:
    asked = []
    for number in range(12):
        make_wait(motif, make_citizen(phone=f"+3338700{number:04}"))
        if number in (1, 11):
            db.session.expire_all()
            with count_queries() as queries:
                assert visit(client, HOME).status == 200
            asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_desk_enters_somebody_once_however_often_it_presses(
    client: FlaskClient, desk: Staff, motif: Motif, borny: Place
) -> None:
    form = visit(client, f"{HOME}/nouveau")
    values = {"motif": motif.slug, "name": "Léa Martin", "phone": "03 87 12 34 56", "places": ["borny"]}
    refused = submit(client, form, {**values, "phone": ""})
    assert refused.status == 422 and refused.html.select_one('input[name=name][value="Léa Martin"]')
    for _ in range(2):
        page = submit(client, form, values)
        assert page.address == HOME and "Léa Martin" in page.text
    wait = db.session.scalars(select(Wait)).one()
    assert [each.slug for each in wait.places] == ["borny"]


def test_the_desk_enters_nobody_four_times(client: FlaskClient, desk: Staff, motif: Motif) -> None:
    for _ in range(3):
        make_wait(motif, make_citizen(phone="+33387123456"))
    values = {"motif": motif.slug, "name": "Léa Martin", "phone": "03 87 12 34 56"}
    page = submit(client, visit(client, f"{HOME}/nouveau"), values)
    assert page.status == 409 and "déjà 3 fois" in page.text
