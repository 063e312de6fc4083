"""A session whose leader is absent: another leads it, it is held another day, or it is cancelled; never forgotten."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.domain.absences import Absence, Cause
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.kits import Kit, Loan
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import LETTERS_AFTER, Displacement, RecoveryPlan, Standing
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import CALL_VALUE, CANCEL_VALUE, ProposalUnknown, Way
from cnapp.domain.registrations import Registration
from cnapp.domain.registrations import Standing as Registered
from cnapp.domain.seats import Seat
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Status, Workshop
from cnapp.services import absences, plan_applications, plan_undoings, plan_work, plans, waiting_list, workshops
from cnapp.services.journal import By
from cnapp.services.plan_applications import Applied
from cnapp.services.plan_undoings import Undone
from cnapp.services.plan_work import Row
from cnapp.services.workshop_programmes import lend_kits
from cnapp.web.application import Application
from tests.factories import (
    make_appointment,
    make_kit,
    make_place,
    make_presence,
    make_registration,
    make_staff,
    make_workshop,
    metz,
)
from tests.support import FrozenClock

DAY, NEXT_WEEK = "2026-12-03", "2026-12-10"


class Town:
    """Nadia leads a workshop at Borny on Thursday morning, and falls ill."""

    def __init__(self, app: Application, clock: FrozenClock) -> None:
        self.app, self.clock = app, clock
        self.borny, self.nadia = make_place("Borny"), make_staff("Nadia")
        self.boss = make_staff("Ruth", role=Role.COORDINATOR, receives=False)
        self.workshop = make_workshop(f"{DAY} 09:00", minutes=120, place=self.borny, leader=self.nadia)

    @property
    def session(self) -> WorkshopSession:
        return self.workshop.sessions[0]

    def there(self, name: str = "Zoé", day: str = DAY, place: Place | None = None, **columns: object) -> Staff:
        staff = make_staff(name)
        make_presence(f"{day} 09:00", "12:00", conseiller=staff, place=place or self.borny, **columns)
        return staff

    def fall_ill(self, *people: Staff, until: str = f"{DAY} 18:00") -> RecoveryPlan:
        people = people or (self.nadia,)
        wanted = absences.Wanted(people, Span(metz(f"{DAY} 08:00"), metz(until)), Cause.ILLNESS)
        with transaction(*(each.id for each in people)):
            return absences.enter(wanted, by=By.staff(people[0]), now=self.clock())

    def open(self, plan: RecoveryPlan) -> list[Row]:
        for look in plan_work.LOOKS:
            found = look(plan, now=self.clock())
            with transaction(*found.people):
                plan_work.hold(plan, found, now=self.clock())
        return plan_work.rows_of(plan)

    def row(self, plan: RecoveryPlan) -> Row:
        """Of the session."""
        (row,) = (each for each in self.open(plan) if each.line.session)
        return row

    def apply(self, plan: RecoveryPlan, choices: dict[str, str], *, whole: bool = False) -> Applied:
        with transaction(*plan_work.people_of(plan, choices)):
            by, settings = By.staff(self.boss), self.app.settings
            return plan_applications.apply(plan, choices, whole=whole, by=by, settings=settings, now=self.clock())

    def choose(self, plan: RecoveryPlan, value: str) -> Applied:
        return self.apply(plan, {self.row(plan).line.public_id: value})

    def as_proposed(self, plan: RecoveryPlan) -> Applied:
        return self.apply(plan, {row.line.public_id: row.proposal.value for row in self.open(plan) if row.proposal})

    def undo(self, plan: RecoveryPlan) -> Undone:
        with transaction(*plan_undoings.people_applied(plan, now=self.clock())):
            return plan_undoings.undo(plan, by=By.staff(self.boss), now=self.clock())


@pytest.fixture
def town(app: Application, clock: FrozenClock) -> Town:
    return Town(app, clock)


def make_loan(kit: Kit, workshop: Workshop) -> None:
    with transaction():
        lend_kits(workshop, [kit])


def names(row: Row) -> list[str]:
    """Of those who could lead it at its hour, the best first."""
    assert row.proposal is not None
    options = [each for each in (row.proposal.option, *row.proposal.alternatives) if each]
    return [each.conseiller_name for each in options if each.way is not Way.LATER]


def later(row: Row) -> str:
    """The value of holding it another day."""
    assert row.proposal is not None
    options = (row.proposal.option, *row.proposal.alternatives)
    return next(each.value for each in options if each and each.way is Way.LATER)


def holds() -> list[tuple[int, Span]]:
    found = select(Commitment).where(Commitment.kind == Kind.HOLD).order_by(Commitment.id)
    return [(each.conseiller_id, each.span) for each in db.session.scalars(found)]


def letters(letter: Letter) -> list[Due]:
    return list(db.session.scalars(select(Due).where(Due.letter == letter).order_by(Due.id)))


def waits(session: WorkshopSession, line: Displacement) -> bool:
    db.session.refresh(session)
    db.session.refresh(line)
    return bool(session.displaced_at) and line.is_open and not any(each.commitment_id for each in session.leadings)


def test_whoever_is_there_is_proposed_held_and_leads_it(town: Town) -> None:
    zoe = town.there()
    plan = town.fall_ill()
    assert town.session.displaced_at == town.clock()
    row = town.row(plan)
    assert row.option and (row.option.way, row.option.conseiller_name) == (Way.SAME_TIME, "Zoé")
    assert holds() == [(zoe.id, town.session.span)]

    assert town.as_proposed(plan) == Applied([row.line], [])
    assert (town.session.displaced_at, town.session.leaders) == (None, [zoe])
    assert (row.line.standing, row.line.way) == (Standing.SETTLED, Way.SAME_TIME)
    assert holds() == []
    assert letters(Letter.WORKSHOP_CHANGED) == []


def test_who_is_there_comes_first_and_who_is_busy_cannot(town: Town) -> None:
    town.there()
    make_appointment(make_presence(f"{DAY} 09:00", "12:00", conseiller=make_staff("Elif")), f"{DAY} 09:00")
    make_staff("Anne", role=Role.COORDINATOR)
    assert names(town.row(town.fall_ill())) == ["Zoé", "Anne"]


def test_a_workshop_in_another_language_is_led_by_whoever_speaks_it(town: Town) -> None:
    town.workshop.language = "ar"
    db.session.commit()
    town.there()
    assert town.row(town.fall_ill()).option is None


def test_whoever_gives_something_up_for_it_has_it_again_when_all_is_undone(town: Town) -> None:
    hugo = town.there("Hugo", place=make_place("Sablon"), takes_appointments=False, takes_walk_ins=True)
    elsewhere = db.session.scalars(select(Presence).where(Presence.conseiller_id == hugo.id)).one()
    plan = town.fall_ill()
    row = town.row(plan)
    assert row.option and row.option.takeover and row.option.takeover.gives_up == (elsewhere.id,)
    assert holds() == [(hugo.id, elsewhere.span)]

    town.as_proposed(plan)
    assert elsewhere.withdrawn_at
    assert town.session.leaders == [hugo]
    assert town.undo(plan) == Undone([row.line], [])
    assert waits(town.session, row.line)
    theirs = select(Presence).where(Presence.conseiller_id == hugo.id, Presence.withdrawn_at.is_(None))
    assert db.session.scalars(theirs).all() == [elsewhere]


def test_the_colleague_who_takes_the_presence_over_leads_what_stands_in_it(town: Town) -> None:
    """An appointment and the session, in one presence: one colleague, who comes once."""
    presence = db.session.scalars(select(Presence)).one()
    presence.takes_appointments, presence.ends_at = True, metz(f"{DAY} 12:00")
    db.session.commit()
    make_appointment(presence, f"{DAY} 11:00")
    hugo = make_staff("Hugo")
    plan = town.fall_ill()
    assert [row.proposal.way for row in town.open(plan) if row.proposal] == [Way.TAKEOVER, Way.TAKEOVER]
    town.as_proposed(plan)
    made = db.session.scalars(select(Presence).where(Presence.conseiller_id == hugo.id)).one()
    assert made.span == presence.span
    assert [line.standing for line in plans.lines_of(plan)] == [Standing.SETTLED, Standing.PROPOSED]
    town.undo(plan)
    assert [line.standing for line in plans.lines_of(plan)] == [Standing.OPEN, Standing.OPEN]
    assert made.withdrawn_at


def test_the_workshop_comes_before_one_person(town: Town) -> None:
    """Zoé is the only one there, and leads; whoever had an appointment at that time comes later."""
    presence = make_presence(f"{DAY} 13:00", "14:00", conseiller=town.nadia, place=town.borny)
    make_appointment(presence, f"{DAY} 13:00")
    zoe = town.there()
    plan = town.fall_ill()
    session, person = town.open(plan)
    assert session.option and session.option.conseiller_id == zoe.id
    assert person.option and person.option.starts_at >= metz(f"{DAY} 11:00")


def test_two_sessions_at_one_time_are_led_by_two(town: Town) -> None:
    """Elif could do either, Zoé only the first: both are led."""
    sablon, omar = make_place("Sablon"), make_staff("Omar")
    make_workshop(f"{DAY} 09:00", minutes=120, place=sablon, leader=omar)
    elif_ = town.there("Elif", place=sablon, takes_walk_ins=True, takes_appointments=False)
    zoe = town.there("Zoé")
    plan = town.fall_ill(town.nadia, omar)
    options = [row.option for row in town.open(plan)]
    assert [each and each.conseiller_id for each in options] == [zoe.id, elif_.id]
    assert town.as_proposed(plan).returned == []


def test_another_day_with_whoever_led_it_and_its_kits(town: Town) -> None:
    make_loan(make_kit(), town.workshop)
    lent = make_registration(town.workshop, borrows=True)
    make_presence(f"{NEXT_WEEK} 09:00", "12:00", conseiller=town.nadia, place=town.borny)
    plan = town.fall_ill()
    row = town.row(plan)
    assert row.option and (row.option.way, row.option.starts_at) == (Way.LATER, metz(f"{NEXT_WEEK} 09:00"))

    town.choose(plan, row.option.value)
    assert (town.session.starts_at, town.session.leaders) == (metz(f"{NEXT_WEEK} 09:00"), [town.nadia])
    assert db.session.scalars(select(Loan)).one().starts_at == town.session.starts_at
    (letter,) = letters(Letter.WORKSHOP_CHANGED)
    assert letter.due_at == town.clock() + LETTERS_AFTER
    before = lent.version

    town.clock.advance(minutes=4)
    assert town.undo(plan) == Undone([row.line], [])
    assert waits(town.session, row.line)
    db.session.refresh(lent)
    assert (town.session.span, town.workshop.starts_at) == (row.line.span, row.line.starts_at)
    assert db.session.scalars(select(Loan)).one().starts_at == row.line.starts_at
    assert db.session.scalars(select(Seat)).one().borrows
    assert lent.version > before


def test_a_week_in_which_the_kit_is_elsewhere_is_left_out(town: Town) -> None:
    kit = make_kit()
    make_loan(kit, town.workshop)
    other = make_workshop(f"{NEXT_WEEK} 14:00", place=make_place("Sablon"), leader=make_staff("Omar"))
    make_loan(kit, other)
    for day in (NEXT_WEEK, "2026-12-17"):
        make_presence(f"{day} 09:00", "12:00", conseiller=town.nadia, place=town.borny)
    assert later(town.row(town.fall_ill())).endswith("@20261217T0800Z")


def test_one_date_of_a_cycle_is_moved_on_its_own_page(town: Town) -> None:
    make_workshop(f"{DAY} 14:00", f"{NEXT_WEEK} 14:00", place=town.borny, leader=town.nadia)
    plan = town.fall_ill()
    *_, row = town.open(plan)
    assert row.proposal and (row.proposal.option, row.proposal.alternatives) == (None, ())


def test_a_forged_press_cancels_no_cycle(town: Town) -> None:
    """The page offers it for none; its other dates keep their leaders."""
    cycle = make_workshop(f"{DAY} 14:00", f"{NEXT_WEEK} 14:00", place=town.borny, leader=town.nadia)
    plan = town.fall_ill()
    *_, row = town.open(plan)
    assert town.apply(plan, {row.line.public_id: CANCEL_VALUE}) == Applied([], [row.line])
    db.session.refresh(cycle)
    assert (cycle.status, row.line.is_open) == (Status.PUBLISHED, True)
    assert [bool(each.leadings) for each in cycle.sessions] == [False, True]


def test_whoever_took_an_offered_seat_meanwhile_is_told_so(town: Town) -> None:
    """Between the press and its undoing: the workshop is as it was, and they have their seat."""
    make_presence(f"{NEXT_WEEK} 09:00", "12:00", conseiller=town.nadia, place=town.borny)
    offered = make_registration(town.workshop, status=Registered.OFFERED, answer_by=metz(f"{DAY} 08:00"))
    plan = town.fall_ill()
    town.as_proposed(plan)
    town.clock.advance(minutes=1)
    with transaction():
        waiting_list.accept(offered, by=By.citizen(), settings=town.app.settings, now=town.clock())
    town.clock.advance(minutes=1)
    assert town.undo(plan).left == []
    db.session.refresh(offered)
    assert [each.version for each in letters(Letter.REGISTERED)][-1] == offered.version
    assert letters(Letter.REGISTERED)[-1].outcome is None


def test_another_week_is_at_the_same_hour_when_the_clock_changes_between(town: Town) -> None:
    """9 h is 8 h in Greenwich on 25 March 2027, and 7 h a week later."""
    town.clock.set("2027-03-24 08:00")
    make_workshop("2027-03-25 09:00", place=town.borny, leader=town.nadia)
    town.there(day="2027-04-01")
    wanted = absences.Wanted([town.nadia], Span(metz("2027-03-25 08:00"), metz("2027-03-25 18:00")), Cause.ILLNESS)
    with transaction(town.nadia.id):
        plan = absences.enter(wanted, by=By.staff(town.nadia), now=town.clock())
    assert later(town.row(plan)).endswith("@20270401T0700Z")


def test_cancelled_everybody_is_told_in_five_minutes_and_undone_they_come(town: Town) -> None:
    make_loan(make_kit(), town.workshop)
    comes = make_registration(town.workshop, "Aïssatou Ba", phone="+33353019901", borrows=True)
    waiting = make_registration(town.workshop, "Jean Weber", phone="+33353019902", status=Registered.WAITING)
    since = waiting.waiting_since
    plan = town.fall_ill()
    row = town.row(plan)
    town.choose(plan, CANCEL_VALUE)
    assert (town.workshop.status, row.line.standing) == (Status.CANCELLED, Standing.ENDED)
    assert {each.due_at for each in letters(Letter.WORKSHOP_CANCELLED)} == {town.clock() + LETTERS_AFTER}
    assert len(letters(Letter.WORKSHOP_CANCELLED)) == 2

    town.clock.advance(minutes=4)
    assert town.undo(plan) == Undone([row.line], [])
    assert waits(town.session, row.line)
    for each in (town.workshop, comes, waiting):
        db.session.refresh(each)
    assert (town.workshop.status, town.workshop.cancelled_at) == (Status.PUBLISHED, None)
    assert (comes.status, comes.is_lent) == (Registered.REGISTERED, True)
    assert (waiting.status, waiting.waiting_since) == (Registered.WAITING, since)
    assert all(each.version < _version(each) for each in letters(Letter.WORKSHOP_CANCELLED))
    assert len(db.session.scalars(select(Loan)).all()) == 1


def _version(due: Due) -> int:
    return db.session.get_one(Registration, due.registration_id).version


def test_what_somebody_was_to_be_told_before_is_told_all_the_same(town: Town) -> None:
    """They registered a moment before the workshop was cancelled, and that was undone."""
    person = make_registration(town.workshop)
    (due,) = letters(Letter.REGISTERED)
    due.settled_at, due.outcome, due.channel = None, None, None
    db.session.commit()
    town.clock.advance(seconds=20)
    plan = town.fall_ill()
    town.choose(plan, CANCEL_VALUE)
    town.undo(plan)
    db.session.refresh(person)
    assert [each.version for each in letters(Letter.REGISTERED)] == [1, person.version]


def test_a_kit_that_went_elsewhere_meanwhile_leaves_it_cancelled(town: Town) -> None:
    kit = make_kit()
    make_loan(kit, town.workshop)
    plan = town.fall_ill()
    line = town.row(plan).line
    town.choose(plan, CANCEL_VALUE)
    other = make_workshop(f"{DAY} 10:00", place=make_place("Sablon"), leader=make_staff("Omar"))
    make_loan(kit, other)
    assert town.undo(plan) == Undone([], [line])
    db.session.refresh(town.workshop)
    assert (town.workshop.status, line.standing) == (Status.CANCELLED, Standing.ENDED)


def test_what_was_changed_since_is_left_alone(town: Town) -> None:
    town.there()
    plan = town.fall_ill()
    town.as_proposed(plan)
    with transaction(*(each.id for each in town.session.leaders)):
        workshops.withdraw(town.workshop, by=By.staff(town.boss), now=town.clock())
    (line,) = plans.lines_of(plan)
    assert town.undo(plan) == Undone([], [line])
    assert [each.first_name for each in town.session.leaders] == ["Zoé"]


def test_messages_that_left_at_once_are_not_taken_back(town: Town) -> None:
    """It was today: whoever is registered knows."""
    town.clock.set(f"{DAY} 07:30")
    make_registration(town.workshop)
    plan = town.fall_ill()
    (line,) = plans.lines_of(plan)
    town.choose(plan, CANCEL_VALUE)
    assert [each.due_at for each in letters(Letter.WORKSHOP_CANCELLED)] == [town.clock()]
    assert town.undo(plan) == Undone([], [line])


def test_whoever_registered_meanwhile_for_the_new_day_keeps_it(town: Town) -> None:
    make_presence(f"{NEXT_WEEK} 09:00", "12:00", conseiller=town.nadia, place=town.borny)
    plan = town.fall_ill()
    town.as_proposed(plan)
    town.clock.advance(minutes=1)
    make_registration(town.workshop, created_at=town.clock())
    (line,) = plans.lines_of(plan)
    assert town.undo(plan) == Undone([], [line])
    assert town.session.starts_at == metz(f"{NEXT_WEEK} 09:00")


def test_a_leader_who_was_taken_meanwhile_comes_back_with_another(town: Town) -> None:
    make_staff("Hugo")
    zoe = town.there()
    plan = town.fall_ill()
    choices = {town.row(plan).line.public_id: town.row(plan).proposal.value}
    with transaction():
        db.session.execute(delete(Commitment).where(Commitment.kind == Kind.HOLD))
    theirs = db.session.scalars(select(Presence).where(Presence.conseiller_id == zoe.id)).one()
    make_appointment(theirs, f"{DAY} 09:00")
    applied = town.apply(plan, choices)
    assert [line.session for line in applied.returned] == [town.session]
    assert names(town.row(plan)) == ["Hugo"]


def test_an_alternative_is_held_instead(town: Town) -> None:
    town.there("Elif")
    town.there("Zoé")
    plan = town.fall_ill()
    row = town.row(plan)
    other = row.proposal.alternatives[0]
    with transaction(*plan_work.people_of(plan, {row.line.public_id: other.value})):
        assert plan_work.choose(plan, {row.line.public_id: other.value}, now=town.clock()) == []
    assert [each for each, _ in holds()] == [other.conseiller_id]
    town.choose(plan, other.value)
    assert [each.first_name for each in town.session.leaders] == [other.conseiller_name]


def test_nobody_calls_a_workshop_and_nobody_cancels_a_person(town: Town) -> None:
    make_appointment(make_presence(f"{DAY} 14:00", "16:00", conseiller=town.nadia, place=town.borny), f"{DAY} 14:00")
    plan = town.fall_ill()
    session, person = town.open(plan)
    for row, value in ((session, CALL_VALUE), (person, CANCEL_VALUE)):
        with pytest.raises(ProposalUnknown):
            plan_work.chosen(row, value)


def test_taken_back_its_leader_leads_it_again(town: Town) -> None:
    plan = town.fall_ill()
    absence = db.session.scalars(select(Absence)).one()
    with transaction(town.nadia.id):
        absences.withdraw(absence, by=By.staff(town.nadia), now=town.clock())
    db.session.expire_all()
    assert (town.session.displaced_at, town.session.leaders) == (None, [town.nadia])
    assert [line.standing for line in plans.lines_of(plan)] == [Standing.REINSTATED]


def test_cancelled_on_its_own_page_it_waits_for_nobody(town: Town) -> None:
    plan = town.fall_ill()
    workshop = db.session.get_one(Workshop, town.session.workshop_id)
    with transaction(town.nadia.id):
        workshops.cancel(workshop, by=By.staff(town.nadia), settings=town.app.settings, now=town.clock())
    assert [line.standing for line in plans.lines_of(plan)] == [Standing.ENDED]
