"""Working on a plan: for each line the best that is possible, all of it held at once while somebody looks at it.

`look` reads, outside any transaction, since weighing hundreds of people takes seconds; `hold` then takes the times in
one short transaction, and whatever somebody else took meanwhile is proposed anew at the next look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from cnapp.base.database import attempt, db, write
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.commitments import LET_GO, Commitment, Kind, expired_holds
from cnapp.domain.plan_queries import lines_proposed
from cnapp.domain.plans import Displacement, RecoveryPlan
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import CALL_VALUE, CANCEL_VALUE, Option, Proposal, ProposalUnknown, Takeover
from cnapp.services import diaries, held_proposals, session_plans
from cnapp.services.diaries import Given
from cnapp.services.plans import lines_of
from cnapp.services.replanning import propose

HELD = timedelta(minutes=15)
"""Renewed whenever somebody opens the page."""
LEFT_OPEN = ""
"""The choice of a form: nothing is decided yet."""
Choices = Mapping[str, str]
"""What a form chose, by the public id of the line: the value of an option, « call », or nothing."""


@dataclass(frozen=True)
class Row:
    """A line of the plan, and what is proposed for it; None: not looked at, or nothing for whoever is handled."""

    line: Displacement
    proposal: Proposal | None

    @property
    def option(self) -> Option | None:
        return self.proposal.option if self.proposal else None


@dataclass(frozen=True)
class Look:
    """What was found for the lines that nothing is held for; `people`: whom to lock before holding it."""

    proposals: Mapping[int, Proposal]
    people: tuple[int, ...]


def rows_of(plan: RecoveryPlan) -> list[Row]:
    """By the hour that was lost."""
    return [Row(line, held_proposals.read(line.proposal) if line.is_open else None) for line in lines_of(plan)]


def look_at_sessions(plan: RecoveryPlan, *, now: datetime) -> Look:
    """The best for the workshops, before anybody else: their hour suits many."""
    rows = [row for row in rows_of(plan) if row.line.is_open]
    loose = _loose([row for row in rows if row.line.session], now)
    excluding = _takeovers_of(_proposed({row.line.id for row in loose}))
    shared = {row.line.presence_id for row in rows if row.line.appointment}
    proposals = session_plans.propose([row.line for row in loose], shared=shared, beside=excluding, now=now)
    return Look(proposals, people_in(each.option for each in proposals.values()))


def look(plan: RecoveryPlan, *, now: datetime) -> Look:
    """The best for everybody whom nothing is held for, beside what is held for the others and for workshops."""
    loose = _loose([row for row in rows_of(plan) if row.line.is_open and row.line.appointment], now)
    given = _proposed({row.line.id for row in loose})
    touched = {row.line.appointment: row.line.place_id for row in loose if row.line.appointment}
    was_at = {appointment.id: place_id for appointment, place_id in touched.items()}
    beside = list(diaries.proposed(given).values())
    found = propose(list(touched), was_at=was_at, excluding=_takeovers_of(given), beside=beside, now=now)
    proposals = {row.line.id: found[row.line.appointment_id or 0] for row in loose}
    return Look(proposals, people_in(each.option for each in proposals.values()))


LOOKS = (look_at_sessions, look)
"""In this order, each held before the next."""


def _loose(rows: Sequence[Row], now: datetime) -> list[Row]:
    """Those that nothing is held for, or that something else of the same person has come in the way of."""
    living = _living(rows, now)
    crossing = diaries.crossing([(row.line, row.option) for row in rows if row.option])
    return [row for row in rows if row.line in crossing or not _is_held(row, living)]


def people_in(options: Iterable[Option | None]) -> tuple[int, ...]:
    return tuple(sorted({each.conseiller_id for each in options if each}))


def _living(rows: Sequence[Row], now: datetime) -> set[str]:
    """Keys of holds that nobody let go of."""
    keys = [row.line.hold_key for row in rows]
    held = select(Commitment.draft_id).where(Commitment.draft_id.in_(keys), Commitment.expires_at > now)
    return {each for each in db.session.scalars(held) if each}


def _is_held(row: Row, living: set[str]) -> bool:
    """Where there is no presence yet to be held in, the colleague’s time is asked for when it is applied."""
    if row.option is None:
        return False
    return row.option.presence_id is None or row.line.hold_key in living


def _proposed(but: set[int]) -> list[Given]:
    """By any plan that somebody works on."""
    others = [line for line in db.session.scalars(lines_proposed()) if line.id not in but]
    found = ((line, held_proposals.read(line.proposal)) for line in others)
    return [(line, proposal.option) for line, proposal in found if proposal and proposal.option]


def _takeovers_of(given: Iterable[Given]) -> list[Takeover]:
    """Their colleagues cannot be at two places."""
    takeovers = (option.takeover for _, option in given)
    return list({each.value: each for each in takeovers if each}.values())


def hold(plan: RecoveryPlan, found: Look, *, now: datetime) -> None:
    """Takes the times that were found and renews those that are held; the caller has locked `found.people`."""
    _renew(plan, now)
    for line in lines_of(plan):
        proposal = found.proposals.get(line.id)
        if proposal and line.is_open and not _is_known(line, proposal):
            line.proposal = None
            with suppress(Refusal), attempt():
                take(line, proposal, now=now)
    db.session.flush()


def _is_known(line: Displacement, proposal: Proposal) -> bool:
    """Whether somebody is to be called still, and nothing else could be said to them."""
    return proposal.option is None and held_proposals.read(line.proposal) == proposal


def _renew(plan: RecoveryPlan, now: datetime) -> None:
    mine = [each for line in lines_of(plan) if line.is_open for each in (line.hold_key, *_keys_of_takeover(line))]
    holds = Commitment.draft_id.in_(mine), Commitment.kind == Kind.HOLD
    write(update(Commitment).where(*holds).values(expires_at=now + HELD))


def _keys_of_takeover(line: Displacement) -> list[str]:
    proposal = held_proposals.read(line.proposal)
    takeover = proposal.option.takeover if proposal and proposal.option else None
    return [key_of(takeover, number) for number in takeover.gives_up] if takeover else []


def take(line: Displacement, proposal: Proposal, *, now: datetime) -> None:
    """Holds the first of a proposal for a line, and lets go of what it held. Raises SlotTaken, OutsidePresence."""
    write(LET_GO, {"of_draft": line.hold_key})
    if proposal.option:
        _hold_option(line, proposal.option, now)
    line.proposal = held_proposals.kept(proposal)
    db.session.flush()


def _hold_option(line: Displacement, option: Option, now: datetime) -> None:
    if option.takeover:
        for number in option.takeover.gives_up:
            _hold_whole(option.takeover, db.session.get_one(Presence, number), now)
    elif option.presence_id:
        write(expired_holds([option.conseiller_id], option.span, now))
        _add_hold(line.hold_key, option.presence_id, option.conseiller_id, option.span, _rest_after(line), now)


def _hold_whole(takeover: Takeover, presence: Presence, now: datetime) -> None:
    """What the colleague gives up is nobody’s to book meanwhile; held once, however many people it is for."""
    key = key_of(takeover, presence.id)
    if db.session.scalar(select(Commitment.id).where(Commitment.draft_id == key)) is None:
        write(expired_holds([presence.conseiller_id], presence.span, now))
        _add_hold(key, presence.id, presence.conseiller_id, presence.span, 0, now)


def key_of(takeover: Takeover, gives_up: int) -> str:
    """Names the hold on a presence that a takeover gives up."""
    return f"cover:{takeover.presence_id}.{takeover.colleague_id}.{gives_up}"


def _add_hold(key: str, presence_id: int, conseiller_id: int, span: Span, rest: int, now: datetime) -> None:
    times = {"starts_at": span.start, "ends_at": span.end, "buffer_minutes": rest, "expires_at": now + HELD}
    whose = {"conseiller_id": conseiller_id, "presence_id": presence_id, "draft_id": key}
    db.session.add(Commitment(kind=Kind.HOLD, **whose, **times))
    db.session.flush()


def _rest_after(line: Displacement) -> int:
    return line.appointment.motif.buffer_minutes if line.appointment else 0


def chosen(row: Row, value: str) -> Proposal | None:
    """The proposal of a row with what a form chose first; None: nothing is decided. Raises ProposalUnknown."""
    if value == LEFT_OPEN or row.proposal is None:
        return None
    if value == _without_time(row):
        return held_proposals.preferring(row.proposal, None)
    option = row.proposal.named(value)
    if option is None:
        raise ProposalUnknown
    return held_proposals.preferring(row.proposal, option)


def choose(plan: RecoveryPlan, choices: Choices, *, now: datetime) -> list[Displacement]:
    """Holds what was chosen instead of what was proposed; answers the lines whose choice cannot be theirs any more.

    Somebody else has taken it, or the person would be elsewhere then. Raises ProposalUnknown. The caller has locked
    `people_of`.
    """
    found = [(row, wanted) for row in rows_of(plan) if (wanted := _wanted(row, choices))]
    crossing = diaries.crossing([(row.line, wanted.option) for row, wanted in found if wanted.option])
    others = [(row, wanted) for row, wanted in found if row.line not in crossing]
    changed = {row.line: wanted for row, wanted in others if wanted.value != (row.proposal or wanted).value}
    left = {key for line in (*crossing, *changed) for key in _keys_of_takeover(line)}
    for line in (*crossing, *changed):
        write(LET_GO, {"of_draft": line.hold_key})
    for line in crossing:
        line.proposal = None
    taken = [line for line, wanted in changed.items() if not _is_taken(line, wanted, now)]
    _let_go_of_takeovers(left)
    return [*crossing, *taken]


def _wanted(row: Row, choices: Choices) -> Proposal | None:
    """Raises ProposalUnknown."""
    return chosen(row, choices.get(row.line.public_id, LEFT_OPEN)) if row.line.is_open else None


def _let_go_of_takeovers(keys: Collection[str]) -> None:
    """What colleagues would have given up is theirs again, where nobody is proposed that any more."""
    still = {key for line in db.session.scalars(lines_proposed()) for key in _keys_of_takeover(line)}
    for key in set(keys) - still:
        write(LET_GO, {"of_draft": key})


def _is_taken(line: Displacement, wanted: Proposal, now: datetime) -> bool:
    """Whether the line holds it now; one that cannot is looked at anew."""
    try:
        with attempt():
            take(line, wanted, now=now)
    except Refusal:
        line.proposal = None
        return False
    return True


def _without_time(row: Row) -> str:
    """What can be decided of it but a time."""
    return CANCEL_VALUE if row.line.session else CALL_VALUE


def people_of(plan: RecoveryPlan, choices: Choices) -> tuple[int, ...]:
    """Whom to lock before choosing or applying. Raises ProposalUnknown."""
    rows = [row for row in rows_of(plan) if row.line.is_open]
    wanted = [chosen(row, choices.get(row.line.public_id, LEFT_OPEN)) for row in rows]
    options = [each.option for each in wanted if each] + [row.option for row in rows]
    return tuple(sorted({*people_in(options), *(row.line.conseiller_id for row in rows)}))


def is_chosen(row: Row, choices: Choices) -> bool:
    """Whether a form gives a time to this row."""
    return row.line.is_open and choices.get(row.line.public_id, LEFT_OPEN) not in (LEFT_OPEN, _without_time(row))


def is_cancelled(row: Row, choices: Choices) -> bool:
    """Whether a form cancels the workshop of this row."""
    return bool(row.line.is_open and row.line.session) and choices.get(row.line.public_id) == CANCEL_VALUE


def is_decided(row: Row, choices: Choices) -> bool:
    return is_chosen(row, choices) or is_cancelled(row, choices)


def is_to_call(row: Row, choices: Choices) -> bool:
    return row.line.is_open and choices.get(row.line.public_id) == CALL_VALUE
