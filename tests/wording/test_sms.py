"""Each SMS in French is one message: when, where, what to do, and nothing that a shared telephone may not show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st

from cnapp import create_app
from cnapp.base.gsm import measure
from cnapp.base.workdays import instant_at
from cnapp.config import ROOT, Settings
from cnapp.domain.outbox import CHANGES, Channel, Letter
from cnapp.services.channels import ORDER
from cnapp.services.demo.metz import EXAMPLES
from cnapp.services.letter_samples import samples
from cnapp.services.tellings import Telling
from cnapp.wording.addresses import receipt_address
from cnapp.wording.sms import short_places, shortened, write_sms
from tests.engines import settings_for
from tests.factories import metz
from tests.support import MORNING

STANDING = (Letter.CONFIRMED, Letter.MOVED, Letter.REMINDED, Letter.REMINDED_TODAY)
TOLD = (*CHANGES, Letter.REMINDED, Letter.REMINDED_TODAY, Letter.MISSED)
NAMES = [each.name for each in EXAMPLES]
DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
AT = metz("2026-12-03 09:45")
METZ = settings_for("sqlite://", base_url="https://rdv.metz.fr")
LONG = "https://rendez-vous.conseillers-numeriques.eurometropole-de-metz.fr"
any_name = st.one_of(
    st.sampled_from(NAMES), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)
)


@pytest.fixture(autouse=True, scope="module")
def speaking() -> Iterator[None]:
    """French is chosen by an application; no database is asked."""
    with create_app(METZ).app_context():
        yield


def told(letter: Letter, *, place: str = "Médiathèque Verlaine", at: datetime = AT) -> Telling:
    telling = samples(letter, now=metz(MORNING))[0]
    assert telling.appointment
    telling.appointment.starts_at, telling.appointment.presence.place.name = at, place
    return telling


def text(letter: Letter, settings: Settings = METZ, **about: object) -> str:
    return write_sms(told(letter, **about), settings)  # type: ignore[arg-type]


def test_each_letter_that_may_go_by_sms_has_its_words() -> None:
    written = {path.stem for path in (ROOT / "templates" / "sms").glob("*.txt")}
    needed = {letter for letter, channels in ORDER.items() if Channel.SMS in channels}
    assert needed <= written


@pytest.mark.parametrize(
    ("letter", "news", "action"),
    [
        (Letter.CONFIRMED, "rendez-vous confirmé jeudi 3 déc. à 9h45", "Pour changer : https://rdv.metz.fr/r/"),
        (Letter.MOVED, "rendez-vous déplacé au jeudi 3 déc. à 9h45", "Pour changer : https://rdv.metz.fr/r/"),
        (Letter.REMINDED, "rappel, rendez-vous jeudi 3 déc. à 9h45", "Pour changer : https://rdv.metz.fr/r/"),
        (Letter.REMINDED_TODAY, "rendez-vous aujourd'hui à 9h45", "Pour changer : https://rdv.metz.fr/r/"),
        (Letter.CANCELLED, "rendez-vous annulé : jeudi 3 déc. à 9h45", "Pour un autre : https://rdv.metz.fr/"),
        (
            Letter.REVOKED,
            "ne venez pas. Nous annulons le rendez-vous du jeudi 3 déc. à 9h45",
            "Pour un autre : https://rdv.metz.fr/",
        ),
        (
            Letter.MISSED,
            "nous ne vous avons pas vu jeudi 3 déc. à 9h45",
            "C'est une erreur ? Appelez le 03 53 01 00 00",
        ),
    ],
)
def test_each_says_who_writes_what_happens_where_and_one_thing_to_do(letter: Letter, news: str, action: str) -> None:
    assert text(letter).startswith(f"Aide numérique Metz : {news}, Médiathèque Verlaine. {action}")


def test_the_link_is_that_of_the_appointment() -> None:
    telling = told(Letter.CONFIRMED)
    assert telling.appointment
    assert write_sms(telling, METZ).endswith(" " + receipt_address(telling.appointment, METZ))


@pytest.mark.parametrize("letter", TOLD)
def test_no_day_and_no_place_of_metz_takes_more_than_one_message(letter: Letter) -> None:
    """Nor costs its link: of 15 places, on each day, at the longest of hours."""
    for number, day in enumerate(DAYS):
        name = NAMES[number % len(NAMES)]
        sent = text(letter, place=name, at=instant_at(day, time(10, 45)))
        size = measure(sent)
        assert (size.alphabet, size.parts) == ("GSM-7", 1), sent
        assert letter not in STANDING or "https://rdv.metz.fr/r/" in sent, sent


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("letter", TOLD)
def test_on_the_longest_of_days_each_place_is_still_told_from_others(letter: Letter, name: str) -> None:
    sent = text(letter, place=name, at=metz("2026-09-23 10:45"))
    kind, *_, end = name.removesuffix(" (lieu provisoire)").split()
    assert kind in sent and end.replace("’", "'").replace("ç", "c") in sent


@pace(deadline=None, max_examples=150)
@given(
    letter=st.sampled_from(TOLD),
    name=any_name,
    day=st.sampled_from(DAYS),
    base_url=st.sampled_from(["https://rdv.metz.fr", "http://127.0.0.1:5000", LONG]),
    phone=st.sampled_from(["", "+33353010000", "+352621123456"]),
    service=st.sampled_from(["Aide numérique", "Conseillers numériques France Services de l’Eurométropole", "X" * 60]),
)
def test_nor_does_any_place_any_address_or_any_service(
    letter: Letter, name: str, day: date, base_url: str, phone: str, service: str
) -> None:
    settings = settings_for("sqlite://", base_url=base_url, phone=phone, service_name=service)
    sent = text(letter, settings, place=name, at=instant_at(day, time(10, 45)))
    assert measure(sent).alphabet == "GSM-7" and measure(sent).parts == 1, sent
    assert sent.startswith((service[:12]).replace("’", "'")) and sent == " ".join(sent.split())


def test_where_the_link_is_too_long_a_code_and_a_telephone_are_there() -> None:
    settings = settings_for("sqlite://", base_url=LONG)
    sent = text(Letter.CONFIRMED, settings)
    assert "Médiathèque Verlaine" in sent
    assert sent.endswith("Votre code : K4TX 9PQM. Téléphone : 03 53 01 00 00")
    silent = settings_for("sqlite://", base_url=LONG, phone="")
    assert text(Letter.CONFIRMED, silent).endswith("Votre code : K4TX 9PQM")
    assert "Demandez-en un autre à l'accueil." in text(Letter.REVOKED, silent, place="Mairie de quartier de Borny")


def test_where_it_is_a_little_too_long_the_page_that_asks_for_the_code_is() -> None:
    settings = settings_for("sqlite://", base_url="https://rendez-vous.numerique.metz.fr")
    assert text(Letter.CONFIRMED, settings, place="Mairie de quartier de La Grange-aux-Bois").endswith(
        "Code K4TX 9PQM sur https://rendez-vous.numerique.metz.fr/retrouver"
    )


@pytest.mark.parametrize("letter", TOLD)
@pytest.mark.parametrize("reader", [0, 1])
def test_none_names_anybody_or_the_subject(letter: Letter, reader: int) -> None:
    """The telephone may be shared, and lies on a table."""
    sent = write_sms(samples(letter, now=metz(MORNING))[reader], METZ)
    for private in ("Lucienne", "Paul", "Exemple", "Nadia", "e-mail", "adresse", "exemple.fr"):
        assert private not in sent
    assert "votre rendez-vous" not in sent


def test_whoever_booked_for_somebody_is_not_told_that_they_were_not_seen() -> None:
    sent = write_sms(samples(Letter.MISSED, now=metz(MORNING))[1], METZ)
    assert "personne n'est venu" in sent and "vous avons" not in sent


def test_a_place_that_telephones_cannot_write_is_left_out_rather_than_doubling_the_message() -> None:
    sent = text(Letter.CONFIRMED, place="Библиотека")
    assert measure(sent).parts == 1
    assert "à 9h45. Pour changer : https://rdv.metz.fr/r/" in sent


@pytest.mark.parametrize(
    ("name", "shorter"),
    [
        ("Médiathèque Verlaine", []),
        ("Médiathèque Jean-Macé (lieu provisoire)", ["Médiathèque Jean-Macé"]),
        ("Mairie de quartier du Sablon", ["Mairie du Sablon", "Mairie Sablon"]),
        (
            "Mairie de quartier de La Patrotte / Metz-Nord",
            [
                "Mairie de La Patrotte / Metz-Nord",
                "Mairie La Patrotte / Metz-Nord",
                "Mairie Patrotte / Metz-Nord",
                "Mairie Metz-Nord",
            ],
        ),
        ("(provisoire)", []),
    ],
)
def test_a_place_keeps_its_kind_and_its_end(name: str, shorter: list[str]) -> None:
    assert short_places(name) == [name, *shorter]


@pytest.mark.parametrize(
    ("words", "room", "left"),
    [
        ("Aide numérique", 22, "Aide numérique"),
        ("Aide numérique de la ville", 22, "Aide numérique"),
        ("Aide numérique et sociale", 16, "Aide numérique"),
        ("Aide numérique", 14, "Aide numérique"),
        ("Supercalifragilistic", 12, "Supercalifra"),
    ],
)
def test_what_is_shortened_ends_at_a_word_that_can_end(words: str, room: int, left: str) -> None:
    assert shortened(words, room) == left
