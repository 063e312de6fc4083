"""What the pages around the booking say, and that they ask no more of the database when there is more of it."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db
from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.domain.places import Closure, OpeningHours
from tests.factories import (
    LINK_KEY,
    habilitate,
    keep,
    make_absence,
    make_appointment,
    make_motif,
    make_place,
    make_presence,
    make_staff,
)
from tests.support import count_queries, submit, visit
from tests.web.public.steps import answer_until, book, slots_of


def test_the_home_page_names_the_next_times_without_appointment(client: FlaskClient, app: object) -> None:
    nadia, borny = make_staff("Nadia"), make_place("Mairie de quartier de Borny", slug="borny")
    make_presence("2026-12-01 09:00", "12:00", conseiller=nadia, place=borny)
    make_presence("2026-12-02 09:00", "12:00", conseiller=nadia, place=borny, takes_walk_ins=True, walk_in_minutes=60)
    keep(Closure(starts_on=date(2026, 12, 3), ends_on=date(2026, 12, 3)))
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=borny, takes_walk_ins=True)
    page = visit(client, "/")
    assert "Mercredi 2 décembre de 11 h à 12 h" in page.text.replace("mercredi", "Mercredi")
    assert "3 décembre" not in page.text
    assert "1er décembre" not in page.text
    assert page.html.select_one('main a[href="/ateliers"]') is not None
    assert page.html.select_one('a[lang="ar"][dir="rtl"]') is not None


def test_nobody_is_sent_to_whoever_is_absent(client: FlaskClient, app: object) -> None:
    nadia, borny = make_staff("Nadia"), make_place("Mairie de quartier de Borny", slug="borny")
    for day in (2, 3, 4):
        make_presence(
            f"2026-12-{day:02} 09:00", "12:00", conseiller=nadia, place=borny, takes_walk_ins=True, walk_in_minutes=60
        )
    make_absence(nadia, "2026-12-02 00:00", "2026-12-03 00:00")
    make_absence(nadia, "2026-12-03 11:30", "2026-12-03 18:00")
    make_absence(nadia, "2026-12-04 10:45", "2026-12-04 18:00")
    home = visit(client, "/").text
    assert "jeudi 3 décembre de 11 h à 11 h 30" in home.lower()
    assert "2 décembre" not in home and "4 décembre" not in home
    place = visit(client, "/lieux/borny").text
    assert "Jeudi 3 décembre de 9 h à 11 h 30, Nadia aussi sans rendez-vous" in place.replace("jeudi", "Jeudi")
    assert "2 décembre" not in place
    assert place.lower().count("sans rendez-vous") == 1 and "de 9 h à 10 h 45, Nadia" in place


def test_a_place_says_what_it_knows_and_what_nobody_has_checked(client: FlaskClient, app: object) -> None:
    hours = [
        OpeningHours(weekday=day, opens=time(8, 30), closes=time(12), season_first=901, season_last=630)
        for day in range(4)
    ] + [OpeningHours(weekday=1, opens=time(9), closes=time(12), season_first=701, season_last=831)]
    place = make_place(
        "Médiathèque Verlaine",
        slug="verlaine",
        opening_hours=hours,
        step_free=None,
        services=["Docteur numérique"],
        is_demonstration=True,
    )
    keep(Closure(place_id=place.id, starts_on=date(2026, 12, 7), ends_on=date(2026, 12, 8), reason="Travaux"))
    make_presence("2026-12-03 09:00", "12:00", place=place, conseiller=make_staff("Hugo"))
    make_motif()
    text = visit(client, "/lieux/verlaine").text
    for words in (
        "Du lundi au jeudi de 8 h 30 à 12 h",
        "Du 1er septembre au 30 juin (en ce moment)",
        "Du 1er juillet au 31 août",
        "du lundi 7 décembre au mardi 8 décembre : Travaux",
        "Sans marche Nous ne savons pas encore",
        "Docteur numérique",
        "jeudi 3 décembre de 9 h à 12 h, Hugo",
        "jeudi 3 décembre à 9 h",
        "Exemple à vérifier",
    ):
        assert words in text, words


def test_a_closure_of_today_or_soon_is_read_first(client: FlaskClient, app: object) -> None:
    place = make_place("Médiathèque Verlaine", slug="verlaine")
    keep(Closure(place_id=place.id, starts_on=date(2026, 11, 30), ends_on=date(2026, 12, 1)))
    keep(
        Closure(
            place_id=place.id,
            starts_on=date(2026, 12, 3),
            ends_on=date(2026, 12, 3),
            from_time=time(8),
            until_time=time(10),
        )
    )
    keep(Closure(place_id=place.id, starts_on=date(2026, 12, 21), ends_on=date(2026, 12, 22)))
    first, _, rest = visit(client, "/lieux/verlaine").text.partition("Prochaine heure libre")
    assert "Ce lieu est fermé en ce moment. Fermé du lundi 30 novembre au mardi 1er décembre." in first
    assert "Fermé jeudi 3 décembre, de 8 h à 10 h." in first and first.count("en ce moment") == 1
    assert "21 décembre" not in first and "21 décembre" in rest


def test_the_link_of_a_place_brings_it_into_the_booking(client: FlaskClient, app: object) -> None:
    make_presence("2026-12-03 09:00", "12:00", place=make_place("Borny", slug="borny"))
    motif = make_motif()
    page = visit(client, f"/rendez-vous/sujet?lieu=borny&motif={motif.slug}")
    assert page.html.select_one(f'input[value="{motif.word.value}"][checked]') is not None
    page = submit(client, page)
    assert page.html.select_one(f'input[value="{motif.slug}"][checked]') is not None
    page = submit(client, submit(client, page))
    assert page.address == "/rendez-vous/heure"


def test_with_you_is_offered_when_nobody_may_do_it_in_your_place(client: FlaskClient, app: object) -> None:
    nadia = make_staff("Nadia")
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia)
    together = make_motif(word=Word.PROCEDURE, title="Impôts", mode=Mode.WITH)
    instead = {"mode": Mode.FOR, "perimeter": "argent", "instead_id": together.id}
    alone = make_motif(word=Word.PROCEDURE, title="Impôts", **instead)
    page = answer_until(client, alone, last="topic")
    assert page.address == "/rendez-vous/precision"
    assert "aucun conseiller habilité n’est libre" in page.text
    assert page.html.select_one(f'input[value="{together.slug}"][checked]') is not None
    habilitate(nadia, "argent")
    assert submit(client, page, {"motif": alone.slug}).address == "/rendez-vous/besoins"


def test_places_with_steps_are_left_out_for_a_wheelchair(client: FlaskClient, app: object) -> None:
    make_presence("2026-12-03 09:00", place=make_place("Avec marches", slug="marches", step_free=False))
    make_presence("2026-12-04 09:00", place=make_place("Sans marche", slug="plat"))
    make_presence("2026-12-05 09:00", place=make_place("Inconnu", slug="inconnu", step_free=None))
    page = answer_until(client, make_motif(), last="needs", needs=["wheelchair"])
    assert {radio["value"] for radio in page.html.select('input[name="place"]')} == {"partout", "plat", "inconnu"}
    assert "Ils ne sont pas proposés : Avec marches" in page.text
    assert "Nous ne savons pas encore si l’entrée est sans marche" in page.text
    page = submit(client, page, {"place": "partout"})
    assert all(slot.startswith("plat@") for slot in slots_of(page))


def test_who_speaks_the_language_is_named(client: FlaskClient, app: object) -> None:
    place = make_place()
    make_presence("2026-12-03 09:00", place=place, conseiller=make_staff("Hugo"))
    make_presence("2026-12-03 09:00", place=place, conseiller=make_staff("Nadia", languages=("ar",)))
    page = answer_until(client, make_motif(), last="place", language="ar")
    assert "Nadia parle arabe" in page.text


def test_the_language_of_the_card_is_remembered_and_printed(client: FlaskClient, app: object) -> None:
    make_presence("2026-12-03 09:00")
    submit(client, visit(client, "/je-parle/de"))
    motif = make_motif()
    needs = answer_until(client, motif, last="topic")
    assert needs.html.select_one('option[value="de"][selected]') is not None
    page = book(client, motif, language="de")
    assert "Bitte bringen Sie dieses Blatt mit. Termin: Donnerstag, 3. Dezember 2026, 09:00" in page.text


def test_later_days_say_so_in_the_title(client: FlaskClient, app: object) -> None:
    for day in range(1, 10):
        make_presence(f"2026-12-{day:02} 09:00", "11:00")
    page = answer_until(client, make_motif(), last="place")
    assert len({slot[-14:-6] for slot in slots_of(page)}) <= 5
    assert len(slots_of(page)) <= 12
    link = page.html.find("a", string="Voir d’autres jours")
    assert link is not None
    later = visit(client, str(link["href"]))  # type: ignore[index]
    assert "à partir du" in later.title
    assert later.html.h1 is not None
    assert "à partir du" in later.html.h1.text
    assert not set(slots_of(page)) & set(slots_of(later))


def test_mornings_and_weekdays_can_be_asked_for(client: FlaskClient, app: object) -> None:
    make_presence("2026-12-03 09:00", "17:00")
    make_presence("2026-12-04 09:00", "17:00")
    answer_until(client, make_motif(), last="place")
    friday_afternoon = slots_of(visit(client, "/rendez-vous/heure?moment=apres-midi&le=4"))
    assert friday_afternoon
    assert all("@20261204T1" in slot for slot in friday_afternoon)


def test_the_receipt_of_someone_displaced_says_only_that(client: FlaskClient, app: object) -> None:
    appointment = make_appointment(name="Marie Schmitt")
    address = f"/r/{appointment.link(LINK_KEY)}"
    page = visit(client, address)
    panel = page.html.select_one('[role="status"]')
    assert panel is not None
    assert panel.h1 is not None
    assert panel.a is None
    assert page.html.select_one("svg.qr") is not None
    assert page.response.headers["X-Robots-Tag"] == "noindex"
    assert "http" not in {str(each["src"])[:4] for each in page.html.select("[src]")}


def town(places: int, presences: int) -> None:
    """So many places and presences, all with a free time, the same for each page."""
    sites = [make_place(f"Lieu {number:02}", slug=f"site-{number}") for number in range(places)]
    for number in range(presences):
        site = sites[number % places]
        make_presence(f"2026-12-{1 + number // places:02} 09:00", place=site, takes_walk_ins=True)


@pytest.fixture
def small_and_large(client: FlaskClient, app: object):  # type: ignore[no-untyped-def]
    """How many queries an address needs with one presence, and with a hundred and fifty more."""

    def measure(address: str, motif: Motif | None) -> tuple[int, int]:
        counts = []
        for places, presences in ((1, 1), (14, 140)):
            town(places, presences) if places == 1 else more(places, presences)
            if motif:
                answer_until(client, motif, last="place")
            visit(client, address)
            db.session.rollback()
            with count_queries() as asked:
                visit(client, address)
            counts.append(len(asked))
        return counts[0], counts[1]

    return measure


def more(places: int, presences: int) -> None:
    sites = [make_place(f"Autre {number:02}", slug=f"autre-{number}") for number in range(places)]
    for number in range(presences):
        make_presence(f"2026-12-{1 + number // places:02} 09:00", place=sites[number % places], takes_walk_ins=True)


@pytest.mark.parametrize("address", ["/", "/lieux", "/lieux/site-0", "/rendez-vous/lieu", "/rendez-vous/heure"])
def test_more_data_asks_no_more_queries(small_and_large, address: str) -> None:  # type: ignore[no-untyped-def]
    motif = make_motif() if address.startswith("/rendez-vous") else None
    make_motif()
    few, many = small_and_large(address, motif)
    assert many <= few, (few, many)
