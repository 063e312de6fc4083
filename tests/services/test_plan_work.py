"""Plans: proposals are held while somebody looks, applied all at once, undone while no letter has left."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.domain.absences import Cause
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement, NothingApplied, RecoveryPlan, Standing, TooLateToUndo
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import CALL_VALUE, ProposalUnknown, Way
from cnapp.services import absences, plan_applications, plan_undoings, plan_work
from cnapp.services.appointments import cancel
from cnapp.services.journal import By
from cnapp.services.plan_applications import Applied, SomeTaken
from cnapp.services.plan_undoings import Undone
from cnapp.services.plan_work import Row
from cnapp.web.application import Application
from tests.factories import (
    make_absence,
    make_appointment,
    make_place,
    make_presence,
    make_staff,
    metz,
)
from tests.support import FrozenClock

DAY = "2026-12-03"


class Town:
    """Nadia has two appointments at Borny on Thursday morning, and falls ill."""

    def __init__(self, app: Application, clock: FrozenClock) -> None:
        self.app, self.clock = app, clock
        self.anne = make_staff("Anne", role=Role.COORDINATOR, receives=False)
        self.nadia, self.borny = make_staff("Nadia"), make_place("Borny")
        self.presence = make_presence(f"{DAY} 09:00", "12:00", conseiller=self.nadia, place=self.borny)
        self.appointments = [make_appointment(self.presence, f"{DAY} {hour}") for hour in ("09:00", "10:00")]

    def hugo(self, place: Place | None = None, **columns: object) -> Presence:
        """There, or elsewhere, at the same time."""
        hugo = make_staff("Hugo")
        return make_presence(f"{DAY} 09:00", "12:00", conseiller=hugo, place=place or self.borny, **columns)

    def fall_ill(self) -> RecoveryPlan:
        wanted = absences.Wanted([self.nadia], Span(metz(f"{DAY} 08:00"), metz(f"{DAY} 18:00")), Cause.ILLNESS)
        with transaction(self.nadia.id):
            return absences.enter(wanted, by=By.staff(self.nadia), now=self.clock())

    def open(self, plan: RecoveryPlan) -> list[Row]:
        for look in plan_work.LOOKS:
            found = look(plan, now=self.clock())
            with transaction(*found.people):
                plan_work.hold(plan, found, now=self.clock())
        return plan_work.rows_of(plan)

    def apply(self, plan: RecoveryPlan, choices: dict[str, str], *, whole: bool = False) -> Applied:
        with transaction(*plan_work.people_of(plan, choices)):
            by, settings = By.staff(self.anne), self.app.settings
            return plan_applications.apply(plan, choices, whole=whole, by=by, settings=settings, now=self.clock())

    def undo(self, plan: RecoveryPlan) -> Undone:
        with transaction(*plan_undoings.people_applied(plan, now=self.clock())):
            return plan_undoings.undo(plan, by=By.staff(self.anne), now=self.clock())


@pytest.fixture
def town(app: Application, clock: FrozenClock) -> Town:
    return Town(app, clock)


def ways(rows: Sequence[Row]) -> list[Way]:
    return [row.proposal.way for row in rows if row.proposal]


def as_proposed(rows: Sequence[Row]) -> dict[str, str]:
    return {row.line.public_id: row.proposal.value for row in rows if row.proposal}


def holds() -> list[Span]:
    found = select(Commitment).where(Commitment.kind == Kind.HOLD).order_by(Commitment.starts_at)
    return [each.span for each in db.session.scalars(found)]


def last_letter(appointment: Appointment) -> Due:
    mine = select(Due).where(Due.appointment_id == appointment.id).order_by(Due.id.desc())
    return db.session.scalars(mine.limit(1)).one()


def test_a_colleague_who_is_there_keeps_everybody_at_their_hour(town: Town) -> None:
    town.hugo()
    plan = town.fall_ill()
    rows = town.open(plan)
    assert ways(rows) == [Way.SAME_TIME, Way.SAME_TIME]
    assert holds() == [each.span for each in town.appointments]
    assert all(each.status is Status.DISPLACED for each in town.appointments)

    assert town.apply(plan, as_proposed(rows)) == Applied([row.line for row in rows], [])

    first = town.appointments[0]
    assert (first.status, first.conseiller.first_name, first.starts_at) == (Status.BOOKED, "Hugo", metz(f"{DAY} 09:00"))
    assert [row.line.standing for row in plan_work.rows_of(plan)] == [Standing.PROPOSED, Standing.PROPOSED]
    assert holds() == []
    letter = last_letter(first)
    assert (letter.letter, (letter.due_at - letter.created_at).total_seconds()) == (Letter.REPLACED, 300)
    assert town.clock() < rows[0].line.answer_until < first.starts_at


def test_a_free_colleague_takes_the_whole_presence_over(town: Town) -> None:
    hugo = make_staff("Hugo")
    plan = town.fall_ill()
    rows = town.open(plan)
    assert ways(rows) == [Way.TAKEOVER, Way.TAKEOVER]
    town.apply(plan, as_proposed(rows))
    made = db.session.scalars(select(Presence).where(Presence.conseiller_id == hugo.id)).one()
    assert (made.place, made.span) == (town.borny, town.presence.span)
    assert {each.presence for each in town.appointments} == {made}


def test_what_a_takeover_gives_up_is_nobodys_to_book_meanwhile(town: Town) -> None:
    sablon = make_place("Sablon")
    elsewhere = town.hugo(sablon, takes_appointments=False, takes_walk_ins=True)
    plan = town.fall_ill()
    rows = town.open(plan)
    assert ways(rows) == [Way.TAKEOVER, Way.TAKEOVER]
    assert holds() == [elsewhere.span]
    town.apply(plan, as_proposed(rows))
    assert elsewhere.withdrawn_at is not None
    assert holds() == []
    town.undo(plan)
    assert elsewhere.withdrawn_at is None
    assert [each.status for each in town.appointments] == [Status.DISPLACED, Status.DISPLACED]


def test_what_a_takeover_would_have_given_up_is_free_once_nobody_is_proposed_it(town: Town) -> None:
    elsewhere = town.hugo(make_place("Sablon"), takes_appointments=False, takes_walk_ins=True)
    plan = town.fall_ill()
    first, second = town.open(plan)
    for row, left in ((first, [elsewhere.span]), (second, [])):
        choices = {row.line.public_id: CALL_VALUE}
        with transaction(*plan_work.people_of(plan, choices)):
            plan_work.choose(plan, choices, now=town.clock())
        assert holds() == left


def test_undone_all_is_as_it_was_and_no_letter_stands(town: Town) -> None:
    town.hugo()
    plan = town.fall_ill()
    town.apply(plan, as_proposed(town.open(plan)))
    town.clock.advance(minutes=4)
    undone = town.undo(plan)
    assert len(undone.undone) == 2
    first = town.appointments[0]
    assert (first.status, first.conseiller, first.span) == (Status.DISPLACED, town.nadia, undone.undone[0].span)
    assert last_letter(first).letter is Letter.DISPLACED
    assert ways(town.open(plan)) == [Way.SAME_TIME, Way.SAME_TIME]
    with pytest.raises(NothingApplied):
        town.undo(plan)


def test_once_letters_have_left_nothing_is_undone(town: Town) -> None:
    town.hugo()
    plan = town.fall_ill()
    town.apply(plan, as_proposed(town.open(plan)))
    town.clock.advance(minutes=5)
    with pytest.raises(TooLateToUndo):
        town.undo(plan)
    assert town.appointments[0].status is Status.BOOKED


def _take_first(town: Town, there: Presence, rows: Sequence[Row]) -> None:
    """The hold has expired, and somebody books."""
    town.clock.advance(minutes=16)
    with transaction(there.conseiller_id):
        held = select(Commitment).where(Commitment.draft_id == rows[0].line.hold_key)
        db.session.delete(db.session.scalars(held).one())
    make_appointment(there, f"{DAY} 09:00")


def test_a_time_taken_meanwhile_comes_back_with_another_and_the_rest_is_applied(town: Town) -> None:
    there = town.hugo()
    plan = town.fall_ill()
    rows = town.open(plan)
    _take_first(town, there, rows)
    applied = town.apply(plan, as_proposed(rows))
    assert ([each.id for each in applied.done], [each.id for each in applied.returned]) == (
        [rows[1].line.id],
        [rows[0].line.id],
    )
    again = town.open(plan)[0]
    assert again.line.standing is Standing.OPEN
    assert again.option is None or again.option.starts_at != metz(f"{DAY} 09:00")


def test_or_nothing_is_applied_as_chosen(town: Town) -> None:
    there = town.hugo()
    plan = town.fall_ill()
    rows = town.open(plan)
    _take_first(town, there, rows)
    with pytest.raises(SomeTaken):
        town.apply(plan, as_proposed(rows), whole=True)
    assert [each.status for each in town.appointments] == [Status.DISPLACED, Status.DISPLACED]
    assert plan.applied_at is None


def test_another_option_may_be_chosen_and_is_held(town: Town) -> None:
    town.hugo()
    make_presence(f"{DAY} 13:00", "17:00", conseiller=make_staff("Ines"), place=town.borny)
    plan = town.fall_ill()
    rows = town.open(plan)
    other = next(each for each in rows[0].proposal.alternatives if each.way is Way.SAME_DAY)
    choices = {rows[0].line.public_id: other.value, rows[1].line.public_id: CALL_VALUE}
    town.apply(plan, choices)
    assert town.appointments[0].starts_at == other.starts_at
    assert [row.line.standing for row in plan_work.rows_of(plan)] == [Standing.PROPOSED, Standing.OPEN]


def test_what_no_page_proposed_is_refused(town: Town) -> None:
    town.hugo()
    plan = town.fall_ill()
    rows = town.open(plan)
    with pytest.raises(ProposalUnknown):
        town.apply(plan, {rows[0].line.public_id: "p1.1@20261203T0800Z"})


def test_a_colleague_who_is_absent_too_is_proposed_no_more(town: Town) -> None:
    there = town.hugo()
    plan = town.fall_ill()
    rows = town.open(plan)
    with transaction(there.conseiller_id):
        for each in db.session.scalars(select(Commitment).where(Commitment.kind == Kind.HOLD)):
            db.session.delete(each)
    make_absence(there.conseiller, f"{DAY} 08:00", f"{DAY} 18:00")
    applied = town.apply(plan, as_proposed(rows))
    assert (applied.done, len(applied.returned)) == ([], 2)
    assert all(row.option is None or row.option.conseiller_id != there.conseiller_id for row in town.open(plan))


def test_a_colleague_who_left_receives_nobody(town: Town) -> None:
    there = town.hugo()
    plan = town.fall_ill()
    rows = town.open(plan)
    with transaction():
        db.session.get_one(Staff, there.conseiller_id).disabled_at = town.clock()
    assert town.apply(plan, as_proposed(rows)).done == []


def test_two_plans_never_propose_one_colleague_twice(town: Town) -> None:
    make_staff("Hugo")
    elif_, sablon = make_staff("Elif"), make_place("Sablon")
    theirs = make_appointment(make_presence(f"{DAY} 09:00", "12:00", conseiller=elif_, place=sablon), f"{DAY} 09:00")
    plan = town.fall_ill()
    town.open(plan)
    wanted = absences.Wanted([elif_], Span(metz(f"{DAY} 08:00"), metz(f"{DAY} 18:00")), Cause.ILLNESS)
    with transaction(elif_.id):
        other = absences.enter(wanted, by=By.staff(elif_), now=town.clock())
    assert theirs.status is Status.DISPLACED
    assert Way.TAKEOVER not in ways(town.open(other))


def test_looking_again_renews_what_is_held(town: Town) -> None:
    town.hugo()
    plan = town.fall_ill()
    before = town.open(plan)
    town.clock.advance(minutes=10)
    assert as_proposed(town.open(plan)) == as_proposed(before)
    expiries = {each.expires_at for each in db.session.scalars(select(Commitment).where(Commitment.kind == Kind.HOLD))}
    assert len(expiries) == 1
    assert (expiries.pop() - town.clock()).total_seconds() == 900


def test_a_time_that_becomes_free_is_proposed_to_whoever_had_none(town: Town) -> None:
    plan = town.fall_ill()
    assert ways(town.open(plan)) == [Way.CALL, Way.CALL]
    make_presence("2026-12-08 09:00", "12:00", conseiller=town.nadia, place=town.borny)
    assert ways(town.open(plan)) == [Way.LATER, Way.LATER]


def test_whoever_chose_another_time_is_settled_and_left_alone(town: Town) -> None:
    there = town.hugo()
    plan = town.fall_ill()
    rows = town.open(plan)
    line = db.session.get_one(Displacement, rows[0].line.id)
    with transaction(there.conseiller_id, town.nadia.id):
        cancel(town.appointments[0], by=By.citizen(), now=town.clock())
    assert line.standing is Standing.ENDED
    assert holds() == [town.appointments[1].span]
    applied = town.apply(plan, as_proposed(rows))
    assert [each.id for each in applied.done] == [rows[1].line.id]


def test_whoever_is_given_to_a_colleague_who_falls_ill_is_displaced_again(town: Town) -> None:
    there = town.hugo()
    plan = town.fall_ill()
    town.apply(plan, as_proposed(town.open(plan)))
    wanted = absences.Wanted([there.conseiller], Span(metz(f"{DAY} 08:00"), metz(f"{DAY} 18:00")), Cause.ILLNESS)
    with transaction(there.conseiller_id):
        other = absences.enter(wanted, by=By.staff(town.anne), now=town.clock())
    assert [row.line.standing for row in plan_work.rows_of(plan)] == [Standing.SETTLED, Standing.SETTLED]
    assert [row.line.standing for row in plan_work.rows_of(other)] == [Standing.OPEN, Standing.OPEN]
    assert town.undo(plan).undone == []


def test_a_takeover_stands_for_the_others_when_one_of_its_people_cannot_be_given(town: Town) -> None:
    """The colleague is away for the first hour since the page was opened."""
    hugo = make_staff("Hugo")
    plan = town.fall_ill()
    rows = town.open(plan)
    make_absence(hugo, f"{DAY} 09:00", f"{DAY} 09:45")
    applied = town.apply(plan, as_proposed(rows))
    assert [each.id for each in applied.done] == [rows[1].line.id]
    assert [each.id for each in applied.returned] == [rows[0].line.id]
    assert town.appointments[1].conseiller == hugo
