"""Free times as a desk's pages show them: those of one place or of all, the sooner ones elsewhere, the nearest."""

from __future__ import annotations

from datetime import date
from typing import Any

from cnapp.domain.slots import STAFF_HORIZON_DAYS, Choice, SlotUnknown, read_value
from cnapp.domain.times import Filter
from cnapp.services.desk_times import Quest, sooner
from cnapp.services.times import times_near
from cnapp.web.application import now
from cnapp.web.public.times import Asked, Reach, context, days_of

FROM, WHOLE, AFTER = "du", "jour", "apres"
"""How a button names the times to see: « du:2026-12-10 », « jour:2026-12-10 », « apres:20261210T0900Z »."""


def offer(quest: Quest, asked: Asked, taken: Choice | None = None) -> dict[str, Any]:
    """What the templates of times need; `taken`: the time that somebody else took. Raises PlaceUnknown."""
    here = quest.here
    times = context(asked, here)
    near = days_of(times_near(taken, here, now=now()), here) if taken else []
    days = near or times["days"]
    first = days[0]["slots"][0].starts_at if days else None
    others = [] if near or asked.is_later else sooner(quest, first, now=now())
    return {**times, "days": days, "sooner": others, "is_near": bool(near)}


def asked_by(text: str) -> Asked:
    """What a button asked for; from today on when that is nothing, or nothing of ours."""
    kind, _, value = text.partition(":")
    try:
        day = date.fromisoformat(value) if kind in (FROM, WHOLE) else None
        after = read_value(f"@{value}").starts_at if kind == AFTER else None
    except (ValueError, SlotUnknown):
        return Asked(None, None, None, Filter())
    asked = Asked(day if kind == FROM else None, day if kind == WHOLE else None, after, Filter())
    return asked.within(Reach.of(STAFF_HORIZON_DAYS))
