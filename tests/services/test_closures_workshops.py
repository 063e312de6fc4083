"""A workshop that followed its place goes back with it, with its people, its kits and nothing said in vain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Origin
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.kits import Kit
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Closed, Place
from cnapp.domain.plans import Displacement, Standing
from cnapp.domain.presences import Presence
from cnapp.domain.workshops import Workshop
from cnapp.services import plan_work, plans, registrations, workshop_moves, workshop_programmes
from cnapp.services.parties import Party, Someone
from cnapp.services.people import all_who_receive
from cnapp.services.registrations import Application as Registering
from cnapp.services.workshops import Programme
from cnapp.web.application import Application
from tests.closing import ON, Town
from tests.delivery.mailing import Mail, mailing, text_of
from tests.factories import (
    make_absence,
    make_appointment,
    make_kit,
    make_place,
    make_presence,
    make_registration,
    make_rule,
    make_staff,
    make_travel,
    make_workshop,
    metz,
)
from tests.support import FrozenClock

DAY, NEXT = "2026-12-03", date(2026, 12, 4)


@pytest.fixture
def town(app: Application, clock: FrozenClock) -> Town:
    return Town(app, make_staff("Anne", role=Role.COORDINATOR, receives=False), clock)


@pytest.fixture
def mail(app: Application, clock: FrozenClock) -> Iterator[Mail]:
    with mailing(app, clock) as mail:
        yield mail


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny", slug="borny")


@pytest.fixture
def school(borny: Place) -> Place:
    school = make_place("École", slug="ecole")
    make_travel(borny, school, 10)
    return school


@pytest.fixture
def nadia(app: Application) -> Staff:
    return make_staff()


@pytest.fixture
def workshop(borny: Place, nadia: Staff) -> Workshop:
    return make_workshop(f"{DAY} 14:00", place=borny, leader=nadia)


def stands(workshop: Workshop) -> tuple[int, list[list[int]], list[object]]:
    """Where it is, who leads each session, and since when nobody does."""
    db.session.expire_all()
    sessions = db.session.get_one(Workshop, workshop.id).sessions
    leaders = [[each.conseiller_id for each in session.leadings if each.commitment_id] for session in sessions]
    return workshop.place_id, leaders, [each.displaced_at for each in sessions]


def there() -> set[tuple[object, ...]]:
    rows = db.session.scalars(select(Presence).where(Presence.withdrawn_at.is_(None)))
    return {(r.conseiller_id, r.place_id, r.starts_at, r.ends_at, r.takes_appointments) for r in rows}


def told(mail: Mail) -> list[str]:
    """Where those who are registered read that it is, letter by letter, two minutes later."""
    mail.clock.advance(minutes=2)
    texts = [text_of(each) for each in mail.send() if each["To"] == "lea@exemple.fr"]
    return [next(name for name in ("Borny", "École") if name in text) for text in texts]


def by_hand(town: Town, workshop: Workshop, place: Place) -> None:
    now = town.clock()
    with transaction(*all_who_receive()):
        ahead = workshop_moves.ahead(workshop, now)
        leaders, kits = workshop_moves.leaders_of(ahead), workshop_moves.kits_of(workshop, now)
        programme = Programme(tuple(each.span for each in ahead), tuple(leaders), tuple(kits))
        workshop_moves.change_programme(workshop.id, place, programme, by=town.by, settings=town.settings, now=now)


def open_plan(public_id: str, town: Town) -> None:
    for look in plan_work.LOOKS:
        found = look(plans.find(public_id), now=town.clock())
        with transaction(*found.people):
            plan_work.hold(plans.find(public_id), found, now=town.clock())


def lend(workshop: Workshop) -> Kit:
    kit = make_kit()
    with transaction():
        workshop_programmes.lend_kits(db.session.get_one(Workshop, workshop.id), [kit])
    return kit


def test_taken_back_before_any_letter_left_all_is_as_before(
    town: Town, borny: Place, school: Place, nadia: Staff, workshop: Workshop, mail: Mail
) -> None:
    presence = make_presence(f"{DAY} 09:00", "13:30", place=borny, conseiller=nadia)
    booked, kit = make_appointment(presence, f"{DAY} 10:00"), lend(workshop)
    make_registration(workshop, email="lea@exemple.fr", borrows=True)
    before, presences = stands(workshop), there()
    closure = town.close(borny, provisional_place_id=school.id).closure
    assert stands(workshop) == (school.id, [[nadia.id]], [None])
    mail.clock.advance(seconds=20)
    reopened = town.reopen(closure)
    assert (stands(workshop), there()) == (before, presences)
    assert [(each.workshop, each.is_home) for each in reopened.returns.went] == [(workshop, True)]
    assert [each.appointment for each in reopened.again] == [booked]
    assert workshop_moves.kits_of(workshop, town.clock()) == [kit]
    assert (workshop.borrowed, workshop.lendable) == (1, 8)
    assert {each.standing for each in db.session.scalars(select(Displacement))} == {Standing.REINSTATED}
    assert told(mail) == []


def test_what_is_only_proposed_at_the_other_place_keeps_nothing_there(
    town: Town, borny: Place, school: Place, nadia: Staff, workshop: Workshop
) -> None:
    """Its plan was opened: it holds times there for whoever waits."""
    presence = make_presence(f"{DAY} 09:00", "13:30", place=borny, conseiller=nadia)
    booked = make_appointment(presence, f"{DAY} 10:00")
    before, presences = stands(workshop), there()
    entered = town.close(borny, provisional_place_id=school.id)
    assert entered.effect.plan
    open_plan(entered.effect.plan.public_id, town)
    assert db.session.scalars(select(Commitment).where(Commitment.kind == Kind.HOLD)).all()
    reopened = town.reopen(entered.closure)
    assert (stands(workshop), there()) == (before, presences)
    assert [each.appointment for each in reopened.again] == [booked]
    assert not db.session.scalars(select(Commitment).where(Commitment.kind == Kind.HOLD)).all()


def test_taken_back_after_letters_left_people_are_told_of_the_old_place(
    town: Town, borny: Place, school: Place, workshop: Workshop, mail: Mail
) -> None:
    make_registration(workshop, email="lea@exemple.fr")
    closure = town.close(borny, provisional_place_id=school.id).closure
    assert told(mail) == ["École"]
    town.reopen(closure)
    assert told(mail) == ["Borny"]


def test_moved_and_taken_back_twice_nobody_is_told_of_what_they_know(
    town: Town, borny: Place, school: Place, workshop: Workshop, mail: Mail
) -> None:
    make_registration(workshop, email="lea@exemple.fr")
    for _ in range(2):
        town.reopen(town.close(borny, provisional_place_id=school.id).closure)
        mail.clock.advance(seconds=10)
    assert told(mail) == []


def test_whoever_registered_meanwhile_is_told_of_the_place_where_it_is(
    town: Town, borny: Place, school: Place, workshop: Workshop, mail: Mail
) -> None:
    closure = town.close(borny, provisional_place_id=school.id).closure
    lea = Someone("Léa Martin", None, "lea@exemple.fr")
    with transaction():
        application = Registering(Party(lea, Origin.ONLINE))
        registrations.register(workshop.id, application, by=town.by, settings=town.settings, now=town.clock())
    mail.clock.advance(seconds=20)
    town.reopen(closure)
    assert told(mail) == ["Borny"]


def test_another_place_given_by_hand_since_is_told(
    town: Town, borny: Place, school: Place, workshop: Workshop, mail: Mail
) -> None:
    make_registration(workshop, email="lea@exemple.fr")
    town.reopen(town.close(borny, provisional_place_id=school.id).closure)
    mail.clock.advance(seconds=20)
    by_hand(town, workshop, school)
    assert told(mail) == ["École"]


@pytest.mark.parametrize(
    "terms",
    [
        {"starts_on": NEXT, "ends_on": NEXT},
        {"from_time": time(8), "until_time": time(12), "provisional_place_id": None},
        {"closes": Closed.APPOINTMENTS, "provisional_place_id": None},
    ],
)
def test_it_goes_back_from_a_move_that_takes_it_no_more(
    town: Town, borny: Place, school: Place, workshop: Workshop, terms: dict[str, object]
) -> None:
    before = stands(workshop)
    closure = town.close(borny, ends_on=NEXT, provisional_place_id=school.id).closure
    changed = town.change(closure, **terms)
    assert stands(workshop) == before
    assert [each.workshop for each in changed.returns.went] == [workshop]


def test_it_stays_while_the_move_still_takes_it(town: Town, borny: Place, school: Place, workshop: Workshop) -> None:
    closure = town.close(borny, ends_on=NEXT, provisional_place_id=school.id).closure
    changed = town.change(closure, ends_on=ON)
    assert stands(workshop)[0] == school.id
    assert (changed.returns.went, changed.returns.stay) == ([], [])


def test_another_provisional_place_carries_it_on_and_then_home(
    town: Town, borny: Place, school: Place, nadia: Staff, workshop: Workshop
) -> None:
    make_presence(f"{DAY} 09:00", "13:30", place=borny, conseiller=nadia)
    before, presences, gym = stands(workshop), there(), make_place("Gymnase")
    closure = town.close(borny, provisional_place_id=school.id).closure
    changed = town.change(closure, provisional_place_id=gym.id)
    assert [(each.workshop, each.is_home) for each in changed.returns.went] == [(workshop, False)]
    assert stands(workshop) == (gym.id, [[nadia.id]], [None])
    assert {place for _, place, *_ in there()} == {gym.id}
    town.reopen(closure)
    assert (stands(workshop), there()) == (before, presences)


def test_a_leader_who_is_busy_by_now_keeps_it_where_it_is(
    town: Town, borny: Place, school: Place, nadia: Staff, workshop: Workshop
) -> None:
    closure = town.close(borny, provisional_place_id=school.id).closure
    far = make_place("Sablon")
    make_travel(borny, far, 60)
    make_travel(school, far, 10)
    make_presence(f"{DAY} 09:00", "13:45", place=far, conseiller=nadia)
    reopened = town.reopen(closure)
    assert stands(workshop) == (school.id, [[nadia.id]], [None])
    assert [each.workshop for each in reopened.returns.stay] == [workshop]
    assert reopened.returns.went == []


def test_one_that_cannot_go_keeps_no_other_from_going(
    town: Town, borny: Place, school: Place, nadia: Staff, workshop: Workshop
) -> None:
    other = make_workshop(f"{DAY} 10:00", place=borny)
    before = stands(other)
    closure = town.close(borny, provisional_place_id=school.id).closure
    far = make_place("Sablon")
    make_travel(borny, far, 60)
    make_travel(school, far, 10)
    make_presence(f"{DAY} 09:00", "13:45", place=far, conseiller=nadia)
    reopened = town.reopen(closure)
    assert (stands(other), stands(workshop)[0]) == (before, school.id)
    assert [[each.workshop for each in ways] for ways in (reopened.returns.went, reopened.returns.stay)] == [
        [other],
        [workshop],
    ]


def test_another_closure_of_its_place_keeps_it_until_it_goes_too(
    town: Town, borny: Place, school: Place, nadia: Staff, workshop: Workshop
) -> None:
    make_presence(f"{DAY} 09:00", "14:00", place=borny, conseiller=nadia)
    before, presences = stands(workshop), there()
    move = town.close(borny, provisional_place_id=school.id).closure
    works = town.close(borny, from_time=time(13), until_time=time(18)).closure
    assert [each.workshop for each in town.reopen(move).returns.stay] == [workshop]
    assert stands(workshop) == (school.id, [[nadia.id]], [None])
    town.reopen(works)
    assert (stands(workshop), there()) == (before, presences)


def test_one_that_somebody_gave_another_place_meanwhile_stays_there(
    town: Town, borny: Place, school: Place, nadia: Staff, workshop: Workshop
) -> None:
    gym = make_place("Gymnase")
    closure = town.close(borny, provisional_place_id=school.id).closure
    by_hand(town, workshop, gym)
    reopened = town.reopen(closure)
    assert stands(workshop) == (gym.id, [[nadia.id]], [None])
    assert (reopened.returns.went, reopened.returns.stay) == ([], [])


def test_one_that_has_lost_its_leader_meanwhile_is_left_to_its_plan(
    town: Town, borny: Place, school: Place, nadia: Staff, workshop: Workshop
) -> None:
    closure = town.close(borny, provisional_place_id=school.id).closure
    shut = town.close(school).closure
    assert stands(workshop)[1] == [[]]
    make_absence(nadia, f"{DAY} 08:00", f"{DAY} 18:00")
    reopened = town.reopen(closure)
    assert stands(workshop)[0] == school.id
    assert [each.workshop for each in reopened.returns.stay] == [workshop]
    assert shut.place_id == school.id


def test_one_that_is_displaced_where_it_is_goes_home_to_its_leader(
    town: Town, borny: Place, school: Place, workshop: Workshop
) -> None:
    before = stands(workshop)
    closure = town.close(borny, provisional_place_id=school.id).closure
    town.close(school)
    town.reopen(closure)
    assert stands(workshop) == before
    assert {each.standing for each in db.session.scalars(select(Displacement))} == {Standing.REINSTATED}


def test_a_presence_of_the_roster_that_is_only_for_workshops_goes_back_whole(
    town: Town, borny: Place, school: Place, nadia: Staff, workshop: Workshop
) -> None:
    rule = make_rule(place=borny, conseiller=nadia, weekday=3)
    with transaction(nadia.id):
        presence = db.session.scalars(select(Presence)).one()
        presence.starts_at, presence.rule_id, presence.rule_day = metz(f"{DAY} 09:00"), rule.id, ON
    before, presences = stands(workshop), there()
    closure = town.close(borny, provisional_place_id=school.id).closure
    assert stands(workshop)[0] == school.id
    town.reopen(closure)
    assert (stands(workshop), there()) == (before, presences)
    assert presence.withdrawn_at is None


def test_what_followed_stands_in_the_journal(town: Town, borny: Place, school: Place, workshop: Workshop) -> None:
    closure = town.close(borny, provisional_place_id=school.id).closure
    said = select(Entry).where(Entry.subject == Subject.CLOSURE, Entry.what == "made_way")
    line = db.session.scalars(select(Displacement)).one()
    mine = select(Entry).where(Entry.subject == Subject.WORKSHOP, Entry.subject_id == workshop.id)
    last = db.session.scalars(mine.order_by(Entry.number.desc())).first()
    assert last and last.detail == {"was": borny.id, "becomes": school.id}
    followed = {"id": workshop.id, "home": borny.id, "lines": [line.id], "number": last.number}
    assert db.session.scalars(said).one().detail["workshops"] == [followed]
    assert closure.provisional_place == school
