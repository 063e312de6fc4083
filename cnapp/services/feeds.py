"""Calendar feeds of conseillers: their secret addresses, and what they show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db
from cnapp.base.tokens import fingerprint, new_token
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.accounts import FeedToken, Names, feed_with
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import Commitment
from cnapp.domain.feeds import (
    EVENTS_AT_MOST,
    SHOWN_AGAIN,
    AddressShownAlready,
    FeedGone,
    FeedUnknown,
    absences_shown,
    appointments_shown,
    is_gone,
    last_changes,
    presences_shown,
    revocation,
    standing_feeds,
    use_noted,
    window,
)
from cnapp.domain.people import Staff
from cnapp.domain.presences import Presence
from cnapp.domain.workshop_days import sessions_shown
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop


@dataclass(frozen=True)
class Led:
    """A session that somebody leads, with what its event says: never who is registered."""

    session: WorkshopSession
    workshop: Workshop
    presence: Presence
    registered: int
    counted_at: datetime | None
    """When the number of those who are registered last changed."""

    @property
    def starts_at(self) -> datetime:
        return self.session.starts_at


Row = Presence | Appointment | Commitment | Led


@dataclass(frozen=True)
class Events:
    """What a feed shows, in order, and when the list last changed, dropped rows included."""

    rows: list[Row]
    changed_at: datetime


def feed_at(token: str, *, now: datetime) -> FeedToken:
    """Raises FeedUnknown, or FeedGone once it is revoked or its owner has left."""
    feed = db.session.scalar(feed_with(token))
    if feed is None:
        raise FeedUnknown
    if is_gone(feed, now):
        raise FeedGone
    return feed


def current_feed(staff: Staff) -> FeedToken | None:
    """Where somebody's calendar is read now; its address itself is nowhere."""
    return db.session.scalar(standing_feeds(staff.id).limit(1))


def replace_address(staff: Staff, *, names: Names, now: datetime) -> str:
    """The token of a new address; the old ones answer 410 from now on. The caller locks the staff row."""
    token = new_token()
    _replace(staff, token, names=names, now=now)
    return token


def replace_address_by(token: str, staff: Staff, *, names: Names, now: datetime) -> None:
    """The same with a token that belongs to one form: sent twice, it makes one address.

    Raises AddressShownAlready where the form is old or its address already replaced.
    """
    known = db.session.scalar(feed_with(token))
    if known is None:
        _replace(staff, token, names=names, now=now)
    elif known.revoked_at or now >= known.created_at + SHOWN_AGAIN:
        raise AddressShownAlready


def _replace(staff: Staff, token: str, *, names: Names, now: datetime) -> None:
    revoke_addresses(staff, now=now)
    db.session.add(FeedToken(staff_id=staff.id, token_hash=fingerprint(token), names=names, created_at=now))
    db.session.flush()


def revoke_addresses(staff: Staff, *, now: datetime) -> None:
    """No calendar reads theirs any more."""
    db.session.execute(revocation(staff.id, now))


def note_use(feed: FeedToken, *, now: datetime) -> None:
    """That a calendar still reads it, to the hour."""
    db.session.execute(use_noted(feed.id, now))


def events_of(staff: Staff, *, now: datetime) -> Events:
    """Presences, standing appointments, sessions led and absences of the window; as many queries however many."""
    during = window(now)
    rows: list[Row] = [
        *db.session.scalars(presences_shown(staff, during)),
        *db.session.scalars(appointments_shown(staff, during)),
        *(Led(*row) for row in db.session.execute(sessions_shown(staff.id, during).limit(EVENTS_AT_MOST))),
        *db.session.scalars(absences_shown(staff, during)),
    ]
    rows.sort(key=lambda row: row.starts_at)
    changes = db.session.execute(last_changes(staff, during)).one()
    return Events(rows[:EVENTS_AT_MOST], _last([*changes, staff.updated_at], now))


def _last(changes: Iterable[datetime | None], now: datetime) -> datetime:
    """At least this morning's midnight: the window moved then, and a presence may have gone to a colleague."""
    return max(span_of_day(day_of(now)).start, *(change for change in changes if change))
