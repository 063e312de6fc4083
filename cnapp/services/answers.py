"""Answers kept step by step, and the time that they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cnapp.base.database import read
from cnapp.domain.accounts import TooManyTries, Try
from cnapp.domain.answers import OF_WORKSHOPS, TIME_DEPENDS_ON
from cnapp.domain.citizens import Need
from cnapp.domain.commitments import HOLDER
from cnapp.domain.drafts import Draft
from cnapp.domain.slots import Choice, Wish
from cnapp.services import attempts, drafts, holds, seats

HOLDS_AN_ADDRESS = 200
"""In 15 minutes."""


def answer(draft: Draft, *, now: datetime, **given: Any) -> None:
    """Keeps answers and renews what is held; a time that no longer fits them is let go.

    Whoever says what they want help with seeks an appointment: the seat of a workshop is let go too.
    """
    before = draft.answers
    changed = {key for key, value in given.items() if before.get(key) != value}
    needs_step_free = "needs" in changed and Need.WHEELCHAIR in given["needs"]
    forgotten = {"place"} if needs_step_free else set()
    if draft.has_time and (needs_step_free or changed.intersection(TIME_DEPENDS_ON)):
        holds.release(draft)
        forgotten.add("time")
    if draft.is_registration and "word" in given:
        seats.leave(draft.id)
        forgotten.update(OF_WORKSHOPS)
    drafts.keep(draft, _without(before, forgotten) | given, now=now)
    _renew(draft, now)


def _renew(draft: Draft, now: datetime) -> None:
    if draft.has_time:
        holds.renew(draft, now=now)
    if draft.is_registration:
        seats.renew(draft.id, now=now)


def choose_time(draft: Draft, wish: Wish, choice: Choice, *, now: datetime) -> None:
    """Holds a time for these answers. Raises SlotTaken, TooManyHolds."""
    holds.hold(draft, wish, choice, now=now)
    drafts.keep(draft, draft.answers | {"time": choice.value}, now=now)


def forget_time(draft: Draft, *, now: datetime) -> None:
    """The time that was taken by somebody else; every other answer stays."""
    holds.release(draft)
    drafts.keep(draft, _without(draft.answers, {"time"}), now=now)


def _without(answers: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name not in names}


def holders(draft_id: str) -> Sequence[int]:
    """Whose time a draft holds: they are locked when it is let go or renewed."""
    return read(HOLDER, {"of_draft": draft_id}).scalars().all()


def count_hold(address: str, *, now: datetime) -> None:
    """Twenty public computers may stand behind one address; a robot that holds everything may not.

    Raises TooManyTries.
    """
    if attempts.count(Try.HOLD_ADDRESS, address, now=now) >= HOLDS_AN_ADDRESS:
        raise TooManyTries
    attempts.note(Try.HOLD_ADDRESS, address, now=now)
