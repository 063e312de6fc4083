"""Letters of a workshop's people, put off or overtaken while somebody may still change their mind: queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, Update, or_, select, update

from cnapp.domain.outbox import REGISTRATION_CHANGES, Due, Letter, Outcome
from cnapp.domain.registrations import ACTIVE, Registration

OF_A_WORKSHOP = (Letter.WORKSHOP_CHANGED, Letter.WORKSHOP_CANCELLED)
"""What everybody of it is told at once."""


def letters_put_off(workshop_id: int, written_at: datetime, until: datetime) -> Update:
    """Those written at one instant; what leaves at once leaves."""
    theirs = select(Registration.id).where(Registration.workshop_id == workshop_id)
    mine = Due.registration_id.in_(theirs), Due.created_at == written_at, Due.due_at > written_at
    return update(Due).where(*mine).values(due_at=until)


def letters_unsaid(workshop_id: int, before: datetime) -> Select[int | None, Letter]:
    """(registration, letter): not gone yet, and written before an instant or about something else than a change of the
    workshop; the last of each stands last."""
    theirs = select(Registration.id).where(Registration.workshop_id == workshop_id)
    mine = Due.registration_id.in_(theirs), Due.letter.in_(REGISTRATION_CHANGES), Due.outcome.is_(None)
    stays_true = or_(Due.created_at < before, Due.letter.not_in(OF_A_WORKSHOP))
    return select(Due.registration_id, Due.letter).where(*mine, stays_true).order_by(Due.id)


def letters_overtaken(workshop_id: int, now: datetime) -> Update:
    """Of those who come: a letter about an earlier version of a registration says nothing any more."""
    mine = Registration.workshop_id == workshop_id, Registration.status.in_(ACTIVE)
    return update(Registration).where(*mine).values(version=Registration.version + 1, updated_at=now)


def letters_unneeded(registration_ids: Collection[int], written_at: datetime) -> Update:
    """All is as these people know it: what says that the workshop changed says nothing."""
    mine = Due.registration_id.in_(registration_ids), Due.letter == Letter.WORKSHOP_CHANGED
    then = Due.created_at == written_at, Due.settled_at.is_(None)
    return update(Due).where(*mine, *then).values(outcome=Outcome.UNNEEDED, settled_at=written_at)


def registered_since(workshop_id: int, since: datetime) -> Select[int]:
    """Whoever has just registered knows no other day."""
    new = Registration.workshop_id == workshop_id, Registration.created_at > since
    return select(Registration.id).where(*new).limit(1)
