"""What a plan proposes to whoever has no time any more: who receives them, when, where, and how a form names it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.answers import Answers
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Need
from cnapp.domain.engagements import Who
from cnapp.domain.slots import VALUE_FORMAT, YEARS

CALL_VALUE = "call"
CANCEL_VALUE = "cancel"
"""Of a session: its workshop is cancelled."""
OTHERS_AT_MOST = 4
"""Beside the best: more are no choice on a telephone; whoever wants another day says so."""
_VALUE = re.compile(r"([pt])([0-9]{1,18})\.([0-9]{1,18})@([0-9]{8}T[0-9]{4}Z)", re.ASCII)


class ProposalUnknown(Refusal):
    sentence = "Cette proposition n’existe pas ou plus. Choisissez-en une autre."


class Way(StrEnum):
    """How somebody is kept, the best first."""

    TAKEOVER = "takeover"
    """A colleague takes over the whole presence: same time, same place."""
    SAME_TIME = "same_time"
    """Same time and place, with a colleague who is there already."""
    SAME_DAY = "same_day"
    NEARBY = "nearby"
    """The same day, at a near place."""
    LATER = "later"
    CALL = "call"


@dataclass(frozen=True)
class Touched:
    """An appointment without time, by its number, as it was; minutes of itself and of the rest after it."""

    number: int
    motif_id: int
    duration: int
    buffer: int
    perimeter: str | None
    presence_id: int
    conseiller_id: int
    place_id: int
    starts_at: datetime
    ends_at: datetime
    needs: tuple[Need, ...] = ()
    languages: tuple[str, ...] = ()
    """Those who speak them come first; once such a person was given, nobody else is proposed."""
    who: Who | None = None
    """None: whoever it is, nothing else of theirs is known."""

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def day(self) -> date:
        return day_of(self.starts_at)

    @classmethod
    def of(cls, appointment: Appointment, *, place_id: int | None = None) -> Touched:
        """Of an appointment read whole; its length is kept, whatever became of its motif.

        `place_id`: where it was to be, when its presence may have moved since.
        """
        given = {"needs": appointment.needs, "language": appointment.person.language}
        return cls(
            number=appointment.id,
            motif_id=appointment.motif_id,
            duration=appointment.span.minutes,
            buffer=appointment.motif.buffer_minutes,
            perimeter=appointment.motif.perimeter,
            presence_id=appointment.presence_id,
            conseiller_id=appointment.conseiller_id,
            place_id=place_id or appointment.presence.place_id,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            needs=Answers(given).needs,
            languages=Answers(given).languages,
            who=Who.of(appointment.person),
        )


@dataclass(frozen=True)
class Takeover:
    """A colleague in place of another, for a stretch of a presence, and what it costs (minutes)."""

    presence_id: int
    """The presence that nobody holds."""
    place_id: int
    span: Span
    """What the colleague's own presence there will cover."""
    colleague_id: int
    colleague_name: str
    """First name."""
    gives_up: tuple[int, ...] = ()
    """Presences of theirs, in which nothing is promised, that would be withdrawn."""
    appointment_minutes: int = 0
    """Offered to appointments there, that are given up."""
    walk_in_minutes: int = 0
    """Open there to whoever comes without appointment, that are given up."""
    travel_before: int = 0
    """From where they are before, the same day; 0: nowhere else, or the same place."""
    travel_after: int = 0
    is_coordinator: bool = False
    works_that_day: bool = True
    """Whether they have any other presence that day."""

    @property
    def value(self) -> str:
        """How a form names it."""
        return _named("t", self.presence_id, self.colleague_id, self.span.start)


@dataclass(frozen=True)
class Option:
    """One time that can be given to somebody who has none any more, or one way to hold a session."""

    way: Way
    conseiller_id: int
    conseiller_name: str
    """First name."""
    presence_id: int | None
    """None where it is not there yet: for a takeover, and where a session brings its leader another day."""
    place_id: int
    place_slug: str
    place_name: str
    starts_at: datetime
    ends_at: datetime
    travel_minutes: int | None = None
    """From the old place; None where it is the same."""
    takeover: Takeover | None = None

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def value(self) -> str:
        """How a form names it."""
        if self.takeover:
            return _named("t", self.takeover.presence_id, self.conseiller_id, self.starts_at)
        return _named("p", self.presence_id or 0, self.conseiller_id, self.starts_at)


@dataclass(frozen=True)
class Proposal:
    """The best for somebody when everybody is considered, and others of other kinds; no option: they are called.

    Options of different people never meet; an alternative meets nobody's option, but may meet others' alternatives.
    """

    option: Option | None
    alternatives: tuple[Option, ...] = ()

    @property
    def way(self) -> Way:
        return self.option.way if self.option else Way.CALL

    @property
    def value(self) -> str:
        return self.option.value if self.option else CALL_VALUE

    def named(self, value: str) -> Option | None:
        """The one of its options that a form names."""
        return next((each for each in (self.option, *self.alternatives) if each and each.value == value), None)


class Choice(NamedTuple):
    """What a form named: a start in a presence with its conseiller, or in a takeover of it by a colleague."""

    is_takeover: bool
    presence_id: int
    conseiller_id: int
    starts_at: datetime


def read_value(text: str) -> Choice:
    """Raises ProposalUnknown for anything that no form of ours has sent (« call » is for the caller to see first)."""
    found = _VALUE.fullmatch(text)
    if found is None:
        raise ProposalUnknown
    try:
        starts_at = datetime.strptime(found[4], VALUE_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise ProposalUnknown from None
    if starts_at.year not in YEARS:
        raise ProposalUnknown
    return Choice(found[1] == "t", int(found[2]), int(found[3]), starts_at)


def _named(kind: str, presence_id: int, conseiller_id: int, starts_at: datetime) -> str:
    return f"{kind}{presence_id}.{conseiller_id}@{starts_at.strftime(VALUE_FORMAT)}"
