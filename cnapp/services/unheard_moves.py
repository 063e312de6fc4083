"""A workshop that followed its place and is back before anybody was told: there is nothing to say of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.journal import FOLLOWED, moves_since
from cnapp.domain.outbox import Due, Letter, Outcome, changes_before
from cnapp.domain.workshops import Workshop
from cnapp.services.workshop_moves import TOLD

UNSAID = (Outcome.UNNEEDED, Outcome.OVERTAKEN)


def is_as_told(due: Due, workshop: Workshop) -> bool:
    """Where and when it is held is what its reader believes still."""
    since = _unheard_since(due, db.session.scalars(changes_before(due)))
    return since is not None and _is_back(workshop, since)


def _unheard_since(due: Due, earlier: Iterable[Due]) -> datetime | None:
    """When the first change was made of which nothing was said; None where they may know less than what came before."""
    since = due.created_at
    for each in (one for one in earlier if one.is_second == due.is_second):
        if each.letter is Letter.WORKSHOP_CHANGED and each.outcome in UNSAID:
            since = each.created_at
            continue
        was_settled_before = each.settled_at is not None and each.settled_at <= since
        is_known = each.outcome in (Outcome.SENT, Outcome.ENTRUSTED, Outcome.UNNEEDED)
        return since if was_settled_before and is_known else None
    return None


def _is_back(workshop: Workshop, since: datetime) -> bool:
    """It has only followed its place since, and is where it was."""
    lines = db.session.scalars(moves_since(workshop.id, since)).all()
    followed = [each for each in lines if each.what == FOLLOWED]
    changed = [each for each in lines if each.what != FOLLOWED and TOLD.intersection(each.detail["fields"])]
    return bool(followed) and len(changed) == len(followed) and followed[0].detail["was"] == workshop.place_id
