"""What the week board reads: each a range of an index, whatever else stands in the tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from cnapp.base.spans import Span
from cnapp.base.workdays import span_of_days
from cnapp.domain.commitments import Commitment, Kind, commitments_of
from cnapp.domain.cover import CoverRule
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement, Standing
from cnapp.domain.presences import Presence, touching
from cnapp.domain.roster import RosterRule

AROUND = timedelta(weeks=4)
"""A place is ours in a week when somebody is there, or the roster says so, up to four weeks before or after."""


def places_of_week(monday: date) -> Select[Place]:
    """Ours, by name, with their hours."""
    sunday = monday + timedelta(days=6)
    here = Presence.place_id == Place.id
    this_week = exists().where(here, *touching(span_of_days(monday, sunday)))
    about_now = exists().where(here, *touching(span_of_days(monday - AROUND, sunday + AROUND)))
    ruled = exists().where(RosterRule.place_id == Place.id, *_in_force(monday - AROUND, sunday + AROUND))
    covered = exists().where(CoverRule.place_id == Place.id, *_holding(monday, sunday))
    in_service = (Place.valid_from <= sunday) & or_(Place.valid_until.is_(None), Place.valid_until >= monday)
    ours = or_(this_week, in_service & or_(about_now, ruled, covered))
    return select(Place).where(ours).options(selectinload(Place.opening_hours)).order_by(Place.name, Place.id)


def presences_at(place_ids: Sequence[int], during: Span) -> Select[Presence]:
    """Those that stand, in order of time."""
    whole = joinedload(Presence.conseiller), joinedload(Presence.room)
    there = Presence.place_id.in_(place_ids), *touching(during)
    return select(Presence).where(*there).options(*whole).order_by(Presence.starts_at, Presence.id)


def promises_of(conseiller_ids: Sequence[int], during: Span, now: datetime) -> Select[*tuple[Any, ...]]:
    """Time that is taken, as plain rows, without the holds that nobody renewed."""
    living = or_(Commitment.kind != Kind.HOLD, Commitment.expires_at > now)
    return (
        commitments_of(conseiller_ids, during)
        .with_only_columns(
            Commitment.conseiller_id,
            Commitment.presence_id,
            Commitment.starts_at,
            Commitment.ends_at,
            Commitment.buffer_minutes,
            Commitment.kind,
        )
        .where(living)
    )


def rules_of_week(place_ids: Sequence[int], monday: date) -> Select[RosterRule]:
    """In force at these places, with whose they are."""
    there = RosterRule.place_id.in_(place_ids), *_in_force(monday, monday + timedelta(days=6))
    return select(RosterRule).where(*there).options(joinedload(RosterRule.conseiller)).order_by(RosterRule.id)


def displaced_in(during: Span) -> Select[*tuple[Any, ...]]:
    """(place, conseiller, when, session) of what lost its time, as long as nobody handled it; no session: a booking."""
    columns = Displacement.place_id, Displacement.conseiller_id, Displacement.starts_at, Displacement.session_id
    then = Displacement.starts_at >= during.start, Displacement.starts_at < during.end
    return select(*columns).where(Displacement.standing == Standing.OPEN, *then)


def people_of_week(monday: date, present: Iterable[int]) -> Select[Staff]:
    """Who receives and is in post some day of the week, and whoever is somewhere, by first name."""
    sunday = monday + timedelta(days=6)
    in_post = (Staff.in_post_from <= sunday) & or_(Staff.in_post_until.is_(None), Staff.in_post_until >= monday)
    receives = Staff.receives & Staff.disabled_at.is_(None) & in_post
    return (
        select(Staff)
        .where(or_(receives, Staff.id.in_(sorted(present))))
        .order_by(Staff.first_name, Staff.last_name, Staff.id)
    )


def _holding(first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return CoverRule.starts_on <= last, or_(CoverRule.ends_on.is_(None), CoverRule.ends_on >= first)


def _in_force(first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return RosterRule.from_on <= last, or_(RosterRule.until_on.is_(None), RosterRule.until_on >= first)
