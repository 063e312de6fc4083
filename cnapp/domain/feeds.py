"""What a conseiller's calendar feed shows: which stretch of time, and the rows inside it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, Update, func, or_, select, update
from sqlalchemy.orm import joinedload

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_days
from cnapp.domain.accounts import FeedToken
from cnapp.domain.appointments import STANDING, Appointment
from cnapp.domain.commitments import Commitment, Kind, commitments_of
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.domain.presences import LONGEST_HOURS, Presence, presences_of

PAST = timedelta(days=30)
AHEAD = timedelta(days=365)
EVENTS_AT_MOST = 1000
"""Google refuses calendars not much longer."""
USE_NOTED_EVERY = timedelta(hours=1)
SHOWN_AGAIN = timedelta(minutes=15)
"""How long the form that made an address, sent again by a reload, shows it again."""


class FeedUnknown(Refusal):
    sentence = "Ce calendrier n’existe pas."


class FeedGone(Refusal):
    sentence = "Ce calendrier n’existe plus."


class AddressShownAlready(Refusal):
    sentence = (
        "Cette adresse de calendrier a déjà été montrée : elle ne l’est qu’une fois. "
        "Si vous ne l’avez pas copiée, ouvrez « Mon calendrier » et créez une nouvelle adresse."
    )


def is_gone(feed: FeedToken, now: datetime) -> bool:
    """Revoked, or of someone whose account is closed or who has left."""
    left_on = feed.staff.in_post_until
    has_left = left_on is not None and left_on < day_of(now)
    return feed.revoked_at is not None or feed.staff.disabled_at is not None or has_left


def use_is_due(feed: FeedToken, now: datetime) -> bool:
    """Whether it was last read in an earlier hour than this one."""
    return feed.used_at is None or feed.used_at < whole_hour(now)


def whole_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def window(now: datetime) -> Span:
    """Whole days: 30 past ones, and a year ahead."""
    today = day_of(now)
    return span_of_days(today - PAST, today + AHEAD)


def standing_feeds(staff_id: int) -> Select[FeedToken]:
    """Addresses that still answer: one, unless nobody ever asked for one."""
    return (
        select(FeedToken)
        .where(FeedToken.staff_id == staff_id, FeedToken.revoked_at.is_(None))
        .order_by(FeedToken.created_at.desc())
    )


def revocation(staff_id: int, now: datetime) -> Update:
    standing = FeedToken.staff_id == staff_id, FeedToken.revoked_at.is_(None)
    return update(FeedToken).where(*standing).values(revoked_at=now)


def use_noted(feed_id: int, now: datetime) -> Update:
    """Changes nothing where another request of this hour came first."""
    hour = whole_hour(now)
    unread = or_(FeedToken.used_at.is_(None), FeedToken.used_at < hour)
    return update(FeedToken).where(FeedToken.id == feed_id, unread).values(used_at=hour)


def presences_shown(staff: Staff, during: Span) -> Select[Presence]:
    place_and_room = joinedload(Presence.place), joinedload(Presence.room)
    return presences_of(staff.id, during).options(*place_and_room).limit(EVENTS_AT_MOST)


def appointments_shown(staff: Staff, during: Span) -> Select[Appointment]:
    """Those that stand: a cancelled one is dropped from the feed."""
    presence = joinedload(Appointment.presence)
    return (
        select(Appointment)
        .where(*_appointments_in(staff, during), Appointment.status.in_(STANDING))
        .options(
            joinedload(Appointment.person), presence.joinedload(Presence.place), presence.joinedload(Presence.room)
        )
        .order_by(Appointment.starts_at)
        .limit(EVENTS_AT_MOST)
    )


def absences_shown(staff: Staff, during: Span) -> Select[Commitment]:
    absences = commitments_of([staff.id], during).where(Commitment.kind == Kind.ABSENCE)
    return absences.order_by(Commitment.starts_at).limit(EVENTS_AT_MOST)


def last_changes(staff: Staff, during: Span) -> Select[datetime | None, datetime | None]:
    """Of their presences and of their appointments, withdrawn and cancelled ones too: dropping an event is a change."""
    touching = Presence.starts_at > during.start - timedelta(hours=LONGEST_HOURS), Presence.starts_at < during.end
    presences = select(func.max(Presence.updated_at)).where(Presence.conseiller_id == staff.id, *touching)
    appointments = select(func.max(Appointment.updated_at)).where(*_appointments_in(staff, during))
    return select(presences.scalar_subquery(), appointments.scalar_subquery())


def shortest_motif_online() -> Select[Motif]:
    """The one that shows most free times."""
    offered = Motif.online, Motif.retired_at.is_(None)
    return select(Motif).where(*offered).order_by(Motif.duration_minutes, Motif.position, Motif.id).limit(1)


def _appointments_in(staff: Staff, during: Span) -> tuple[ColumnElement[bool], ...]:
    own = Appointment.conseiller_id == staff.id
    return own, Appointment.starts_at >= during.start, Appointment.starts_at < during.end
