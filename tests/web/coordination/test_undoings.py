"""« Annuler la dernière modification »: one presence, a copied week, a reinforcement; and refusals."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.journal import Entry, Subject, entries_about
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place
from cnapp.domain.presences import Presence
from cnapp.services.journal import By, record_about
from tests.factories import keep, make_appointment, make_place, make_presence, make_rule, metz
from tests.support import FrozenClock, Page, count_queries, submit, visit
from tests.web.coordination.presence_pages import add, change, path, typed, withdraw

WEEK = "/coordination/historique/semaine/2026-W49"


def undo(client: FlaskClient, presence: Presence) -> Page:
    return submit(client, visit(client, path(presence, "/annuler")), action="/annuler")


def again(presence: Presence) -> Presence:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Presence, presence.id)


def last(presence: Presence) -> Entry:
    return list(db.session.scalars(entries_about(Subject.PRESENCE, presence.id)))[-1]


def standing() -> list[Presence]:
    db.session.rollback()
    query = select(Presence).where(Presence.withdrawn_at.is_(None)).order_by(Presence.starts_at, Presence.id)
    return list(db.session.scalars(query))


def lines(page: Page) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in page.html.select(".history li")]


def test_what_was_added_is_withdrawn(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    add(client, typed(nadia))
    [presence] = standing()
    history = visit(client, f"/coordination/historique/permanence/{presence.public_id}")
    assert "Annuler la dernière modification" in history.text
    page = visit(client, path(presence, "/annuler"))
    assert "La permanence sera retirée : jeudi 3 décembre, 9 h – 12 h, Borny." in page.text
    assert standing()
    done = undo(client, presence)
    assert "La dernière modification est annulée." in done.text
    assert again(presence).withdrawn_at
    assert (last(presence).what, last(presence).detail["undoes"]) == ("withdrawn", 1)


def test_what_was_changed_is_as_before(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_place("Sablon", slug="sablon")
    rule = make_rule(conseiller=nadia, place=borny, weekday=3)
    made = {"rule_id": rule.id, "rule_day": date(2026, 12, 3), "room_id": borny.rooms[0].id, "pause": "10:00-10:15"}
    presence = make_presence(conseiller=nadia, place=borny, **made)
    values = {"where": "sablon", "starts": "08:30", "pause_starts": "", "pause_ends": "", "receives": "les-deux"}
    change(client, presence, **values, walk_in_minutes="30")
    assert again(presence).edited_at
    page = visit(client, path(presence, "/annuler"))
    assert "lieu Borny (avant : Sablon)" in page.text
    undo(client, presence)
    found = again(presence)
    assert (found.place_id, found.room_id) == (borny.id, borny.rooms[0].id)
    assert found.pause and found.pause.start == metz("2026-12-03 10:00")
    assert (found.starts_at, found.takes_walk_ins, found.walk_in_minutes) == (metz("2026-12-03 09:00"), False, 0)
    assert found.edited_at is None, "the roster looks after it again"


def test_a_second_change_by_hand_leaves_it_to_the_hand(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    change(client, presence, ends="12:30")
    change(client, presence, ends="13:00")
    undo(client, presence)
    assert (again(presence).ends_at, bool(again(presence).edited_at)) == (metz("2026-12-03 12:30"), True)


def test_what_was_withdrawn_stands_again(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    withdraw(client, presence)
    page = visit(client, path(presence))
    assert "Annuler la dernière modification" in page.text
    undo(client, presence)
    assert again(presence).withdrawn_at is None
    history = visit(client, f"/coordination/historique/permanence/{presence.public_id}")
    assert "permanence remise, pour annuler la modification d’avant : jeudi 3 décembre" in lines(history)[0]
    undo(client, presence)
    assert again(presence).withdrawn_at, "taking back is a change like others"


def test_a_booking_made_since_stands_in_the_way(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    add(client, typed(nadia))
    [presence] = standing()
    page = visit(client, path(presence, "/annuler"))
    make_appointment(presence, "2026-12-03 09:00")
    refused = submit(client, page, action="/annuler")
    assert refused.status == 409 and "Ces rendez-vous sont prévus pendant cette permanence" in refused.text
    assert again(presence).withdrawn_at is None
    assert not visit(client, path(presence, "/annuler")).html.select("form[action$='/annuler']")


def test_somebody_placed_elsewhere_meanwhile_stays(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    withdraw(client, presence)
    make_presence(conseiller=nadia, place=make_place("Sablon"))
    refused = undo(client, presence)
    assert refused.status == 409 and "déjà dans un autre lieu à ce moment-là" in refused.text
    assert again(presence).withdrawn_at


def test_a_place_closed_since_is_said(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    withdraw(client, presence)
    keep(Closure(place_id=borny.id, starts_on=date(2026, 12, 3), ends_on=date(2026, 12, 3)))
    assert "Ce lieu est fermé ce jour-là." in undo(client, presence).text


def test_the_past_is_not_taken_back(client: FlaskClient, nadia: Staff, borny: Place, clock: FrozenClock) -> None:
    presence = make_presence("2026-11-30 08:00", "09:00", conseiller=nadia, place=borny)
    withdraw(client, presence)
    clock.set("2026-11-30 09:00")
    refused = undo(client, presence)
    assert refused.status == 409 and "Cette heure est déjà passée" in refused.text


def test_what_changed_since_the_page_is_shown(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    presence = make_presence(conseiller=nadia, place=borny)
    change(client, presence, ends="12:30")
    page = visit(client, path(presence, "/annuler"))
    change(client, presence, ends="13:00")
    refused = submit(client, page, action="/annuler")
    assert refused.status == 409 and "Quelqu’un d’autre a changé cela entre-temps" in refused.text
    assert "fin 12 h 30 (avant : 13 h)" in refused.text
    assert again(presence).ends_at == metz("2026-12-03 13:00")


@pytest.mark.parametrize(
    ("detail", "sentence"),
    [
        ({"rule": "0" * 32}, "La dernière modification vient d’un roulement."),
        ({"was": {"place": "Ici"}, "becomes": {"place": "Là"}}, "Cette modification est trop ancienne"),
    ],
)
def test_what_cannot_be_taken_back_says_why(
    client: FlaskClient, anne: Staff, clock: FrozenClock, detail: dict[str, object], sentence: str
) -> None:
    presence = make_presence()
    with transaction():
        record_about((Subject.PRESENCE, presence.id), "changed", by=By.staff(anne), now=clock(), **detail)
    page = visit(client, path(presence, "/annuler"))
    assert page.status == 409 and sentence in page.text
    assert "Annuler la dernière modification" not in visit(client, path(presence)).text


def test_nothing_was_changed(client: FlaskClient, anne: Staff) -> None:
    presence = make_presence()
    assert "il n’y a rien à annuler" in visit(client, path(presence, "/annuler")).text
    assert visit(client, "/coordination/permanences/rien/annuler").status == 404


def copy_week(client: FlaskClient) -> None:
    submit(client, visit(client, "/coordination/semaine/2026-W49/copie"), action="/copie?de=2026-W48")


@pytest.fixture
def copied(client: FlaskClient, nadia: Staff, borny: Place) -> list[Presence]:
    """Two presences of last week, copied onto this one."""
    for day in ("24", "26"):
        make_presence(f"2026-11-{day} 09:00", "12:00", conseiller=nadia, place=borny)
    copy_week(client)
    return [each for each in standing() if each.starts_at > metz("2026-11-30 00:00")]


def undo_all(client: FlaskClient, number: int = 1) -> Page:
    address = f"/coordination/semaine/2026-W49/annuler/{number}"
    return submit(client, visit(client, address), action=f"/annuler/{number}")


def test_a_copied_week_is_taken_back_at_once(client: FlaskClient, copied: list[Presence]) -> None:
    page = visit(client, WEEK)
    assert "Anne Muller semaine copiée (2 permanences) Tout annuler d’un seul coup" in lines(page)[0]
    check = visit(client, "/coordination/semaine/2026-W49/annuler/1")
    assert "Nadia Benali La permanence sera retirée : jeudi 3 décembre, 9 h – 12 h, Borny." in check.text
    done = undo_all(client)
    assert done.status == 200 and "Tout est annulé" in done.text
    assert [again(each).withdrawn_at is not None for each in copied] == [True, True]
    told = lines(visit(client, WEEK))
    assert "annulé d’un seul coup (2 permanences)" in told[0]
    assert not any("Tout annuler" in line for line in told)


def test_all_of_it_or_nothing(client: FlaskClient, copied: list[Presence]) -> None:
    make_appointment(copied[0], "2026-12-01 09:00")
    refused = undo_all(client)
    assert refused.status == 409 and "Des rendez-vous sont prévus pendant cette permanence" in refused.text
    assert [again(each).withdrawn_at for each in copied] == [None, None]


def test_one_that_changed_since_keeps_the_whole(client: FlaskClient, copied: list[Presence]) -> None:
    change(client, copied[1], ends="12:30")
    page = visit(client, "/coordination/semaine/2026-W49/annuler/1")
    assert "Une de ces permanences a changé depuis" in page.text
    assert not page.html.select("main form[method=post]")


def test_a_second_press_on_undo_says_so(client: FlaskClient, copied: list[Presence]) -> None:
    page = visit(client, "/coordination/semaine/2026-W49/annuler/1")
    undo_all(client)
    refused = submit(client, page, action="/annuler/1")
    assert refused.status == 409 and "ou tout est déjà annulé" in refused.text


def test_a_week_taken_back_can_be_copied_again(client: FlaskClient, copied: list[Presence]) -> None:
    undo_all(client)
    copy_week(client)
    assert len([each for each in standing() if each.starts_at > metz("2026-11-30 00:00")]) == 2


def test_a_reinforcement_is_taken_back_at_once(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    sablon = make_place("Sablon")
    gone = make_presence("2026-12-03 07:00", "13:00", conseiller=nadia, place=sablon)
    short = make_presence("2026-12-03 13:30", "17:00", conseiller=nadia, place=sablon)
    page = visit(client, "/coordination/renfort?lieu=borny&jour=2026-12-03&demi=matin")
    submit(client, page, action="demi=matin")
    assert (standing()[0].place.name, standing()[0].ends_at) == ("Borny", metz("2026-12-03 13:00"))
    assert "renfort envoyé" in lines(visit(client, WEEK))[0]
    undo_all(client)
    assert [each.id for each in standing()] == [gone.id, short.id]
    assert again(gone).span.end == metz("2026-12-03 13:00")


@pytest.mark.parametrize("address", ["2026-W49/annuler/7", "2026-W54/annuler/1", "2026-W49/annuler/x"])
def test_no_such_press_is_no_page(client: FlaskClient, anne: Staff, address: str) -> None:
    assert visit(client, f"/coordination/semaine/{address}").status == 404


def test_the_history_of_a_week_is_of_its_presences(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    inside = make_presence("2026-12-06 18:00", "19:00", conseiller=nadia, place=borny)
    outside = make_presence("2026-12-07 09:00", "10:00", conseiller=nadia, place=borny)
    for presence in (inside, outside):
        change(client, presence, walk_in_minutes="30", receives="les-deux")
    assert len(lines(visit(client, WEEK))) == 1


def test_a_longer_press_asks_no_more(client: FlaskClient, anne: Staff) -> None:
    asked = []
    for week, people in (("2026-W49", 2), ("2026-W51", 12)):
        monday = date.fromisocalendar(2026, int(week[-2:]) - 1, 1)
        for _ in range(people):
            make_presence(f"{monday} 09:00", "12:00")
        page = visit(client, f"/coordination/semaine/{week}/copie")
        submit(client, page, action=f"de={week[:-2]}{int(week[-2:]) - 1}")
        with count_queries() as queries:
            visit(client, f"/coordination/semaine/{week}/annuler/{len(asked) + 1}")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_hours_of_the_rule_are_not_touched(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    rule = make_rule(conseiller=nadia, place=borny, weekday=3, starts=time(9))
    presence = make_presence(conseiller=nadia, place=borny, rule_id=rule.id, rule_day=date(2026, 12, 3))
    withdraw(client, presence)
    undo(client, presence)
    found = again(presence)
    assert (found.rule_id, found.rule_day) == (rule.id, date(2026, 12, 3))
