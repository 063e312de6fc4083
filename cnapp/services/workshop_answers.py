"""The workshop of the answers: a seat is held for them while the form is filled in, or its list is waited in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cnapp.base.database import lock_keys
from cnapp.config import Settings
from cnapp.domain.answers import OWN, Answers
from cnapp.domain.drafts import Draft
from cnapp.domain.outbox import Channel
from cnapp.domain.workshops import Workshop
from cnapp.services import drafts, holds, seats
from cnapp.services.notices import told_people
from cnapp.services.parties import booker_of, person_of
from cnapp.services.waits import channel_for


def choose_seat(draft: Draft, workshop_id: int, *, now: datetime) -> None:
    """Holds one for these answers. Callers lock whose time the draft holds.

    Raises WorkshopFull, and what Workshop.refuse_unless_open does.
    """
    workshop = _hold_still(draft, workshop_id)
    workshop.refuse_unless_open(now)
    seats.hold_seat(workshop, draft.id, now=now)
    _choose(draft, workshop, asks_device=workshop.can_lend, waits=False, now=now)


def choose_waiting(draft: Draft, workshop_id: int, *, now: datetime) -> None:
    """They would wait for a seat; none is held any more. Raises what Workshop.refuse_unless_open does."""
    workshop = _hold_still(draft, workshop_id)
    workshop.refuse_unless_open(now)
    seats.let_go(draft.id)
    _choose(draft, workshop, asks_device=workshop.lendable > 0, waits=True, now=now)


def forget_device(draft: Draft, *, now: datetime) -> None:
    """The last one was lent to somebody else; every other answer stays."""
    drafts.keep(draft, {name: value for name, value in draft.answers.items() if name != "device"}, now=now)


def channel_for_waiting(answers: Answers, settings: Settings) -> Channel | None:
    """How they would learn that a seat is free; None when nothing that is set reaches them."""
    people = told_people(answers.told, person_of(answers), booker_of(answers))
    return next(filter(None, (channel_for(each, settings) for each in people)), None)


def _hold_still(draft: Draft, workshop_id: int) -> Workshop:
    """Together with the one where the draft holds a seat already."""
    held = seats.seat_held(draft.id)
    lock_keys(*(f"workshop:{each}" for each in (workshop_id, *([held.workshop_id] if held else ()))))
    return seats.hold_still(workshop_id)


def _choose(draft: Draft, workshop: Workshop, *, asks_device: bool, waits: bool, now: datetime) -> None:
    """What was answered before stays, but the time of an appointment, and the device of another workshop."""
    if draft.has_time:
        holds.release(draft)
    is_same = draft.answers.get("workshop") == workshop.public_id
    forgotten = {"time"} if is_same else {"time", "device"}
    device: dict[str, Any] = {} if asks_device else {"device": OWN}
    kept = {name: value for name, value in draft.answers.items() if name not in forgotten}
    drafts.keep(draft, kept | device | {"workshop": workshop.public_id, "waits": waits}, now=now)
