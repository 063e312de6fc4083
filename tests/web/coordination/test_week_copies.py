"""A week copied onto another: what is shown before, what is left and why; twice, all or nothing."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place
from cnapp.domain.presences import Presence
from cnapp.services.presences import extend_roster
from tests.factories import keep, make_absence, make_place, make_presence, make_rule, make_staff, make_travel, metz
from tests.support import FrozenClock, Page, count_queries, submit, visit

COPY = "/coordination/semaine/2026-W50/copie"


def standing(first: str = "2026-12-07") -> list[Presence]:
    db.session.rollback()
    ahead = select(Presence).where(Presence.withdrawn_at.is_(None), Presence.starts_at >= metz(f"{first} 00:00"))
    return list(db.session.scalars(ahead.order_by(Presence.starts_at)))


def rows(page: Page, caption: str) -> list[str]:
    tables = [table for table in page.html.select("table") if caption in table.caption.get_text()]  # type: ignore[union-attr]
    return [" ".join(row.get_text(" ").split()) for table in tables for row in table.select("tbody tr")]


def press(client: FlaskClient, page: Page, **values: str) -> Page:
    return submit(client, page, values, action="/copie?de=2026-W49")


def test_what_would_be_made_is_shown_and_then_made(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    room = {"room_id": borny.rooms[0].id, "pause": "10:30-10:45", "takes_walk_ins": True, "walk_in_minutes": 30}
    source = make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=borny, **room)
    page = visit(client, "/coordination/semaine/2026-W50")
    assert "Copier la semaine précédente" in page.text
    page = visit(client, COPY)
    assert "1 permanence serait ajoutée." in page.text
    assert rows(page, "ajoutées") == ["jeudi 10 décembre Nadia Benali de 9 h à 12 h, Borny, salle 2"]
    assert standing() == []
    done = press(client, page)
    assert done.address == "/coordination/semaine/2026-W50" and "1 permanence est ajoutée." in done.text
    [made] = standing()
    assert (made.starts_at, made.ends_at) == (metz("2026-12-10 09:00"), metz("2026-12-10 12:00"))
    assert made.pause and made.pause.start == metz("2026-12-10 10:30")
    assert (made.rule_id, made.room_id, made.place_id) == (None, source.room_id, source.place_id)
    assert (made.takes_walk_ins, made.walk_in_minutes) == (True, 30)


def test_the_journal_says_where_it_came_from(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=borny)
    press(client, visit(client, COPY))
    [made] = standing()
    page = visit(client, f"/coordination/historique/permanence/{made.public_id}")
    assert "permanence ajoutée par une copie de semaine : jeudi 10 décembre, 9 h – 12 h, Borny" in page.text
    about = Entry.subject == Subject.SERVICE, Entry.what == "week_copied"
    entry = db.session.scalars(select(Entry).where(*about)).one()
    assert entry.detail == {"week": "2026-W50", "copied_from": "2026-W49", "lines": [[made.id, 1]]}


def test_a_second_press_makes_nothing_twice(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=borny)
    page = visit(client, COPY)
    press(client, page)
    again = press(client, page)
    assert again.status == 200 and "Rien n’est ajouté : tout ce qui peut être copié est déjà là." in again.text
    assert len(standing()) == 1
    page = visit(client, COPY)
    assert "rien ne serait ajouté." in page.text
    assert rows(page, "Déjà là") == ["jeudi 10 décembre Nadia Benali de 9 h à 12 h, Borny Déjà là de 9 h à 12 h."]
    assert not page.html.select("form[method=post][action$='copie?de=2026-W49']")


def test_any_week_can_be_copied(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_presence("2026-12-17 09:00", "12:00", conseiller=nadia, place=borny)
    page = visit(client, f"{COPY}?de=2026-W51")
    chosen = page.html.select_one("select[name=de] option[selected]")
    assert chosen and chosen["value"] == "2026-W51"
    submit(client, page, action="/copie?de=2026-W51")
    assert [each.starts_at for each in standing()] == [metz("2026-12-10 09:00"), metz("2026-12-17 09:00")]


def test_what_the_roster_gives_is_not_doubled(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_rule(conseiller=nadia, place=borny, weekday=3, starts=time(9), ends=time(12))
    with transaction():
        extend_roster(now=metz("2026-11-30 08:00"), weeks=1)
    assert len(standing("2026-11-30")) == 1
    page = visit(client, COPY)
    sentence = "Le roulement s’en charge : de 9 h à 12 h, Borny."
    assert rows(page, "Déjà là") == [f"jeudi 10 décembre Nadia Benali de 9 h à 12 h, Borny {sentence}"]
    assert "rien ne serait ajouté." in page.text


def test_what_stands_in_the_way_is_a_sentence(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    sablon = make_place("Sablon")
    make_travel(borny, sablon, 25)
    keep(Closure(place_id=sablon.id, starts_on=date(2026, 12, 8), ends_on=date(2026, 12, 8)))
    hugo, paul = make_staff("Hugo"), make_staff("Paul", in_post_until=date(2026, 12, 6))
    make_presence("2026-12-01 09:00", "12:00", conseiller=nadia, place=sablon)
    make_presence("2026-12-02 09:00", "12:00", conseiller=nadia, place=borny)
    make_presence("2026-12-02 09:00", "12:00", conseiller=paul, place=sablon)
    make_presence("2026-12-03 09:00", "12:00", conseiller=hugo, place=borny)
    make_presence("2026-12-04 09:00", "12:00", conseiller=hugo, place=borny)
    make_presence("2026-12-05 09:00", "12:00", conseiller=hugo, place=borny, takes_appointments=False)
    make_presence("2026-12-09 12:10", "14:00", conseiller=nadia, place=sablon)
    make_presence("2026-12-10 11:00", "14:00", conseiller=hugo, place=sablon)
    make_absence(hugo, "2026-12-11 00:00", "2026-12-12 00:00")
    left = rows(visit(client, COPY), "Ce qui ne peut pas être copié")
    reasons = [line.rpartition("12 h, ")[2].partition(" ")[2] for line in left]
    assert reasons == [
        "Ce lieu est fermé ce jour-là.",
        "Il faut 25 minutes de trajet avec la permanence de 12 h 10 à 14 h (Sablon).",
        "Cette personne n’est pas en poste ce jour-là.",
        "Il y a déjà une permanence de 11 h à 14 h (Sablon).",
        "Une absence est notée, toute la journée.",
        "Elle a été faite pour un atelier ou une réunion, qui ne se copie pas.",
    ]


def test_a_holiday_is_named_and_the_past_is_left(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_presence("2026-12-18 09:00", "12:00", conseiller=nadia, place=borny)
    make_presence("2026-12-14 07:00", "08:00", conseiller=nadia, place=borny)
    christmas = visit(client, "/coordination/semaine/2026-W52/copie")
    assert rows(christmas, "Ce qui ne peut")[0].endswith("Jour férié : Noël.")
    now = visit(client, "/coordination/semaine/2026-W49/copie?de=2026-W51")
    assert "Cette heure est déjà passée" in rows(now, "Ce qui ne peut")[0]


def test_a_place_closed_for_some_hours_is_said(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    for day in ("01", "02"):
        make_presence(f"2026-12-{day} 09:00", "12:00", conseiller=nadia, place=borny)
    hours = {"from_time": time(11), "until_time": time(15)}
    keep(Closure(place_id=borny.id, starts_on=date(2026, 12, 8), ends_on=date(2026, 12, 8), **hours))
    page = visit(client, COPY)
    assert len(rows(page, "ajoutées")) == 1
    assert "Ce lieu est fermé à ces heures-là" in rows(page, "Ce qui ne peut pas")[0]


def test_what_somebody_took_away_is_not_put_back(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    rule = make_rule(conseiller=nadia, place=borny, weekday=3, starts=time(9), ends=time(12))
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=borny)
    day = {"rule_id": rule.id, "rule_day": date(2026, 12, 10), "withdrawn_at": metz("2026-11-28 09:00")}
    make_presence("2026-12-10 09:00", "12:00", conseiller=nadia, place=borny, **day)
    [left] = rows(visit(client, COPY), "Ce qui ne peut pas être copié")
    assert left.endswith("Le roulement l’avait faite ce jour-là, et quelqu’un l’a retirée à la main.")


def test_all_or_nothing_is_nothing_while_something_is_left(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_presence("2026-12-01 09:00", "12:00", conseiller=nadia, place=borny)
    make_presence("2026-12-02 09:00", "12:00", conseiller=nadia, place=borny)
    keep(Closure(place_id=borny.id, starts_on=date(2026, 12, 8), ends_on=date(2026, 12, 8)))
    page = press(client, visit(client, COPY), how="tout")
    assert page.status == 409 and "vous avez demandé tout ou rien" in page.text
    assert standing() == []
    assert page.html.select_one("input[name=how][value=tout]").has_attr("checked")  # type: ignore[union-attr]
    assert "1 permanence est ajoutée." in press(client, page, how="possible").text
    assert [each.starts_at for each in standing()] == [metz("2026-12-09 09:00")]


def test_what_changed_since_the_page_is_shown_again(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_presence("2026-12-01 09:00", "12:00", conseiller=nadia, place=borny)
    page = visit(client, COPY)
    make_presence("2026-12-02 09:00", "12:00", conseiller=nadia, place=borny)
    again = press(client, page)
    assert again.status == 409 and "Des permanences ont changé entre-temps" in again.text
    assert standing() == []
    assert "2 permanences sont ajoutées." in press(client, again).text


def test_nothing_to_copy_is_said(client: FlaskClient, anne: Staff) -> None:
    assert "Personne n’est placé cette semaine-là" in visit(client, COPY).text


@pytest.mark.parametrize("address", ["2026-W54/copie", "demain/copie", "2026-W50/copie?de=hier", "2020-W01/copie"])
def test_an_address_that_means_nothing_is_no_page(client: FlaskClient, anne: Staff, address: str) -> None:
    assert visit(client, f"/coordination/semaine/{address}").status == 404


def test_an_answer_that_was_not_offered_is_asked_again(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_presence("2026-12-01 09:00", "12:00", conseiller=nadia, place=borny)
    page = press(client, visit(client, COPY), how="peut-être")
    assert page.status == 422 and "Choisissez une des réponses." in page.text


def test_the_change_of_hour_keeps_the_hours_of_metz(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_presence("2027-03-24 09:00", "12:00", conseiller=nadia, place=borny)
    submit(client, visit(client, "/coordination/semaine/2027-W13/copie"), action="/copie?de=2027-W12")
    assert standing("2027-03-29")[0].starts_at == metz("2027-03-31 09:00")


def test_thirty_presences_ask_no_more_than_two(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    for number in range(2):
        fill(number)
    with count_queries() as for_two:
        visit(client, COPY)
    for number in range(2, 30):
        fill(number)
    with count_queries() as for_thirty:
        page = visit(client, COPY)
    assert len(for_thirty) == len(for_two)
    assert "30 permanences seraient ajoutées." in page.text


def fill(number: int) -> None:
    conseiller, place = make_staff(), make_place()
    make_rule(conseiller=conseiller, place=place, weekday=(number + 1) % 5)
    make_presence("2026-12-03 14:00", "17:00", conseiller=conseiller, place=place)


def test_the_service_journal_is_numbered_without_gap(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_presence("2026-12-01 09:00", "12:00", conseiller=nadia, place=borny)
    press(client, visit(client, COPY))
    submit(client, visit(client, "/coordination/semaine/2026-W51/copie"), action="/copie?de=2026-W50")
    numbers = select(func.max(Entry.number)).where(Entry.subject == Subject.SERVICE)
    assert db.session.scalar(numbers) == 2
