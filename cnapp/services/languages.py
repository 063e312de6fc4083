"""The languages, besides French, that somebody of the team can help in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from cnapp.base.database import db, later, read
from cnapp.base.workdays import day_of
from cnapp.domain.people import Staff, StaffLanguage


def speakers(languages: Sequence[str]) -> set[int]:
    """Who can help in one of these languages."""
    if not languages:
        return set()
    spoken = select(StaffLanguage.staff_id).where(StaffLanguage.code.in_(languages))
    return set(db.session.scalars(spoken))


def languages_spoken(day: datetime) -> list[str]:
    """Codes of the languages, besides French, that somebody in post can help in."""
    return list(read(_SPOKEN, {"today": day_of(day)}).scalars())


_SPOKEN = (
    select(StaffLanguage.code)
    .join(Staff)
    .where(Staff.receives, Staff.disabled_at.is_(None), Staff.in_post_from <= later("today"))
    .distinct()
    .order_by(StaffLanguage.code)
)
