"""Writing calendars that every client reads: plain events in, the bytes of an .ics out, the same ones each time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import icalendar
from icalendar import Timezone, vCalAddress, vDuration, vText

from cnapp.base.workdays import local

PRODUCT = "-//conseillers-numeriques//Aide numerique//FR"
REFRESHED_EVERY = timedelta(hours=1)

PARIS = """\
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
"""By hand: the library's own has its spring onset an hour late, and more parts than Outlook reads."""

_UNREADABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
"""Control characters and whatever some parser takes for the end of a line; the line feed stays."""


class Text(vText):
    """Escaped once, as RFC 5545 says; the library takes a backslash before an N for a line feed."""

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()


class Status(StrEnum):
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Time(StrEnum):
    """What an event says of its owner's time."""

    BUSY = "OPAQUE"
    FREE = "TRANSPARENT"


@dataclass(frozen=True)
class Address:
    """The service's own mailbox, as the organiser of everything."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of a calendar. `ends` is excluded; two dates make whole days."""

    uid: str
    summary: str
    starts: datetime | date
    ends: datetime | date
    changed_at: datetime
    sequence: int = 0
    status: Status = Status.CONFIRMED
    time: Time = Time.BUSY
    description: str = ""
    location: str = ""
    position: tuple[float, float] | None = None
    url: str = ""
    names_someone: bool = False
    is_absence: bool = False

    @property
    def method(self) -> str:
        """What a letter asks calendars to do with it."""
        return "CANCEL" if self.status is Status.CANCELLED else "REQUEST"


@dataclass(frozen=True)
class Subscription:
    """What a calendar that is read again and again says of itself."""

    name: str
    url: str
    color: str = "teal"
    color_code: str = "#0B5563"


def published(events: Iterable[Event], organizer: Address) -> bytes:
    """A file to be taken once into somebody's calendar."""
    return _bytes(_calendar(), _components(events, organizer))


def invited(events: Sequence[Event], organizer: Address, attendee: str) -> bytes:
    """What a letter carries, for whoever receives it alone: calendars enter it, change it or take it out themselves.

    All of one method; one event at least.
    """
    calendar = _calendar(events[0].method)
    components = _components(events, organizer)
    for component in components:
        component.add("attendee", _accepted(attendee))
    return _bytes(calendar, components)


def subscribed(subscription: Subscription, events: Iterable[Event], organizer: Address) -> bytes:
    """A calendar that clients come back for. No UID: some take it for the one of each event."""
    calendar = _calendar()
    for name in ("name", "x-wr-calname"):
        calendar.add(name, _text(subscription.name))
    calendar.add("x-wr-timezone", vText("Europe/Paris"))
    calendar.add("url", subscription.url)
    calendar.add("color", subscription.color)
    calendar.add("x-apple-calendar-color", vText(subscription.color_code))
    calendar.add("refresh-interval", vDuration(REFRESHED_EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESHED_EVERY))
    return _bytes(calendar, _components(events, organizer))


def _calendar(method: str = "PUBLISH") -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _bytes(calendar: icalendar.Calendar, components: Iterable[icalendar.Event]) -> bytes:
    calendar.add_component(Timezone.from_ical(PARIS))
    for component in components:
        calendar.add_component(component)
    return bytes(calendar.to_ical())


def _components(events: Iterable[Event], organizer: Address) -> list[icalendar.Event]:
    address = _address(organizer)
    return [_component(event, address) for event in events]


def _address(organizer: Address) -> vCalAddress:
    """Without quotes in the name: how they are escaped there is younger than most parsers."""
    address = vCalAddress(f"mailto:{organizer.email}")
    address.params["CN"] = _text(organizer.name).replace('"', "").replace("\n", " ")
    return address


def _accepted(email: str) -> vCalAddress:
    """Whoever booked has said yes: no calendar asks them again."""
    address = vCalAddress(f"mailto:{email}")
    address.params.update({"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
    return address


def _component(event: Event, organizer: vCalAddress) -> icalendar.Event:
    component = icalendar.Event()
    component.add("uid", event.uid)
    component.add("dtstamp", event.changed_at)
    component.add("last-modified", event.changed_at)
    component.add("sequence", event.sequence)
    component.add("dtstart", _shown(event.starts))
    component.add("dtend", _shown(event.ends))
    component.add("status", event.status.value)
    component.add("transp", event.time.value)
    component.add("organizer", organizer)
    _add_texts(component, event)
    _add_marks(component, event)
    return component


def _add_texts(component: icalendar.Event, event: Event) -> None:
    component.add("summary", _text(event.summary))
    for name, value in (("description", event.description), ("location", event.location)):
        if value:
            component.add(name, _text(value))
    if event.url:
        component.add("url", event.url)


def _add_marks(component: icalendar.Event, event: Event) -> None:
    if event.position:
        component.add("geo", event.position)
    if event.names_someone:
        component.add("class", "PRIVATE")
    if event.is_absence:
        component.add("x-microsoft-cdo-busystatus", vText("OOF"))


def _shown(moment: datetime | date) -> datetime | date:
    """On a clock of Metz; in UTC in the doubled hour of October, which no local time can name twice."""
    if not isinstance(moment, datetime):
        return moment
    shown = local(moment)
    return moment.astimezone(UTC) if shown.fold else shown


def _text(text: str) -> Text:
    """What every client can read of a text."""
    return Text(_UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")))
