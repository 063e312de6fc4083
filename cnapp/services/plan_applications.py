"""Applying a plan: everybody who was chosen a time has it, and is asked.

Callers lock `plan_work.people_of`, and commit: all of it at once or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import attempt, db, write
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import LET_GO
from cnapp.domain.outbox import Letter
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plan_queries import covers_of
from cnapp.domain.planning import NotInPost, Plan
from cnapp.domain.plans import LETTERS_AFTER, Cover, Displacement, NothingApplied, RecoveryPlan, Standing
from cnapp.domain.presences import Presence
from cnapp.domain.proposal_answers import answer_until
from cnapp.domain.proposals import Option, Takeover
from cnapp.services import plan_work, planning, session_decisions
from cnapp.services.appointment_letters import announce, note
from cnapp.services.appointments import give, promise
from cnapp.services.journal import By, record_about
from cnapp.services.plan_work import Choices, Row, key_of
from cnapp.services.plans import thing
from cnapp.services.team_letters import Meeting


class SomeTaken(Refusal):
    """`lines` are those whose time somebody took, when all or nothing was asked."""

    sentence = "Une heure a été prise entre-temps : rien n’a été appliqué. Une autre proposition est faite."

    def __init__(self, lines: Sequence[Displacement]) -> None:
        super().__init__()
        self.lines = lines


@dataclass(frozen=True)
class Applied:
    """Who has a time now, and whose time somebody took between the page and the press."""

    done: list[Displacement]
    returned: list[Displacement]


def apply(plan: RecoveryPlan, choices: Choices, *, whole: bool, by: By, settings: Settings, now: datetime) -> Applied:
    """`whole`: nothing, when one cannot. Raises SomeTaken then; ProposalUnknown."""
    session_decisions.hold_workshops(plan)
    returned = plan_work.choose(plan, choices, now=now)
    rows = [row for row in plan_work.rows_of(plan) if row.line not in returned]
    application = _Application(plan, by, settings, now)
    done = [row.line for row in rows if plan_work.is_cancelled(row, choices) and application.is_cancelled(row)]
    done += [row.line for row in rows if plan_work.is_chosen(row, choices) and application.is_given(row)]
    returned += [row.line for row in rows if plan_work.is_decided(row, choices) and row.line not in done]
    if returned and whole:
        raise SomeTaken(returned)
    for row in plan_work.rows_of(plan):
        if plan_work.is_to_call(row, choices):
            row.line.way = row.proposal.way if row.proposal else None
    if done:
        plan.applied_at, plan.letters_at = now, now + LETTERS_AFTER
        _propose_anew_where_covered(plan)
        record_about(thing(plan), "applied", by=by, now=now, given=len(done), returned=len(returned))
    db.session.flush()
    return Applied(done, returned)


def _propose_anew_where_covered(plan: RecoveryPlan) -> None:
    """A presence is taken over once: whoever is left of it is looked at again."""
    covered = {cover.presence_id for cover in db.session.scalars(covers_of(plan.id))}
    for row in plan_work.rows_of(plan):
        takeover = row.option.takeover if row.option else None
        if takeover and takeover.presence_id in covered:
            row.line.proposal = None


class _Application:
    """One press: takeovers are made once, for everybody whom they serve."""

    def __init__(self, plan: RecoveryPlan, by: By, settings: Settings, now: datetime) -> None:
        self._plan, self._by, self._settings, self._now = plan, by, settings, now
        self._made: dict[str, Presence | Refusal] = {}

    def is_given(self, row: Row) -> bool:
        """Whether the line has its new time; one whose time is gone is looked at anew."""
        if row.option is None:
            return False
        try:
            presence_id = self._presence_for(row.option)
            with attempt():
                write(LET_GO, {"of_draft": row.line.hold_key})
                self._give(row.line, row.option, presence_id)
        except Refusal:
            row.line.proposal = None
            write(LET_GO, {"of_draft": row.line.hold_key})
            return False
        return True

    def is_cancelled(self, row: Row) -> bool:
        """Whether the workshop of the line is cancelled now."""
        try:
            with attempt():
                write(LET_GO, {"of_draft": row.line.hold_key})
                session_decisions.cancel(row.line, by=self._by, settings=self._settings, now=self._now)
        except Refusal:
            return False
        return True

    def _presence_for(self, option: Option) -> int:
        """A takeover stands by itself: when one of its people is refused, the others have theirs. Raises NotInPost."""
        _refuse_unable(option)
        return self._taken_over(option.takeover).id if option.takeover else option.presence_id or 0

    def _give(self, line: Displacement, option: Option, presence_id: int) -> None:
        if line.session:
            session_decisions.carry_out(line, option, by=self._by, settings=self._settings, now=self._now)
            return
        appointment = line.appointment
        if appointment is None or not appointment.is_displaced:
            raise NothingApplied
        give(appointment, promise(option.conseiller_id, presence_id, option.span, appointment.motif))
        db.session.flush()
        db.session.refresh(appointment, ["presence", "conseiller"])
        appointment.presence.updated_at = self._now  # whose calendar gains it must see that something changed
        self._ask(line, appointment, option)

    def _ask(self, line: Displacement, appointment: Appointment, option: Option) -> None:
        """The person is told, and may answer until a while before."""
        line.way, line.answer_until = option.way, answer_until(option.starts_at, self._now)
        line.settle(Standing.PROPOSED, now=self._now)
        line.proposal = None
        days = {day_of(line.starts_at), day_of(option.starts_at)}
        due_at = self._now if day_of(self._now) in days else self._now + LETTERS_AFTER
        announce(appointment, Letter.REPLACED, by=self._by, now=self._now, due_at=due_at)
        line.applied_version = appointment.version
        left = Meeting(line.starts_at, line.conseiller_id, line.presence_id)
        replaced = {"was": line.starts_at.isoformat(), "becomes": option.starts_at.isoformat(), "way": option.way}
        note("replaced", appointment, by=self._by, left=left, now=self._now, **replaced)
        db.session.flush()

    def _taken_over(self, takeover: Takeover) -> Presence:
        """The colleague’s own presence, made once. Raises why it cannot be."""
        if takeover.value not in self._made:
            try:
                with attempt():
                    self._made[takeover.value] = self._take_over(takeover)
            except Refusal as refusal:
                self._made[takeover.value] = refusal
        made = self._made[takeover.value]
        if isinstance(made, Refusal):
            raise made
        return made

    def _take_over(self, takeover: Takeover) -> Presence:
        for number in takeover.gives_up:
            write(LET_GO, {"of_draft": key_of(takeover, number)})
            planning.withdraw(db.session.get_one(Presence, number), by=self._by, now=self._now)
        lost = db.session.get_one(Presence, takeover.presence_id)
        made = planning.add(_instead_of(lost, takeover), by=self._by, now=self._now)
        cover = Cover(plan_id=self._plan.id, presence_id=lost.id, made_id=made.id, gave_up=list(takeover.gives_up))
        cover.made_at = self._now
        db.session.add(cover)
        db.session.flush()
        return made


def _instead_of(lost: Presence, takeover: Takeover) -> Plan:
    """As the other would have been there."""
    colleague, span = db.session.get_one(Staff, takeover.colleague_id), takeover.span
    pause = lost.pause if lost.pause and span.start < lost.pause.start and lost.pause.end < span.end else None
    kept = min(lost.walk_in_minutes, span.minutes) if span.end == lost.ends_at else 0
    receives = {"takes_appointments": lost.takes_appointments, "takes_walk_ins": lost.takes_walk_ins}
    place = db.session.get_one(Place, takeover.place_id)
    room = lost.room if place == lost.place else None
    return Plan(colleague, place, room, span, pause, walk_in_minutes=kept, **receives)


def _refuse_unable(option: Option) -> None:
    """Whoever left the team meanwhile receives nobody. Raises NotInPost."""
    colleague = db.session.get_one(Staff, option.conseiller_id)
    if colleague.disabled_at or not colleague.receives or not colleague.is_in_post(day_of(option.starts_at)):
        raise NotInPost
