"""« À appeler » about workshops: a seat that is offered, a change, the end, a reminder, and letters on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db, transaction
from cnapp.domain.calls import Ending
from cnapp.domain.outbox import Letter, Outcome
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.workshops import Workshop
from cnapp.services import registrations, workshops
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.delivery.mailing import Mail, mailing
from tests.delivery.workshop_post import MINUTE, calls_made, change, outcomes, read_again, send
from tests.factories import make_citizen, make_place, make_registration, make_workshop, metz
from tests.support import MORNING, FrozenClock, Page, count_queries, submit, visit
from tests.web.desk.counter import open_desk, stand_at

NOW = metz(MORNING)
LIST = "/accueil/appels"
LANDLINES = ("+33387123456", "+33387123457", "+33387123458")


@pytest.fixture
def mail(app: Application, clock: FrozenClock) -> Iterator[Mail]:
    with mailing(app, clock) as mail:
        yield mail


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny")


@pytest.fixture
def desk(client: FlaskClient, borny: Place) -> Staff:
    return open_desk(client, borny)


def called(workshop: Workshop, number: int, **columns: object) -> Registration:
    return make_registration(workshop, f"Personne {number}", phone=LANDLINES[number], **columns)


def full(place: Place, at: str = "2026-12-10 14:00") -> tuple[Workshop, list[Registration]]:
    """One seat, somebody who has it, and two who wait and can only be called."""
    workshop = make_workshop(at, place=place, capacity=1, title="Cliquer")
    waits = ({"waiting_since": NOW - (3 - number) * MINUTE, "status": Standing.WAITING} for number in (1, 2))
    return workshop, [called(workshop, 0), *(called(workshop, 1 + n, **each) for n, each in enumerate(waits))]


def leave(mail: Mail, registration: Registration) -> None:
    with transaction():
        registration = db.session.get_one(Registration, registration.id)
        registrations.cancel(registration, by=By.citizen(), settings=mail.app.settings, now=mail.clock())
    mail.clock.advance(minutes=1)
    send(mail)


def test_a_seat_is_offered_by_voice_refused_then_accepted(
    client: FlaskClient, mail: Mail, borny: Place, desk: Staff
) -> None:
    _, (seated, first, second) = full(borny)
    leave(mail, seated)
    page = visit(client, LIST)
    assert page.html.select_one(f"main a[href='/accueil/inscriptions/{first.public_id}']")
    assert "Personne 1" in page.text and "Personne 2" not in page.text
    assert "Une place est libre : atelier « Cliquer », jeudi 10 décembre à 14 h, Borny." in page.text
    assert "À répondre avant mercredi 2 décembre à 8 h." in page.text
    page = submit(client, page, action="/place/refusee")
    assert "la place va à la personne suivante" in page.text and "Revenir en arrière" not in page.text
    assert read_again(first).status is Standing.DECLINED
    send(mail)
    page = submit(client, visit(client, LIST), action="/place/acceptee")
    assert "la place est à elle" in page.text and page.address == LIST
    assert read_again(second).status is Standing.REGISTERED
    assert [call.outcome for call in calls_made()] == [Ending.REACHED, Ending.REACHED]
    mail.clock.advance(minutes=1)
    send(mail)
    assert outcomes(Letter.REGISTERED)[-1] == (Letter.REGISTERED, Outcome.UNNEEDED), "they said yes on the telephone"


def test_too_late_it_says_so_and_nothing_changes(client: FlaskClient, mail: Mail, borny: Place, desk: Staff) -> None:
    """Nothing is offered in the last two hours before the start."""
    _, (seated, first, second) = full(borny, "2026-11-30 12:00")
    leave(mail, seated)
    mail.clock.set("2026-11-30 09:59")
    stand_at(client, desk, borny)
    page = visit(client, LIST)
    mail.clock.set("2026-11-30 10:00")
    late = submit(client, page, action="/place/acceptee")
    assert late.status == 409 and "n’est plus à faire" in late.text
    assert read_again(first).status is Standing.OFFERED
    send(mail)
    assert read_again(first).status is Standing.EXPIRED
    assert read_again(second).status is Standing.WAITING and "Personne 1" not in visit(client, LIST).text


def test_who_does_not_come_any_more_says_so_on_the_telephone(
    client: FlaskClient, mail: Mail, borny: Place, desk: Staff
) -> None:
    workshop, (seated, *_) = full(borny)
    change(workshop, "2026-12-11 14:00", now=mail.clock())
    mail.clock.advance(minutes=1)
    send(mail)
    page = visit(client, LIST)
    assert "Son atelier a changé. C’est maintenant « Cliquer », vendredi 11 décembre à 14 h, Borny." in page.text
    [call] = [each for each in calls_made() if each.registration_id == seated.id]
    asked = visit(client, f"{LIST}/{call.public_id}/fin/ne-vient-pas")
    assert "Son inscription à l’atelier est annulée" in asked.text
    done = submit(client, asked)
    assert "L’inscription à l’atelier est annulée. La place est libre." in done.text
    assert read_again(seated).status is Standing.EXCUSED
    mail.clock.advance(minutes=1)
    send(mail)
    assert "Une place est libre" in visit(client, LIST).text


def end(mail: Mail, workshop: Workshop, staff: Staff) -> None:
    with transaction():
        row = db.session.get_one(Workshop, workshop.id)
        workshops.cancel(row, by=By.staff(staff), settings=mail.app.settings, now=mail.clock())
    mail.clock.advance(minutes=1)
    send(mail)


def test_the_end_is_called_posted_or_shown_as_untold(
    client: FlaskClient, mail: Mail, borny: Place, desk: Staff
) -> None:
    workshop = make_workshop(place=borny, title="Cliquer")
    called(workshop, 0)
    make_registration(workshop, person=make_citizen("Aline", address="1 rue de l’Exemple\n57000 Metz"))
    make_registration(workshop, "Sans Rien")
    make_workshop("2026-12-15 10:00", place=borny, title="Cliquer")
    end(mail, workshop, desk)
    page = visit(client, LIST)
    sentence = "Son atelier est annulé par le service : « Cliquer », jeudi 10 décembre à 14 h, Borny."
    assert page.text.count(sentence) == 2 and "Sans Rien" in page.text and "Une lettre à poster" in page.text
    letters = visit(client, "/accueil/lettres-a-poster")
    assert sentence in letters.text and "Aline" in letters.text
    sheet = visit(client, str(letters.html.select_one("main a.button")["href"]))  # type: ignore[index]
    for words in ("Nous devons annuler l’atelier du jeudi 10 décembre à 14 h.", "mardi 15 décembre de 10 h à 11 h 30"):
        assert words in sheet.text, sheet.text
    submit(client, sheet, action="/postee")
    assert "Aucune lettre à poster" in visit(client, "/accueil/lettres-a-poster").text
    mail.clock.set("2026-12-11 08:00")
    stand_at(client, desk, borny)
    assert sentence not in visit(client, LIST).text, "its day is over"


def test_a_landline_is_called_on_the_working_day_before_each_session(
    client: FlaskClient, mail: Mail, borny: Place, desk: Staff
) -> None:
    called(make_workshop("2026-12-07 14:00", place=borny, title="Cliquer"), 0)
    send(mail)
    assert calls_made() == []
    mail.clock.set("2026-12-05 09:00")
    send(mail)
    stand_at(client, desk, borny)
    assert "Rappel : atelier « Cliquer », lundi 7 décembre à 14 h, Borny." in visit(client, LIST).text
    mail.clock.set("2026-12-07 14:00")
    stand_at(client, desk, borny)
    assert "Rappel : atelier" not in visit(client, LIST).text


def test_what_leaves_today_for_another_day_is_called_first(
    client: FlaskClient, mail: Mail, borny: Place, desk: Staff
) -> None:
    workshop = make_workshop("2026-11-30 16:00", place=borny)
    called(workshop, 0)
    change(workshop, "2026-12-01 16:00", now=mail.clock())
    send(mail)
    assert "Change aujourd’hui" in visit(client, LIST).text


def test_what_changes_today_is_called_first(client: FlaskClient, mail: Mail, borny: Place, desk: Staff) -> None:
    workshop = make_workshop("2026-11-30 16:00", place=borny)
    make_registration(workshop, email="lea@exemple.fr", phone=LANDLINES[0])
    end(mail, workshop, desk)
    page = visit(client, LIST)
    assert "Change aujourd’hui" in page.text
    assert outcomes(Letter.WORKSHOP_CANCELLED) == [(Letter.WORKSHOP_CANCELLED, Outcome.SENT)]


def _queries(client: FlaskClient) -> tuple[int, Page]:
    with count_queries() as asked:
        page = visit(client, LIST)
    return len(asked), page


def test_the_number_of_queries_does_not_grow_with_the_list(
    client: FlaskClient, mail: Mail, borny: Place, desk: Staff
) -> None:
    workshop = make_workshop("2026-12-10 14:00", "2026-12-17 14:00", place=borny)
    called(workshop, 0)
    end(mail, workshop, desk)
    few, _ = _queries(client)
    other = make_workshop("2026-12-11 14:00", "2026-12-18 14:00", place=borny)
    for number in range(3):
        called(other, number)
    end(mail, other, desk)
    many, page = _queries(client)
    assert page.text.count("Son atelier est annulé") == 4 and many == few
