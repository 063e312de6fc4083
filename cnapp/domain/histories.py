"""What the journal holds about one person or one place, their presences and rules included."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from cnapp.base.workdays import span_of_days, week_code
from cnapp.domain.cover import CoverRule
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.places import Closure
from cnapp.domain.presences import Presence
from cnapp.domain.registrations import Registration
from cnapp.domain.roster import RosterRule


def history_of_person(staff_id: int) -> Select[Entry]:
    """Newest first."""
    return _history(
        and_(Entry.subject == Subject.STAFF, Entry.subject_id == staff_id),
        _about(Subject.PRESENCE, select(Presence.id).where(Presence.conseiller_id == staff_id)),
        _about(Subject.RULE, select(RosterRule.id).where(RosterRule.conseiller_id == staff_id)),
    )


def history_of_place(place_id: int) -> Select[Entry]:
    """Newest first. Presences and rules are those that are there now."""
    return _history(
        and_(Entry.subject == Subject.PLACE, Entry.subject_id == place_id),
        _about(Subject.PRESENCE, select(Presence.id).where(Presence.place_id == place_id)),
        _about(Subject.RULE, select(RosterRule.id).where(RosterRule.place_id == place_id)),
        _about(Subject.COVER, select(CoverRule.id).where(CoverRule.place_id == place_id)),
        _about(Subject.CLOSURE, select(Closure.id).where(Closure.place_id == place_id)),
    )


def history_of_week(monday: date) -> Select[Entry]:
    """Newest first: of the presences that begin in it, and of what was done to several at once."""
    week = span_of_days(monday, monday + timedelta(days=6))
    begin = select(Presence.id).where(Presence.starts_at >= week.start, Presence.starts_at < week.end)
    return _history(_about(Subject.PRESENCE, begin), _pressed(monday))


def _pressed(monday: date) -> ColumnElement[bool]:
    return and_(Entry.subject == Subject.SERVICE, Entry.detail["week"].as_string() == week_code(monday))


def history_of_workshop(workshop_id: int) -> Select[Entry]:
    """Newest first, with what happened to its registrations; nobody is named."""
    return _history(
        and_(Entry.subject == Subject.WORKSHOP, Entry.subject_id == workshop_id),
        _about(Subject.REGISTRATION, select(Registration.id).where(Registration.workshop_id == workshop_id)),
    )


def presences_numbered(ids: set[int]) -> Select[Presence]:
    return (
        select(Presence)
        .where(Presence.id.in_(ids))
        .options(joinedload(Presence.conseiller), joinedload(Presence.place))
    )


def rules_numbered(ids: set[int]) -> Select[RosterRule]:
    whole = joinedload(RosterRule.conseiller), joinedload(RosterRule.place)
    return select(RosterRule).where(RosterRule.id.in_(ids)).options(*whole)


def _about(subject: Subject, ids: Select[int]) -> ColumnElement[bool]:
    return and_(Entry.subject == subject, Entry.subject_id.in_(ids))


def _history(*about: ColumnElement[bool]) -> Select[Entry]:
    return select(Entry).where(or_(*about)).options(joinedload(Entry.staff)).order_by(Entry.at.desc(), Entry.id.desc())
