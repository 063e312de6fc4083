"""Several presences changed by one press: a line about the service says which, so that all of it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cnapp.domain.journal import Subject
from cnapp.services.changes import hold_still
from cnapp.services.journal import THE_SERVICE, By, last_numbers_of, record_about


def note(what: str, presence_ids: Sequence[int], *, by: By, now: datetime, **detail: Any) -> None:
    """After all that it changed, in that order: with each presence, the line of its journal that this press wrote."""
    hold_still(THE_SERVICE)
    numbers = last_numbers_of(Subject.PRESENCE, presence_ids)
    lines = [[each, numbers[each]] for each in presence_ids]
    record_about(THE_SERVICE, what, by=by, now=now, lines=lines, **detail)
