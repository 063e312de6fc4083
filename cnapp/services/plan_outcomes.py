"""What came of a call about a plan. Callers lock the conseillers concerned, and commit."""

from __future__ import annotations

from datetime import datetime

from cnapp.config import Settings
from cnapp.domain.appointments import NotUpcoming
from cnapp.domain.calls import CallIsOver
from cnapp.domain.plans import RecoveryPlan
from cnapp.services import calls
from cnapp.services.appointments import cancel
from cnapp.services.calls import Noted
from cnapp.services.journal import By
from cnapp.services.plan_applications import apply
from cnapp.services.plan_calls import ToCall
from cnapp.services.proposal_answers import accept, choice_of


def agree(plan: RecoveryPlan, each: ToCall, noted: Noted, *, settings: Settings, now: datetime) -> None:
    """They say yes to the time that they have, or to the one that is held for them, which they have then.

    Raises SomeTaken, NotProposed, NotedMeanwhile.
    """
    line = each.line
    if each.option and line.is_open:
        choices, by = {line.public_id: each.option.value}, calls.known(noted.by)
        apply(plan, choices, whole=True, by=by, settings=settings, now=now)
    elif each.call:
        calls.note(each.call, noted, now=now)
    accept(each.appointment, choice_of(each.appointment), by=calls.known(noted.by), now=now)


def not_reached(each: ToCall, noted: Noted, *, now: datetime) -> None:
    """Raises CallIsOver where nobody's list has the call; NotedMeanwhile."""
    if each.call is None:
        raise CallIsOver
    calls.note(each.call, noted, now=now)


def end(each: ToCall, *, by: By, now: datetime) -> None:
    """They do not come. Raises NotUpcoming."""
    if not each.appointment.can_be_changed(now):
        raise NotUpcoming
    cancel(each.appointment, by=calls.known(by), now=now)
