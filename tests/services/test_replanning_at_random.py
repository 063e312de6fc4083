"""Towns at random: whatever is proposed, the database accepts all of it at once, and each alternative beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import combinations
from random import Random

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.tokens import new_public_id
from cnapp.base.workdays import day_of, local
from cnapp.domain.absences import Cause
from cnapp.domain.appointments import Appointment, Status, appointments_whole
from cnapp.domain.citizens import Citizen, Need
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.distances import Ways
from cnapp.domain.motifs import Mode, Motif
from cnapp.domain.openings import Promised, free_stretches
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place, Travel
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import Option, Proposal, Takeover, Way
from cnapp.domain.travels import by_pair
from cnapp.services import absences
from cnapp.services.journal import By
from cnapp.services.replanning import SOONEST, propose
from cnapp.web.application import Application
from tests.factories import (
    habilitate,
    make_appointment,
    make_citizen,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    make_travel,
    metz,
)
from tests.support import FrozenClock

DAYS = ("2026-11-30", "2026-12-01")
HALVES = (("08:30", "11:30"), ("12:00", "14:00"), ("14:15", "17:30"))


class Undone(Exception):
    """Nothing of it stays."""


def make_town(random: Random) -> list[Staff]:
    places = [make_place("A"), make_place("B", step_free=random.choice([None, False])), make_place("C")]
    for one, other in combinations(places, 2):
        if random.random() < 0.7:
            make_travel(one, other, random.choice([10, 20, 45]))
    team = [make_staff(f"C{number}", languages=random.choice([(), ("ar",), ("fsl",)])) for number in range(4)]
    team.append(make_staff("Claire", role=Role.COORDINATOR, receives=random.random() < 0.3))
    for staff in team:
        if random.random() < 0.5:
            habilitate(staff, "famille")
    motifs = [
        make_motif(duration_minutes=30, buffer_minutes=5),
        make_motif(duration_minutes=45),
        make_motif(duration_minutes=60, mode=Mode.FOR, perimeter="famille"),
    ]
    often = [make_citizen("Léa Muller", phone=f"+3361234567{number}") for number in range(3)]
    for presence in _presences(random, team[:4], places):
        _book(random, presence, motifs, often)
    return team


def _presences(random: Random, team: list[Staff], places: list[Place]) -> Iterator[Presence]:
    for staff in team:
        for day in DAYS:
            for start, end in HALVES:
                if random.random() < 0.8:
                    with suppress(Refusal):
                        yield make_presence(
                            f"{day} {start}",
                            end,
                            conseiller=staff,
                            place=random.choice(places),
                            takes_appointments=random.random() < 0.85,
                            takes_walk_ins=random.random() < 0.4,
                            walk_in_minutes=random.choice([0, 30]),
                        )


def _book(random: Random, presence: Presence, motifs: list[Motif], often: list[Citizen]) -> None:
    at, share = presence.starts_at, random.choice([0, 0, 0.5, 0.8])
    while presence.takes_appointments and at + timedelta(minutes=60) <= presence.ends_at:
        if random.random() < share:
            known = random.choice(often) if random.random() < 0.4 else None
            person = known or make_citizen(language=random.choice([None, None, "ar"]))
            needs = random.choice([[], [], [Need.WHEELCHAIR], [Need.SIGN_LANGUAGE]])
            motif = random.choice(motifs)
            at = make_appointment(
                presence, f"{local(at):%Y-%m-%d %H:%M}", motif=motif, person=person, needs=needs
            ).ends_at
        at += timedelta(minutes=15)


def fall_ill(random: Random, team: list[Staff], now: datetime) -> list[Appointment]:
    """One or two of those who are expected most, for the day or for a part of it."""
    first = Appointment.starts_at < metz(f"{DAYS[1]} 00:00")
    busy = Counter(db.session.scalars(select(Appointment.conseiller_id).where(first)))
    ids = [number for number, _ in busy.most_common(random.choice([1, 1, 2]))]
    absent = [each for each in team if each.id in ids]
    start, end = random.choice([("00:00", "23:00"), ("10:00", "15:00")])
    wanted = absences.Wanted(absent, Span(metz(f"{DAYS[0]} {start}"), metz(f"{DAYS[0]} {end}")), Cause.ILLNESS)
    with transaction(*(each.id for each in absent)):
        absences.enter(wanted, by=By.staff(absent[0]), now=now)
    return list(db.session.scalars(appointments_whole().where(Appointment.status == Status.DISPLACED)))


@pytest.mark.parametrize("seed", range(14))
def test_the_database_accepts_whatever_is_proposed(app: Application, clock: FrozenClock, seed: int) -> None:
    random = Random(seed)
    clock.set(f"{DAYS[0]} {random.choice(['07:30', '09:40'])}")
    team = make_town(random)
    touched = fall_ill(random, team, clock())
    proposals = propose(touched, now=clock())
    assert set(proposals) == {each.id for each in touched}
    for appointment in touched:
        proposal = proposals[appointment.id]
        for option in filter(None, (proposal.option, *proposal.alternatives)):
            assert_suits(option, appointment, clock())
    assert_nobody_is_at_two_places(proposals)
    with suppress(Undone), transaction(*(each.id for each in team)):
        presences = take_over({each.option.takeover for each in proposals.values() if each.option} - {None}, clock())
        for proposal in proposals.values():
            if proposal.option:
                promise(proposal.option, presences)
        for proposal in proposals.values():
            assert_alternatives(proposal, clock())
        raise Undone


def take_over(takeovers: set[Takeover | None], now: datetime) -> dict[Takeover, Presence]:
    return {each: _take_over(each, now) for each in takeovers if each}


def _take_over(takeover: Takeover, now: datetime) -> Presence:
    for number in takeover.gives_up:
        db.session.get_one(Presence, number).withdrawn_at = now
        db.session.flush()
    presence = Presence(
        public_id=new_public_id(),
        conseiller_id=takeover.colleague_id,
        place_id=takeover.place_id,
        starts_at=takeover.span.start,
        ends_at=takeover.span.end,
        updated_at=now,
    )
    db.session.add(presence)
    db.session.flush()
    return presence


def promise(option: Option, presences: dict[Takeover, Presence]) -> None:
    """Raises the guard's own error where it meets anything."""
    presence_id = presences[option.takeover].id if option.takeover else option.presence_id
    times = {"starts_at": option.starts_at, "ends_at": option.ends_at}
    whose = {"conseiller_id": option.conseiller_id, "presence_id": presence_id}
    db.session.add(Commitment(kind=Kind.APPOINTMENT, **whose, **times))
    db.session.flush()


def assert_alternatives(proposal: Proposal, now: datetime) -> None:
    for option in proposal.alternatives:
        with suppress(Undone), db.session.begin_nested():
            promise(option, take_over({option.takeover}, now))
            raise Undone


def assert_nobody_is_at_two_places(proposals: dict[int, Proposal]) -> None:
    """Each of their times beside all that stands, and all that is proposed, for the same person."""
    appointments = db.session.scalars(appointments_whole()).all()
    places = {place.id: place for place in db.session.scalars(select(Place))}
    ways = Ways(places, by_pair(db.session.scalars(select(Travel))))
    given = {each.id: (each.span, each.presence.place_id) for each in appointments if each.stands}
    given |= {number: (each.option.span, each.option.place_id) for number, each in proposals.items() if each.option}
    person_of = {each.id: each.person_id for each in appointments}
    for number, proposal in proposals.items():
        beside = [each for other, each in given.items() if other != number and person_of[other] == person_of[number]]
        for option in filter(None, (proposal.option, *proposal.alternatives)):
            for span, place_id in beside:
                minutes = timedelta(minutes=ways.minutes_between(place_id, option.place_id))
                first, second = sorted((span, option.span))
                assert second.start - first.end >= minutes


def assert_suits(option: Option, appointment: Appointment, now: datetime) -> None:
    staff = db.session.get_one(Staff, option.conseiller_id)
    place = db.session.get_one(Place, option.place_id)
    day = day_of(option.starts_at)
    assert option.starts_at >= now + SOONEST
    assert timedelta() <= day - day_of(appointment.starts_at) <= timedelta(days=21)
    assert option.span.minutes == appointment.span.minutes
    assert staff.receives and staff.is_in_post(day)
    perimeter = appointment.motif.perimeter
    assert perimeter is None or any(each.allows(perimeter, day) for each in staff.habilitations)
    assert Need.WHEELCHAIR not in appointment.needs or place.step_free is not False
    assert_speaks(staff, appointment)
    if option.way is not Way.TAKEOVER:
        assert_is_free(option, appointment)


def assert_speaks(staff: Staff, appointment: Appointment) -> None:
    """Whatever they had of their languages; the signs above all."""
    had, has = ({each.code for each in one.languages} for one in (appointment.conseiller, staff))
    if "fsl" in had and Need.SIGN_LANGUAGE in appointment.needs:
        assert "fsl" in has
    elif appointment.person.language in had:
        assert appointment.person.language in has


def assert_is_free(option: Option, appointment: Appointment) -> None:
    """As openings see it: the rests of those before, and one's own before the next."""
    presence = db.session.get_one(Presence, option.presence_id)
    assert presence.takes_appointments
    rows = db.session.scalars(select(Commitment).where(Commitment.conseiller_id == option.conseiller_id)).all()
    taken = [Promised(row.span, row.buffer_minutes) for row in rows]
    assert any(each.covers(option.span) for each in free_stretches(presence.span, presence.pause, taken))
    rested = option.ends_at + timedelta(minutes=appointment.motif.buffer_minutes)
    assert all(
        rested <= row.starts_at for row in rows if row.starts_at >= option.ends_at and row.presence_id == presence.id
    )
