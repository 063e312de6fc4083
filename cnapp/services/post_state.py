"""How the post goes, read for the coordination in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.outbox import Channel, Due, Letter, Outcome
from cnapp.domain.post_state import endings, failures, waiting
from cnapp.domain.registrations import Registration
from cnapp.services.post import Lag, lag

Ending = tuple[Channel | None, Outcome | None]
"""The channel, if it went by one, and the outcome."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A letter that could not be written, or was refused for good."""

    due: Due
    appointment: Appointment | None
    registration: Registration | None = None

    @property
    def is_parked(self) -> bool:
        return self.due.outcome is Outcome.PARKED

    @property
    def is_to_team(self) -> bool:
        return self.due.letter in (Letter.PASSWORD, Letter.SCHEDULE, Letter.TOO_FEW)


@dataclass(frozen=True, slots=True)
class PostState:
    """What waits, what failed, and how the letters of these days ended."""

    lag: Lag
    ready: int
    put_off: int
    ahead: int
    failures: list[Failure]
    endings: Counter[Ending]

    @property
    def parked(self) -> int:
        return sum(each.is_parked for each in self.failures)

    @property
    def channels(self) -> list[Channel | None]:
        """Those that letters ended by; None: by no channel."""
        used = {channel for channel, _ in self.endings}
        return [each for each in (*Channel, None) if each in used]

    @property
    def outcomes(self) -> list[Outcome]:
        return [each for each in Outcome if any(outcome is each for _, outcome in self.endings)]


def post_state(now: datetime) -> PostState:
    ready, put_off, ahead = db.session.execute(waiting(now)).one()
    failed = [Failure(*row) for row in db.session.execute(failures(now))]
    ended = Counter({(channel, outcome): count for channel, outcome, count in db.session.execute(endings(now))})
    return PostState(lag(now), ready, put_off, ahead, failed, ended)
