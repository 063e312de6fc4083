"""The rows of a plan as its page shows them: who lost which time, what is proposed, what can be chosen instead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext

from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.domain.appointments import Appointment
from cnapp.domain.outbox import Channel
from cnapp.domain.plans import Displacement
from cnapp.domain.proposals import CALL_VALUE, Option, Takeover, Touched, Way
from cnapp.services.plan_audience import channel_of, is_called_first
from cnapp.services.plan_work import LEFT_OPEN, Choices, Row
from cnapp.web.coordination.plan_sums import Fate, fate_of
from cnapp.wording.dates import show_hour, show_minutes, show_short_day
from cnapp.wording.proposals import reason, to_call


@dataclass(frozen=True)
class Radio:
    """One thing that can be chosen for somebody."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class PlanRow:
    """An appointment that is still to handle."""

    row: Row
    appointment: Appointment
    channel: Channel | None
    best: Radio | None
    """What is proposed; None: they are called."""
    others: Sequence[Radio]
    last: Sequence[Radio]
    """To call, or to wait."""
    is_first: bool
    """To call before anything else."""
    is_back: bool
    """Its time was taken meanwhile: what is proposed now is new."""

    @property
    def line(self) -> Displacement:
        return self.row.line

    @property
    def key(self) -> str:
        return key_of(self.line)

    @property
    def name(self) -> str:
        return self.appointment.person.short_name

    @property
    def lost_words(self) -> str:
        return str(gettext("L’heure choisie vient d’être prise."))

    @property
    def chooses_other(self) -> bool:
        """Then what is folded is shown."""
        return any(each.is_chosen for each in self.others)

    @property
    def fate(self) -> Fate:
        """If what is proposed is applied."""
        option = self.row.option
        return fate_of(self.line, option) if option else Fate.CALLED


@dataclass(frozen=True)
class Seen:
    """How the page is asked for: what was chosen already, and which lines came back."""

    choices: Choices | None = None
    """None: what is proposed."""
    back: Collection[str] = ()
    """By the public id of the line."""
    changes: Sequence[str] = ()
    """What others did meanwhile."""
    refusal: str = ""


@dataclass
class Passing:
    """One presence that a colleague takes over, and for how many."""

    takeover: Takeover
    line: Displacement
    people: int = field(default=0)


def key_of(line: Displacement) -> str:
    """How forms name a line of their plan: short, since it is written with each radio."""
    return f"l{line.id}"


def to_choose(rows: Sequence[Row], seen: Seen, *, settings: Settings, now: datetime) -> list[PlanRow]:
    """Those to call first, then the others; each by the hour that was lost."""
    made = [_row(row, row.line.appointment, seen, settings, now) for row in rows if row.line.appointment]
    return sorted((each for each in made if each.line.is_open), key=lambda each: not each.is_first)


def _row(row: Row, appointment: Appointment, seen: Seen, settings: Settings, now: datetime) -> PlanRow:
    chosen = _chosen(row, seen)
    channel = channel_of(appointment, settings=settings, now=now)
    touched = Touched.of(appointment)
    options = row.proposal.alternatives if row.proposal else ()
    return PlanRow(
        row=row,
        appointment=appointment,
        channel=channel,
        best=_radio(row.option, touched, chosen) if row.option else None,
        others=[Radio(each.value, short_words(each, touched), each.value == chosen) for each in options],
        last=[Radio(CALL_VALUE, _calling_words(row), chosen == CALL_VALUE), waiting(chosen)],
        is_first=is_called_first(row.line, row.option, channel, now),
        is_back=row.line.public_id in seen.back,
    )


def _chosen(row: Row, seen: Seen) -> str:
    """What came back is proposed anew; whom somebody decided to call is called still."""
    proposed = row.proposal.value if row.proposal and row.line.way != Way.CALL else CALL_VALUE
    if seen.choices is None or row.line.public_id in seen.back:
        return proposed
    return seen.choices.get(row.line.public_id, LEFT_OPEN)


def _calling_words(row: Row) -> str:
    is_offered_more = row.proposal and (row.proposal.option or row.proposal.alternatives)
    return str(gettext("Appeler")) if is_offered_more else to_call()


def waiting(chosen: str) -> Radio:
    return Radio(LEFT_OPEN, str(gettext("Laisser en attente")), chosen == LEFT_OPEN)


def _radio(option: Option, touched: Touched, chosen: str) -> Radio:
    return Radio(option.value, option_words(option, touched), option.value == chosen)


def option_words(option: Option, touched: Touched) -> str:
    """A takeover’s price is said once, above."""
    return takeover_words(option) if option.way is Way.TAKEOVER else reason(option, touched)


def takeover_words(option: Option) -> str:
    return str(gettext("%(name)s prend la place : même heure, même lieu.", name=option.conseiller_name))


def short_words(option: Option, touched: Touched) -> str:
    """Of an alternative: who, when, and where if it is elsewhere; the time that is lost stands beside it."""
    if option.way is Way.TAKEOVER:
        return takeover_words(option)
    is_same_day = day_of(option.starts_at) == touched.day
    hour = show_hour(option.starts_at)
    at = hour if is_same_day else gettext("%(day)s à %(hour)s", day=show_short_day(option.starts_at), hour=hour)
    facts = {"name": option.conseiller_name, "at": at}
    if option.place_id == touched.place_id:
        return str(gettext("%(name)s, %(at)s, même lieu", **facts))
    facts |= {"place": option.place_name, "way": show_minutes(option.travel_minutes or 0)}
    return str(gettext("%(name)s, %(at)s, %(place)s (à %(way)s)", **facts))


def passings(rows: Sequence[Row]) -> list[Passing]:
    """Takeovers that are proposed to people, in order; each once, however many it serves."""
    found: dict[tuple[int, int], Passing] = {}
    for row in rows:
        takeover = row.option.takeover if row.option else None
        if takeover and row.line.is_open and row.line.appointment:
            made = found.setdefault((takeover.presence_id, takeover.colleague_id), Passing(takeover, row.line))
            made.people += 1
    return list(found.values())
