"""What a desk may see and do: its places, the appointments there, who stands there, how long it stays open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from cnapp.base.contacts import read_phone
from cnapp.base.database import db, transaction
from cnapp.base.tokens import fingerprint
from cnapp.domain.accounts import SignIn, sign_in_with
from cnapp.domain.appointments import Appointment, Booker
from cnapp.domain.desks import (
    FOUND_AT_MOST,
    NotYourPlace,
    appointments_at,
    appointments_found,
    appointments_with_phone,
    is_at,
)
from cnapp.domain.people import Staff, desks_of
from cnapp.services import accounts, desks
from cnapp.services.accounts import Entrance
from cnapp.web.application import Application
from tests.factories import (
    PASSWORD,
    give_password,
    keep,
    make_appointment,
    make_citizen,
    make_desk,
    make_place,
    make_presence,
    make_visit,
    metz,
)
from tests.support import FrozenClock, count_queries, sign_in, type_password, visit

DAY = date(2026, 12, 3)
SINCE = metz("2026-12-03 00:00")

pytestmark = pytest.mark.usefixtures("app")


def signed_in(desk: Staff, clock: FrozenClock) -> SignIn:
    times = {"created_at": clock(), "expires_at": clock() + timedelta(hours=2)}
    return keep(SignIn(staff_id=desk.id, token_hash=fingerprint("token"), **times))


def found(typed: str, *place_ids: int) -> list[str]:
    query = appointments_found(place_ids, typed, SINCE)
    return [] if query is None else [each.person.name for each in db.session.scalars(query)]


def test_a_desk_has_its_own_places_by_name_and_the_phone_line_has_all(clock: FrozenClock) -> None:
    borny, agora, sablon = (make_place(name) for name in ("Borny", "Agora", "Sablon"))
    gone = make_place("Ancien", valid_until=date(2026, 1, 31))
    desk, line = make_desk(borny, agora, gone), make_desk(phone_line=True)

    assert list(desks.places_for(desk, now=clock())) == [agora, borny]
    assert list(desks.places_for(line, now=clock())) == [agora, borny, sablon]
    assert db.session.scalars(desks_of(borny.id)).all() == [desk]
    assert db.session.scalars(desks_of(sablon.id)).all() == []


def test_the_only_place_needs_no_choice_and_several_do(clock: FrozenClock) -> None:
    borny, agora = make_place("Borny"), make_place("Agora")
    one, several = signed_in(make_desk(borny), clock), make_desk(borny, agora)

    assert desks.current_place(one, now=clock()) == borny
    with transaction():
        one.staff = several
    assert desks.current_place(one, now=clock()) is None
    with transaction():
        desks.work_at(one, agora, hand="Samia", now=clock())
    assert (desks.current_place(one, now=clock()), one.hand) == (agora, "Samia")


def test_a_browser_works_at_a_place_of_its_account_and_loses_it_with_it(clock: FrozenClock) -> None:
    borny, agora, sablon = (make_place(name) for name in ("Borny", "Agora", "Sablon"))
    desk = make_desk(borny, agora, sablon)
    browser = signed_in(desk, clock)
    with transaction():
        desks.work_at(browser, borny, hand="", now=clock())
    with transaction():
        desk.places = [agora, sablon]

    assert desks.current_place(browser, now=clock()) is None
    with pytest.raises(NotYourPlace), transaction():
        desks.work_at(browser, borny, hand=None, now=clock())
    assert browser.hand is None


def test_the_day_of_a_place_is_its_own_in_order(clock: FrozenClock) -> None:
    borny = make_place("Borny")
    presence = make_presence("2026-12-03 09:00", "17:00", place=borny)
    late = make_appointment(presence, "2026-12-03 16:00")
    early = make_appointment(presence, "2026-12-03 09:00")
    make_appointment(make_presence("2026-12-04 09:00", "17:00", place=borny), "2026-12-04 09:00")
    make_appointment(at="2026-12-03 10:00")
    db.session.expire_all()

    with count_queries() as asked:
        day = db.session.scalars(appointments_at(borny.id, DAY)).all()
        assert [(each.id, each.person.name, each.presence.place.name) for each in day] == [
            (early.id, "Marie Schmitt", "Borny"),
            (late.id, "Marie Schmitt", "Borny"),
        ]
    assert len(asked) <= 3  # the two rows that are refreshed after expiry, and the day itself


def test_a_desk_finds_people_of_its_own_places_from_three_letters(clock: FrozenClock) -> None:
    borny, agora = make_place("Borny"), make_place("Agora")
    here = make_presence("2026-12-03 09:00", "17:00", place=borny)
    make_appointment(here, "2026-12-03 10:00", name="Fatima El Amrani")
    make_appointment(here, "2026-12-03 09:00", name="Marie Schmitt")
    make_appointment(make_presence("2026-12-03 09:00", "17:00", place=agora), "2026-12-03 09:00", name="Paul Schmidt")
    past = make_presence("2026-12-02 09:00", "12:00", place=borny)
    make_appointment(past, "2026-12-02 09:00", name="Marie Schmitt")

    assert found("schmid", borny.id) == ["Marie Schmitt"]
    assert found("schmid", borny.id, agora.id) == ["Marie Schmitt", "Paul Schmidt"]
    assert found("al amrani", borny.id) == ["Fatima El Amrani"]
    assert found("sc", borny.id) == found("%%%", borny.id) == found("schmitt") == []


def test_who_booked_for_somebody_finds_the_booking_too(clock: FrozenClock) -> None:
    presence = make_presence("2026-12-03 09:00", "12:00")
    helper = make_citizen("Léa Martin", phone="+33639981234")
    made = make_appointment(presence, booked_by=Booker.RELATIVE, booker_id=helper.id)

    assert found("martin", presence.place_id) == ["Marie Schmitt"]
    phone = read_phone("06 39 98 12 34")
    assert phone
    for places, ids in (([presence.place_id], [made.id]), ([presence.place_id + 1], [])):
        query = appointments_with_phone(places, phone.number, SINCE)
        assert [each.id for each in db.session.scalars(query)] == ids
    assert is_at(made, [presence.place_id]) and not is_at(made, [])


def test_a_search_shows_a_short_list(clock: FrozenClock) -> None:
    query = appointments_found([1], "schmitt", SINCE)
    assert query is not None and str(FOUND_AT_MOST) in str(query.compile(compile_kwargs={"literal_binds": True}))


def test_what_was_read_is_remembered_for_each_desk_and_place(clock: FrozenClock) -> None:
    borny, agora = make_place("Borny"), make_place("Agora")
    desk = make_desk(borny, agora)
    assert desks.looked_at(desk, borny) is None
    for _ in range(2):
        with transaction():
            desks.look(desk, borny, now=clock())
        assert desks.looked_at(desk, borny) == clock()
        clock.advance(hours=1)
    assert desks.looked_at(desk, agora) is None


def test_tickets_begin_at_one_each_day_at_each_place(clock: FrozenClock) -> None:
    borny = make_place("Borny")
    agora = make_place("Agora")
    make_visit(borny, ticket=1)
    with transaction():
        assert desks.next_ticket(borny, date(2026, 11, 30)) == 2
        assert desks.next_ticket(borny, date(2026, 12, 1)) == 1
        assert desks.next_ticket(agora, date(2026, 11, 30)) == 1


def enter(desk: Staff, clock: FrozenClock) -> str:
    with transaction():
        return accounts.sign_in(desk, Entrance(desk.email, PASSWORD, "192.0.2.1", remembered=True), now=clock())


def test_a_desk_left_alone_for_two_hours_is_signed_out(clock: FrozenClock) -> None:
    desk = make_desk(make_place())
    give_password(desk)
    token = enter(desk, clock)
    clock.advance(hours=1, minutes=59)
    assert accounts.who_is(token, now=clock()) == desk
    clock.advance(minutes=1)
    assert accounts.who_is(token, now=clock()) is None


def test_a_desk_in_use_stays_open_but_not_overnight(client: FlaskClient, clock: FrozenClock) -> None:
    desk = make_desk(make_place(), email="accueil@exemple.fr")
    give_password(desk)
    assert type_password(client, desk.email).status == 200
    hours = 0.0
    while visit(client, "/compte").address == "/compte":
        clock.advance(minutes=90)
        hours += 1.5
    assert hours == 21  # the twenty hours of anybody's session


def test_using_it_is_written_down_every_five_minutes_at_most(
    app: Application, client: FlaskClient, clock: FrozenClock
) -> None:
    desk = make_desk(make_place(), email="accueil@exemple.fr")
    give_password(desk)
    sign_in(client, desk.email)

    written = []
    for _ in range(6):
        clock.advance(minutes=2)
        with count_queries() as asked:
            visit(client, "/compte")
        written.append(sum(statement.startswith("UPDATE") for statement in asked))
    assert written == [0, 0, 1, 0, 0, 1]


def test_a_desk_is_never_remembered(client: FlaskClient, clock: FrozenClock) -> None:
    desk = make_desk(make_place())
    give_password(desk)
    token = enter(desk, clock)
    found = db.session.scalars(sign_in_with(token)).one()
    assert (found.remembered, found.expires_at) == (False, clock() + timedelta(hours=2))

    answer = client.get("/connexion")
    assert answer.status_code == 200
    form = {"email": desk.email, "password": PASSWORD, "remembered": "y"}
    page = visit(client, "/connexion")
    csrf = page.html.select_one("main input[name=csrf_token]")
    assert csrf
    signed = client.post("/connexion", data={**form, "csrf_token": csrf["value"]})
    assert "Expires" not in signed.headers["Set-Cookie"]


def test_a_used_browser_of_a_conseiller_is_not_written_to(client: FlaskClient, clock: FrozenClock) -> None:
    made = make_appointment()
    staff = db.session.get_one(Appointment, made.id).conseiller
    give_password(staff)
    sign_in(client, staff.email)
    clock.advance(hours=1)
    with count_queries() as asked:
        visit(client, "/compte")
    assert not any(statement.startswith("UPDATE") for statement in asked)
