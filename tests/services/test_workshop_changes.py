"""Workshops changed by the coordination: their programme, their capacity; everyone concerned is told, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.kits import DevicesPromised, KitPromised, KitTaken, KitTooSmall, KitTwice, State
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.places import Closure, Place
from cnapp.domain.planning import OnHoliday, OutsideHours, PlaceClosed, PresenceIsPast
from cnapp.domain.presences import TwoPlacesAtOnce
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.workshop_sessions import Leading, NobodyLeads, NoSession, SessionsOverlap, TooManySessions
from cnapp.domain.workshops import CapacityTooSmall, Level, Workshop, WorkshopBegun, WorkshopOver
from cnapp.services import kits, workshop_changes, workshop_moves, workshop_programmes, workshop_shelves, workshops
from cnapp.services.changes import hold_still
from cnapp.services.journal import By
from cnapp.services.kits import Contents
from cnapp.services.workshop_programmes import ProgrammeRefused
from cnapp.services.workshop_shelves import Shelf
from cnapp.services.workshops import Facts, Programme
from cnapp.web.application import Application as Site
from tests.factories import (
    keep,
    make_appointment,
    make_kit,
    make_place,
    make_presence,
    make_registration,
    make_staff,
    make_workshop,
    metz,
)
from tests.support import MORNING, count_queries

NOW = metz(MORNING)
BY = By.clock()


def facts(place: Place, **values: object) -> Facts:
    known = {"title": "Mes photos", "learn": "Les trier", "level": Level.BEGINNER, "theme": "email", "capacity": 8}
    return Facts(place=place, **{**known, **values})  # type: ignore[arg-type]


def spans(*times: str, minutes: int = 90) -> tuple[Span, ...]:
    return tuple(Span.lasting(metz(at), minutes) for at in times)


def move(app: Site, workshop: Workshop, *times: str, place: Place | None = None, **others: tuple[object, ...]) -> int:
    ahead = workshop_moves.ahead(workshop, NOW)
    known = {"leaders": tuple(workshop_moves.leaders_of(ahead)), "kits": tuple(workshop_moves.kits_of(workshop, NOW))}
    when = spans(*times) if times else tuple(each.span for each in ahead)
    programme = Programme(when, **{**known, **others})  # type: ignore[arg-type]
    with transaction(*(each.id for each in programme.leaders)):
        return workshop_moves.change_programme(
            workshop.id, place or workshop.place, programme, by=BY, settings=app.settings, now=NOW
        )


def letters(registration: Registration) -> list[Letter]:
    mine = select(Due).where(Due.registration_id == registration.id).order_by(Due.id)
    return [due.letter for due in db.session.scalars(mine)]


def verbs(workshop: Workshop) -> list[str]:
    mine = Entry.subject == Subject.WORKSHOP, Entry.subject_id == workshop.id
    return list(db.session.scalars(select(Entry.what).where(*mine).order_by(Entry.number)))


def times(workshop: Workshop) -> list[Span]:
    db.session.refresh(workshop)
    return [each.span for each in workshop.sessions]


def test_everything_in_the_way_is_said_at_once_and_nothing_is_kept(app: Site) -> None:
    place, elsewhere, nadia, hugo = make_place(), make_place(), make_staff(), make_staff("Hugo")
    other, kit = make_workshop("2026-12-10 09:30", place=elsewhere), make_kit()
    with transaction():
        workshop_programmes.lend_kits(other, [kit])
    make_presence("2026-12-11 09:00", "12:00", conseiller=hugo, place=elsewhere)
    keep(Closure(place_id=place.id, starts_on=date(2026, 12, 14), ends_on=date(2026, 12, 14)))
    at = ("2026-12-10 09:30", "2026-12-11 09:30", "2026-12-14 09:30", "2026-12-26 09:30", "2026-11-27 09:30")
    late = Span.lasting(metz("2026-12-15 23:00"), 30)
    programme = Programme((*spans(*at), late), (nadia, hugo), (kit,))

    with pytest.raises(ProgrammeRefused) as refused, transaction(nadia.id, hugo.id):
        workshops.prepare(facts(place), programme, by=BY, now=NOW)

    found = {(str(o.span.start.date()), o.leader, o.kit, type(o.reason)) for o in refused.value.obstacles}
    assert found == {
        ("2026-11-27", None, None, PresenceIsPast),
        ("2026-12-10", None, kit, KitTaken),
        ("2026-12-11", hugo, None, TwoPlacesAtOnce),
        ("2026-12-14", None, None, PlaceClosed),
        ("2026-12-26", None, None, OnHoliday),
        ("2026-12-15", nadia, None, OutsideHours),
        ("2026-12-15", hugo, None, OutsideHours),
    }
    assert len(db.session.scalars(select(Workshop)).all()) == 1


@pytest.mark.parametrize(
    ("times", "leaders", "refusal"),
    [
        ((), 1, NoSession),
        (("2026-12-10 09:30",), 0, NobodyLeads),
        (("2026-12-10 09:30", "2026-12-10 10:00"), 1, SessionsOverlap),
        (tuple(f"2026-12-{day} 09:30" for day in range(10, 26)), 1, TooManySessions),
    ],
)
def test_what_makes_no_programme_is_refused(
    app: Site, times: tuple[str, ...], leaders: int, refusal: type[Refusal]
) -> None:
    programme = Programme(spans(*times), tuple(make_staff() for _ in range(leaders)))

    with pytest.raises(refusal), transaction():
        workshops.prepare(facts(make_place()), programme, by=BY, now=NOW)


def test_a_series_is_made_whole_or_not_at_all(app: Site) -> None:
    place, leader = make_place(), make_staff()
    programme = Programme(spans("2026-12-10 09:30", "2026-12-17 09:30"), (leader,))
    with pytest.raises(ProgrammeRefused), transaction(leader.id):
        beside = replace(programme, spans=(*programme.spans, *spans("2026-12-26 09:30")))
        workshops.prepare_series(facts(place), beside, by=BY, now=NOW)
    assert db.session.scalars(select(Workshop)).all() == []

    with transaction(leader.id):
        made = workshops.prepare_series(facts(place), programme, by=BY, now=NOW)

    assert [len(each.sessions) for each in made] == [1, 1]
    assert len({each.series_id for each in made}) == 1


def test_another_time_is_told_to_everyone_and_the_leader_is_there_then(app: Site) -> None:
    workshop = make_workshop("2026-12-10 14:00", "2026-12-17 14:00", "2026-12-24 10:00")
    seated, waiting = make_registration(workshop), make_registration(workshop, "Paul", status=Standing.WAITING)
    first = workshop.sessions[0].public_id

    assert move(app, workshop, "2026-12-10 15:00", "2026-12-17 14:00") == 2

    assert times(workshop) == list(spans("2026-12-10 15:00", "2026-12-17 14:00"))
    assert (workshop.starts_at, workshop.ends_at) == (metz("2026-12-10 15:00"), metz("2026-12-17 15:30"))
    assert (workshop.sessions[0].public_id, workshop.version) == (first, 2)
    assert letters(seated)[-1] is Letter.WORKSHOP_CHANGED
    assert letters(waiting)[-1] is Letter.WORKSHOP_CHANGED
    assert verbs(workshop) == ["changed"]


def times_led(workshop: Workshop) -> list[Leading]:
    db.session.expire_all()
    return workshop.sessions[0].leadings


def test_the_same_again_tells_nobody(app: Site) -> None:
    workshop = make_workshop()
    seated = make_registration(workshop)
    told = letters(seated)

    assert move(app, workshop) == 0

    assert (letters(seated), verbs(workshop)) == (told, [])


def test_another_leader_or_kit_is_nobody_elses_business(app: Site) -> None:
    workshop, hugo, kit = make_workshop(), make_staff("Hugo"), make_kit(computers=3)
    seated = make_registration(workshop)
    told = letters(seated)

    first = workshop.sessions[0].leadings[0]
    both = (first.conseiller, hugo)
    assert move(app, workshop, leaders=both, kits=(kit,)) == 0
    assert first in times_led(workshop)
    assert move(app, workshop, leaders=(hugo,)) == 0

    assert [each.conseiller.first_name for each in times_led(workshop)] == ["Hugo"]
    assert (workshop.lendable, workshop.version, letters(seated)) == (3, 1, told)


def test_lent_devices_follow_to_another_time_and_place(app: Site) -> None:
    workshop, there, kit = make_workshop(), make_place(), make_kit(computers=2)
    with transaction():
        workshop_programmes.lend_kits(workshop, [kit])
    make_registration(workshop, borrows=True)
    make_registration(workshop, "Paul Klein", borrows=True)

    move(app, workshop, "2026-12-11 10:00", place=there)

    db.session.refresh(workshop)
    assert (workshop.place_id, workshop.borrowed, workshop.lendable) == (there.id, 2, 2)
    with pytest.raises(DevicesPromised) as refused:
        move(app, workshop, kits=(make_kit(computers=1),))
    assert (refused.value.lent, refused.value.devices) == (2, 1)
    db.session.refresh(workshop)
    assert (workshop.borrowed, workshop.lendable) == (2, 2)


def test_a_busy_leader_leaves_all_as_it_was(app: Site) -> None:
    place, leader = make_place(), make_staff()
    workshop = make_workshop(place=place, leader=leader)
    seated = make_registration(workshop)
    told = letters(seated)
    make_appointment(make_presence("2026-12-11 09:00", "12:00", conseiller=leader, place=place), "2026-12-11 10:00")

    with pytest.raises(ProgrammeRefused):
        move(app, workshop, "2026-12-11 10:00")

    assert (times(workshop), letters(seated)) == (list(spans("2026-12-10 14:00")), told)


def test_a_cycle_that_has_begun_changes_only_what_is_ahead(app: Site) -> None:
    workshop = make_workshop("2026-11-26 14:00", "2026-12-03 14:00")

    move(app, workshop, "2026-12-04 14:00", "2026-12-11 14:00")

    assert times(workshop) == list(spans("2026-11-26 14:00", "2026-12-04 14:00", "2026-12-11 14:00"))
    with pytest.raises(WorkshopBegun):
        move(app, workshop, place=make_place())


def change(app: Site, workshop: Workshop, **values: object) -> None:
    known = {name: getattr(workshop, name) for name in Facts.__dataclass_fields__}
    with transaction():
        workshop_changes.change_facts(
            workshop.id,
            Facts(**{**known, **values}),
            by=BY,
            settings=app.settings,
            now=NOW,  # type: ignore[arg-type]
        )


def test_a_capacity_below_the_registered_is_refused_with_their_number(app: Site) -> None:
    workshop = make_workshop(capacity=3)
    for number in range(3):
        make_registration(workshop, f"Personne {number}")

    with pytest.raises(CapacityTooSmall) as refused:
        change(app, workshop, capacity=2)
    assert (refused.value.taken, refused.value.registered) == (3, 3)


def test_more_seats_go_to_who_waits(app: Site) -> None:
    workshop = make_workshop(capacity=1)
    make_registration(workshop)
    waiting = make_registration(workshop, "Paul", status=Standing.WAITING, phone="+33639980001")

    change(app, workshop, capacity=2)

    db.session.refresh(waiting)
    assert waiting.status is Standing.OFFERED


def test_a_typo_mended_tells_nobody(app: Site) -> None:
    workshop = make_workshop()
    seated = make_registration(workshop)
    told = letters(seated)

    change(app, workshop, title="Je navigue")

    assert (verbs(workshop), letters(seated), workshop.version) == (["changed"], told, 1)


def test_what_is_over_does_not_change(app: Site) -> None:
    over = make_workshop("2026-11-26 14:00")

    with pytest.raises(WorkshopOver):
        change(app, over, title="Autre")
    with pytest.raises(WorkshopOver):
        move(app, over)


def test_too_few_people_ask_for_a_decision_until_it_is_taken(app: Site) -> None:
    near, far = make_workshop("2026-12-02 14:00", at_least=3), make_workshop("2026-12-10 14:00", at_least=3)
    make_workshop("2026-12-03 10:00", status="draft")
    make_workshop("2026-11-20 10:00")
    make_registration(near)
    shown = workshop_shelves.listed(Shelf.COMING, page=1, now=NOW).lines
    assert [(each.workshop, each.is_to_decide, each.missing) for each in shown] == [(near, True, 2), (far, False, 3)]
    assert list(workshop_shelves.shelves(now=NOW).values()) == [2, 1, 1, 0]

    for _ in range(2):
        with transaction():
            workshop_changes.keep(near.id, by=BY, now=NOW)

    assert not workshop_shelves.line_of(near, now=NOW).is_to_decide
    assert verbs(near) == ["kept"]


def test_the_list_asks_the_same_questions_however_long_it_is(app: Site) -> None:
    counted = []
    for _ in range(2):
        for _ in range(3):
            make_registration(make_workshop())
        db.session.expunge_all()
        with count_queries() as asked:
            workshop_shelves.listed(Shelf.COMING, page=1, now=NOW)
        counted.append(len(asked))
    assert counted[0] == counted[1]


def contents(place: Place, **values: object) -> Contents:
    known = {"name": "Kit A", "computers": 4, "tablets": 0, "projectors": 0, "others": "", "note": ""}
    where = {"state": State.READY, "place_id": place.id, "holder_id": None}
    return Contents(**{**known, **where, **values})  # type: ignore[arg-type]


def test_a_kit_keeps_what_people_borrow(app: Site) -> None:
    workshop, over, kit = make_workshop(), make_workshop("2026-11-26 14:00"), make_kit(computers=4)
    with transaction():
        for each in (workshop, over):
            workshop_programmes.lend_kits(each, [kit])
    for name in ("Paul", "Anne", "Luc", "Zoé"):
        make_registration(over, name, borrows=True)
    make_registration(workshop, borrows=True)
    make_registration(workshop, "Paul Klein", borrows=True)
    smaller = {"name": kit.name, "tablets": 1}

    with pytest.raises(KitTooSmall) as refused, transaction():
        kits.change(kits.find(kit.public_id), contents(kit.place, computers=0, **smaller), by=BY, now=NOW)
    assert refused.value.needed == 2
    with pytest.raises(KitPromised), transaction():
        kits.retire(kits.find(kit.public_id), by=BY, now=NOW)
    with transaction():
        hold_still(kits.about(kit))
        broken = contents(kit.place, computers=2, state=State.BROKEN, **smaller)
        kits.change(kits.find(kit.public_id), broken, by=BY, now=NOW)

    db.session.refresh(workshop)
    assert workshop.lendable == 3
    (listed,) = kits.listed(now=NOW)
    assert listed.is_in_vain
    assert [each.workshop for each in listed.promises] == [workshop]


def test_two_kits_have_two_names(app: Site) -> None:
    place = make_place()
    with transaction():
        made = kits.create(contents(place), by=BY, now=NOW)
    with pytest.raises(KitTwice), transaction():
        kits.create(contents(place), by=BY, now=NOW)

    with transaction():
        kits.retire(kits.find(made.public_id), by=BY, now=NOW)
    assert (list(kits.in_use()), len(kits.retired())) == ([], 1)
