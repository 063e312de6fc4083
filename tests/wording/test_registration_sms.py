"""Each SMS about a workshop is one message at every place of Metz, and names neither anybody nor what is learnt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from cnapp import create_app
from cnapp.base.gsm import measure
from cnapp.base.workdays import instant_at
from cnapp.domain.outbox import REGISTRATION_CHANGES, SESSION_REMINDERS, Letter
from cnapp.domain.registrations import Standing
from cnapp.services.demo.metz import EXAMPLES
from cnapp.services.letter_samples import samples
from cnapp.services.tellings import Telling
from cnapp.wording.addresses import registration_address
from cnapp.wording.sms import write_sms
from tests.engines import settings_for
from tests.factories import metz
from tests.support import MORNING

METZ = settings_for("sqlite://", base_url="https://rdv.metz.fr")
TOLD = (*REGISTRATION_CHANGES, *SESSION_REMINDERS)
ENDED = (Letter.UNREGISTERED, Letter.WORKSHOP_CANCELLED)
DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


@pytest.fixture(autouse=True, scope="module")
def speaking() -> Iterator[None]:
    with create_app(METZ).app_context():
        yield


def told(letter: Letter, place: str, day: date) -> Telling:
    telling = samples(letter, now=metz(MORNING))[0]
    assert telling.registration
    workshop = telling.registration.workshop
    workshop.place.name = place
    workshop.sessions[0].starts_at = workshop.starts_at = instant_at(day, time(10, 45))
    return telling


@pytest.mark.parametrize("letter", TOLD)
def test_no_day_and_no_place_of_metz_takes_more_than_one_message(letter: Letter) -> None:
    for number, day in enumerate(DAYS):
        telling = told(letter, EXAMPLES[number % len(EXAMPLES)].name, day)
        assert telling.registration
        text = write_sms(telling, METZ)
        assert (measure(text).alphabet, measure(text).parts) == ("GSM-7", 1), text
        page = "https://rdv.metz.fr/ateliers" if letter in ENDED else registration_address(telling.registration, METZ)
        assert page in text and "Exemple" not in text and "Internet" not in text, text


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        (Letter.REGISTERED, "atelier confirmé dès jeudi 3 déc. à 10h45"),
        (Letter.WAITLISTED, "liste d'attente, atelier jeudi 3 déc. à 10h45"),
        (Letter.SEAT_OFFERED, "place libre, atelier jeudi 3 déc. à 10h45, Mairie. Réponse avant le 01/12 8h :"),
        (Letter.UNREGISTERED, "inscription annulée : atelier jeudi 3 déc. à 10h45"),
        (Letter.WORKSHOP_CHANGED, "votre atelier change : dès jeudi 3 déc. à 10h45"),
        (Letter.WORKSHOP_CANCELLED, "ne venez pas. Nous annulons l'atelier du jeudi 3 déc. à 10h45"),
        (Letter.SESSION_REMINDED, "rappel, atelier jeudi 3 déc. à 10h45"),
        (Letter.SESSION_TODAY, "atelier aujourd'hui à 10h45"),
    ],
)
def test_each_says_what_happens_and_when(letter: Letter, words: str) -> None:
    assert f" : {words}" in write_sms(told(letter, "Mairie", date(2026, 12, 3)), METZ)


def test_who_left_the_list_was_never_registered() -> None:
    telling = told(Letter.UNREGISTERED, "Mairie", date(2026, 12, 3))
    assert telling.registration
    telling.registration.status = Standing.LEFT
    assert "liste d'attente quittée : atelier jeudi 3 déc." in write_sms(telling, METZ)
