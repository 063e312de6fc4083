"""The waiting list as citizens meet it: entering, answering an offer, changing, leaving."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.config import Settings
from cnapp.delivery.offering import offer_times
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.motifs import Motif
from cnapp.domain.offers import Answer, Offer
from cnapp.domain.places import Place
from cnapp.domain.waits import Ending, Wait
from cnapp.services.answers import HOLDS_AN_ADDRESS, count_hold
from cnapp.services.parties import Someone
from cnapp.services.waits import channel_for
from cnapp.web.application import Application
from tests.booking import aim, book
from tests.factories import (
    LINK_KEY,
    make_appointment,
    make_citizen,
    make_motif,
    make_place,
    make_presence,
    make_wait,
)
from tests.support import FrozenClock, Page, count_queries, submit, visit
from tests.web.public.steps import answer_until

THURSDAY = "2026-12-03"
LANDLINE = "03 87 12 34 56"


@pytest.fixture
def motif(app: Application) -> Motif:
    return make_motif(title="Créer une adresse e-mail", duration_minutes=60)


@pytest.fixture
def verlaine(app: Application) -> Place:
    return make_place("Médiathèque Verlaine", slug="verlaine")


def given(motif: Motif, **values: object) -> dict[str, object]:
    return {"motif": motif.slug, "name": "Marie Schmitt", "phone": LANDLINE, **values}


def fill(client: FlaskClient, motif: Motif, **values: object) -> Page:
    return submit(client, visit(client, "/attente"), given(motif, **values))


def enter(client: FlaskClient, motif: Motif, **values: object) -> Page:
    return submit(client, fill(client, motif, **values), action="")


def waits() -> list[Wait]:
    db.session.rollback()
    return list(db.session.scalars(select(Wait).order_by(Wait.id)))


def offered(app: Application, motif: Motif, place: Place, **columns: object) -> str:
    """The address of somebody to whom one hour is offered."""
    make_presence(f"{THURSDAY} 09:00", "10:00", place=place)
    wait = make_wait(motif, columns.pop("citizen", None) or make_citizen(phone="+33387123456"), **columns)
    offer_times(app.settings, app.clock())
    return f"/attente/{wait.link(LINK_KEY)}"


def answer(client: FlaskClient, page: Page, value: str) -> Page:
    for form in page.html.select("main form"):
        field = form.select_one("input[name=answer]")
        if field and field["value"] == value:
            sent = {str(each["name"]): str(each["value"]) for each in form.select("input[name]")}
            response = client.post(str(form["action"]), data=sent, follow_redirects=True)
            return Page(response, response.request.path)
    raise AssertionError(page.text)


def test_somebody_enters_the_list_and_reads_what_happens(client: FlaskClient, motif: Motif, verlaine: Place) -> None:
    check = fill(client, motif, places=["verlaine"], weekdays=["1", "3"], half="matin", notice_days="2")
    assert check.address == "/attente/verifier" and "Vous n’êtes pas encore sur la liste" in check.text
    for words in ("Créer une adresse e-mail", "Médiathèque Verlaine", "mardi, jeudi", "le matin", "2 jours avant"):
        assert words in check.text
    assert "nous vous appelons" in check.text and waits() == []
    page = submit(client, check)
    assert re.fullmatch(r"/attente/[\w-]{27}", page.address)
    assert "Vous attendez" in page.text and "lundi 30 novembre 2026" in page.text and "appelons" in page.text
    [wait] = waits()
    assert ([each.slug for each in wait.places], wait.weekdays, wait.half, wait.notice_days) == (
        ["verlaine"],
        [1, 3],
        "matin",
        2,
    )
    assert wait.citizen.name == "Marie Schmitt" and wait.citizen.phone == "+33387123456"
    assert visit(client, "/attente/verifier").address == "/attente"


def test_confirmed_twice_it_is_one_wait(client: FlaskClient, motif: Motif, verlaine: Place) -> None:
    check = fill(client, motif)
    first, second = submit(client, check), submit(client, check)
    assert first.address == second.address and len(waits()) == 1


def test_answers_that_are_gone_are_said_so(
    app: Application, client: FlaskClient, other_client: FlaskClient, motif: Motif, verlaine: Place
) -> None:
    check = fill(client, motif)
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        page = submit(other_client, check)
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert page.status == 409 and waits() == []


def test_a_booking_under_way_is_not_asked_again(client: FlaskClient, motif: Motif, verlaine: Place) -> None:
    make_presence(place=verlaine)
    times = answer_until(client, motif, last="place", place="verlaine", needs=["child"])
    assert times.html.select_one('main a[href="/attente"]')
    page = visit(client, "/attente")
    assert page.html.select_one(f'option[selected][value="{motif.slug}"]')
    assert page.html.select_one('input[name=places][value="verlaine"][checked]')
    submit(client, submit(client, page, {"name": "Marie Schmitt", "phone": LANDLINE}))
    assert waits()[0].needs == ["child"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"phone": ""}, "Écrivez un téléphone."),
        ({"phone": "", "email": "lea@exemple.fr"}, "Écrivez un téléphone."),
        ({"no_calls": "y"}, "Écrivez un autre téléphone"),
        ({"phone": "12"}, "Ce numéro de téléphone n’est pas complet"),
        ({"email": "lea@exemple"}, "Cette adresse e-mail n’est pas complète"),
        ({"email": "a@exemple.fr, b@exemple.fr"}, "Cette adresse e-mail n’est pas complète"),
        ({"email": "a" * 300 + "@exemple.fr"}, "C’est trop long"),
        ({"name": ""}, "Écrivez un nom ou un prénom"),
        ({"name": "x" * 81}, "Ce nom est trop long"),
        ({"motif": ""}, "Choisissez un sujet"),
        ({"motif": "nulle-part"}, "Choisissez un sujet"),
        ({"places": ["nulle-part"]}, "Choisissez dans la liste"),
        ({"weekdays": ["9"]}, "Choisissez dans la liste"),
        ({"half": "nuit"}, "Choisissez dans la liste"),
        ({"notice_days": "7"}, "Choisissez dans la liste"),
        ({"website": "http://exemple.fr"}, "ce champ doit rester vide"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    client: FlaskClient, motif: Motif, verlaine: Place, values: dict[str, object], words: str
) -> None:
    page = submit(client, visit(client, "/attente"), given(motif, name="Ève Martin") | values)
    assert page.status == 422 and words in page.text.replace("\u00a0", " ")
    assert page.title.startswith("Erreur")
    if "name" not in values:
        assert page.html.select_one("input[name=name]")["value"] == "Ève Martin"  # type: ignore[index]
    assert waits() == []


def test_a_name_with_line_breaks_is_one_line(client: FlaskClient, motif: Motif, verlaine: Place) -> None:
    enter(client, motif, name="Marie\r\nBcc: x@exemple.fr")
    assert waits()[0].citizen.name == "Marie Bcc: x@exemple.fr"


def test_three_times_a_contact_and_no_more(client: FlaskClient, motif: Motif, verlaine: Place) -> None:
    for _ in range(3):
        assert "Vous attendez" in enter(client, motif).text
    page = enter(client, motif)
    assert page.status == 409 and "déjà 3 fois" in page.text and len(waits()) == 3
    assert "Vous attendez" in enter(client, motif, phone="03 87 65 43 21").text


def test_a_robot_meets_a_limit(client: FlaskClient, motif: Motif, verlaine: Place, clock: FrozenClock) -> None:
    check = fill(client, motif)
    with transaction():
        for _ in range(HOLDS_AN_ADDRESS):
            count_hold("127.0.0.1", now=clock())
    assert submit(client, check).status == 429 and waits() == []


def test_opening_the_page_of_an_offer_changes_nothing(
    app: Application, client: FlaskClient, motif: Motif, verlaine: Place
) -> None:
    address = offered(app, motif, verlaine)
    with count_queries() as asked:
        page = visit(client, address)
    assert not [each for each in asked if each.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert "jeudi 3 décembre à 9 h" in page.text and "Médiathèque Verlaine" in page.text
    assert "jusqu’au mardi 1er décembre à 20 h" in page.text
    assert page.response.headers["X-Robots-Tag"] == "noindex" and "no-store" in page.response.headers["Cache-Control"]


def test_taken_twice_the_same_receipt_is_shown(
    app: Application, client: FlaskClient, motif: Motif, verlaine: Place
) -> None:
    address = offered(app, motif, verlaine)
    page = visit(client, address)
    first = answer(client, page, "prendre")
    assert first.address.startswith("/r/") and "Cette heure est à vous" in first.text
    assert answer(client, page, "prendre").address == visit(client, address).address == first.address
    assert len(list(db.session.scalars(select(Appointment)))) == 1


def test_whoever_says_no_waits_on(app: Application, client: FlaskClient, motif: Motif, verlaine: Place) -> None:
    address = offered(app, motif, verlaine)
    page = answer(client, visit(client, address), "non")
    assert page.address == address and "Vous attendez toujours" in page.text
    assert waits()[0].is_open and [each.outcome for each in db.session.scalars(select(Offer))] == [Answer.DECLINED]


def test_whoever_answers_late_takes_it_while_it_is_free(
    app: Application, client: FlaskClient, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    address = offered(app, motif, verlaine)
    clock.set("2026-12-02 09:00")
    offer_times(app.settings, clock())
    page = visit(client, address)
    assert "Nous ne la gardons plus" in page.text
    assert answer(client, page, "prendre").address.startswith("/r/")


def test_a_time_that_is_gone_is_a_clear_page(
    app: Application, client: FlaskClient, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    address = offered(app, motif, verlaine)
    page = visit(client, address)
    clock.set("2026-12-02 07:00")
    offer_times(app.settings, clock())
    book(aim(motif, verlaine, f"{THURSDAY} 09:00"), now=clock())
    gone = answer(client, page, "prendre")
    assert (
        gone.status == 409 and "Cette heure n’est plus libre" in gone.text and "Vous restez sur la liste" in gone.text
    )
    assert "Vous attendez" in visit(client, address).text


def test_an_offer_of_somebody_else_or_of_nobody_answers_nothing(
    app: Application, client: FlaskClient, motif: Motif, verlaine: Place
) -> None:
    address = offered(app, motif, verlaine)
    other = f"/attente/{make_wait(motif, make_citizen(phone='+33387000000')).link(LINK_KEY)}"
    page = visit(client, address)
    token = page.html.select_one("main input[name=csrf_token]")["value"]  # type: ignore[index]
    theirs = db.session.scalars(select(Offer.public_id)).one()
    for offer in (theirs, "0" * 32, ""):
        sent = {"csrf_token": token, "answer": "prendre", "offer": offer}
        assert client.post(f"{other}/reponse", data=sent).status_code == 303
    assert list(db.session.scalars(select(Appointment))) == []


def test_leaving_is_asked_first_and_frees_the_time(
    app: Application, client: FlaskClient, motif: Motif, verlaine: Place
) -> None:
    address = offered(app, motif, verlaine)
    ask = visit(client, f"{address}/quitter")
    assert waits()[0].is_open
    for _ in range(2):
        assert "Vous n’attendez plus" in submit(client, ask).text
    assert waits()[0].ending is Ending.LEFT
    for last in ("", "/modifier", "/quitter"):
        assert "Vous n’attendez plus" in visit(client, address + last).text
    assert client.get("/rendez-vous").status_code in (200, 303)


def test_places_and_days_can_be_changed(client: FlaskClient, motif: Motif, verlaine: Place) -> None:
    page = enter(client, motif)
    edit = visit(client, f"{page.address}/modifier")
    after = submit(client, edit, {"places": ["verlaine"], "weekdays": ["2"], "half": "apres-midi", "notice_days": "0"})
    assert after.address == page.address and "Médiathèque Verlaine" in after.text and "mercredi" in after.text
    again = visit(client, f"{page.address}/modifier")
    assert again.html.select_one('input[name=weekdays][value="2"][checked]')
    assert submit(client, again, {"places": ["nulle-part"]}).status == 422
    assert [each.slug for each in waits()[0].places] == ["verlaine"]


@pytest.mark.parametrize("last", ["", "/modifier", "/quitter"])
def test_an_address_that_was_never_given_is_no_page(client: FlaskClient, app: Application, last: str) -> None:
    assert visit(client, f"/attente/{'x' * 27}{last}").status == 404


def test_a_month_after_the_end_the_address_is_no_page(
    client: FlaskClient, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    page = enter(client, motif)
    submit(client, visit(client, f"{page.address}/quitter"))
    clock.advance(days=29)
    assert visit(client, page.address).status == 200
    clock.advance(days=1)
    assert visit(client, page.address).status == 404


@pytest.fixture
def appointment(motif: Motif, verlaine: Place) -> Appointment:
    presence = make_presence("2026-12-08 09:00", "10:00", place=verlaine)
    return make_appointment(presence, "2026-12-08 09:00", motif=motif, phone="+33387123456", needs=["child"])


def test_from_the_receipt_somebody_waits_for_an_earlier_time(
    app: Application, client: FlaskClient, appointment: Appointment, verlaine: Place
) -> None:
    receipt = f"/r/{appointment.link(LINK_KEY)}"
    assert visit(client, receipt).html.select_one(f'a[href="{receipt}/plus-tot"]')
    form = visit(client, f"{receipt}/plus-tot")
    assert "Vous le gardez" in form.text and form.html.select_one("input[name=phone]") is None
    page = submit(client, form, {"notice_days": "0"})
    assert "Vous gardez votre rendez-vous du mardi 8 décembre à 9 h" in page.text
    [wait] = waits()
    assert (wait.appointment_id, wait.citizen_id, wait.needs) == (appointment.id, appointment.person_id, ["child"])
    assert visit(client, f"{receipt}/plus-tot").address == page.address
    assert submit(client, form).address == page.address and len(waits()) == 1
    make_presence(f"{THURSDAY} 09:00", "10:00", place=verlaine)
    offer_times(app.settings, app.clock())
    offer = visit(client, page.address)
    assert "Elle remplace votre rendez-vous du mardi 8 décembre à 9 h" in offer.text
    moved = answer(client, offer, "prendre")
    assert moved.address == receipt and "jeudi 3 décembre" in moved.text


def test_whoever_leaves_the_list_for_an_earlier_time_keeps_theirs(
    client: FlaskClient, appointment: Appointment
) -> None:
    waiting = submit(client, visit(client, f"/r/{appointment.link(LINK_KEY)}/plus-tot"))
    left = submit(client, visit(client, f"{waiting.address}/quitter"))
    assert "Vous n’attendez plus" in left.text
    assert "Vous gardez votre rendez-vous du mardi 8 décembre à 9 h" in left.text
    assert left.html.select_one('main a[href="/attente"]') is None


def test_without_a_contact_the_receipt_asks_for_one_that_serves_the_waiting_alone(
    client: FlaskClient, motif: Motif, verlaine: Place
) -> None:
    presence = make_presence("2026-12-08 09:00", "10:00", place=verlaine)
    bare = make_appointment(presence, "2026-12-08 09:00", motif=motif)
    form = visit(client, f"/r/{bare.link(LINK_KEY)}/plus-tot")
    refused = submit(client, form)
    assert refused.status == 422 and "Écrivez un téléphone." in refused.text
    assert "Vous attendez" in submit(client, form, {"phone": LANDLINE}).text
    [wait] = waits()
    assert wait.citizen.phone == "+33387123456" and wait.citizen_id != bare.person_id
    assert db.session.get_one(Citizen, bare.person_id).phone is None


def test_on_the_day_itself_there_is_nothing_earlier(
    client: FlaskClient, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    make = make_appointment(make_presence("2026-11-30 14:00", "15:00"), "2026-11-30 14:00", motif=motif)
    receipt = f"/r/{make.link(LINK_KEY)}"
    assert "Je voudrais venir plus tôt" not in visit(client, receipt).text
    assert visit(client, f"{receipt}/plus-tot").address == receipt


def test_no_page_of_the_list_names_anybody_in_its_address_or_title(
    app: Application, client: FlaskClient, motif: Motif, verlaine: Place
) -> None:
    page = enter(client, motif)
    for each in (page, visit(client, f"{page.address}/modifier"), visit(client, f"{page.address}/quitter")):
        assert "Schmitt" not in each.title and motif.slug not in each.address
        for link in each.html.select("[href], [action]"):
            assert "Schmitt" not in str(link.get("href") or link.get("action"))


def test_with_a_mail_server_an_e_mail_is_enough(app: Application, motif: Motif) -> None:
    writing: Settings = replace(app.settings, smtp_url="smtp://127.0.0.1", mail_from="rdv@exemple.fr")
    assert channel_for(Someone("Léa", email="lea@exemple.fr"), writing) == "email"
    assert channel_for(Someone("Léa", email="lea@exemple.fr"), app.settings) is None


def test_whoever_waits_too_long_reads_so(
    client: FlaskClient, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    page = enter(client, motif)
    clock.advance(days=60)
    assert "Cette attente est finie" in visit(client, page.address).text
