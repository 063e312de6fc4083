"""What each row of a conseiller's agenda says in their calendar; by default nothing about anybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext

from cnapp.base.ics import Event, Time
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.accounts import FeedToken, Names
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import Commitment
from cnapp.domain.presences import Presence
from cnapp.domain.workshops import Status as Stage
from cnapp.services.feeds import Led, Row
from cnapp.web.application import settings
from cnapp.web.feeds.addresses import day_address, derived_name
from cnapp.wording.addresses import uid
from cnapp.wording.events import WORDED_AT, position, where


def lines(feed: FeedToken, rows: Iterable[Row]) -> list[Event]:
    return [line(feed, row) for row in rows]


def line(feed: FeedToken, row: Row) -> Event:
    if isinstance(row, Presence):
        return _presence(feed, row)
    if isinstance(row, Appointment):
        return _appointment(feed, row)
    if isinstance(row, Led):
        return _session(feed, row)
    return _absence(feed, row)


def _presence(feed: FeedToken, row: Presence) -> Event:
    return Event(
        uid=uid("permanence", row.public_id, settings()),
        summary=gettext("Permanence – %(place)s", place=row.place.name),
        starts=row.starts_at,
        ends=row.ends_at,
        changed_at=_last_change(feed, row.updated_at, row.place.updated_at),
        sequence=row.version - 1,
        time=Time.FREE,
        location=where(row.place),
        position=position(row.place),
        description=_presence_description(row),
        url=day_address(row.starts_at),
    )


def _appointment(feed: FeedToken, row: Appointment) -> Event:
    presence, name = row.presence, _name(feed, row)
    changes = row.updated_at, presence.updated_at, presence.place.updated_at
    return Event(
        uid=uid("agenda", row.public_id, settings()),
        summary=gettext("Rendez-vous – %(name)s", name=name) if name else gettext("Rendez-vous individuel"),
        starts=row.starts_at,
        ends=row.ends_at,
        changed_at=_last_change(feed, *changes),
        sequence=row.version - 1,
        location=where(presence.place),
        position=position(presence.place),
        description="\n".join([*_room(presence), _details(row.starts_at)]),
        url=day_address(row.starts_at),
        names_someone=bool(name),
    )


def _session(feed: FeedToken, row: Led) -> Event:
    """Its name for life is each leader's own: two calendars never hold the same one, nor does the public one."""
    workshop, presence = row.workshop, row.presence
    counted = (row.counted_at,) if row.counted_at else ()
    return Event(
        uid=uid("seance", f"{row.session.public_id}-{feed.staff.public_id}", settings()),
        summary=gettext("Atelier – %(title)s", title=workshop.title),
        starts=row.session.starts_at,
        ends=row.session.ends_at,
        changed_at=_last_change(feed, workshop.updated_at, presence.updated_at, presence.place.updated_at, *counted),
        sequence=workshop.version - 1,
        location=where(presence.place),
        position=position(presence.place),
        description="\n".join([_filled(row), *_room(presence), _details(row.starts_at)]),
        url=day_address(row.starts_at),
    )


def _filled(row: Led) -> str:
    """« 6 inscrits / 8 places », and whether people can read of it."""
    registered = ngettext("%(num)d inscrit", "%(num)d inscrits", row.registered)
    places = ngettext("%(num)d place", "%(num)d places", row.workshop.capacity)
    draft = gettext(" (pas encore publié)") if row.workshop.status is Stage.DRAFT else ""
    return f"{registered} / {places}{draft}"


def _absence(feed: FeedToken, row: Commitment) -> Event:
    """A whole day where it is one; its hours where it is a part of a day."""
    day = day_of(row.starts_at)
    is_whole_day = row.span.covers(span_of_day(day))
    return Event(
        uid=uid("absence", derived_name("absence", row.id), settings()),
        summary=gettext("Absence"),
        starts=day if is_whole_day else row.starts_at,
        ends=day + timedelta(days=1) if is_whole_day else row.ends_at,
        changed_at=_last_change(feed),
        is_absence=True,
    )


def _last_change(feed: FeedToken, *changes: datetime) -> datetime:
    """Of anything shown: the rows, their owner, how names are shown, our wording."""
    return max(WORDED_AT, feed.created_at, feed.staff.updated_at, *changes)


def _name(feed: FeedToken, row: Appointment) -> str:
    names = {Names.NONE: "", Names.INITIALS: row.person.initials, Names.FULL: row.person.name}
    return names[feed.names]


def _presence_description(row: Presence) -> str:
    return "\n".join([*_room(row), _details(row.starts_at)])


def _room(presence: Presence) -> list[str]:
    return [gettext("Salle : %(room)s", room=presence.room.name)] if presence.room else []


def _details(starts_at: datetime) -> str:
    return str(gettext("Détails et derniers changements : %(address)s", address=day_address(starts_at)))
