"""A citizen's appointment or workshop as events of their own calendar: the same in the file and in the letters."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import gettext

from cnapp.base.ics import Event, Status, Time
from cnapp.config import Settings
from cnapp.domain.appointments import CANCELLED, Appointment
from cnapp.domain.appointments import Status as Standing
from cnapp.domain.places import Place
from cnapp.domain.registrations import Registration
from cnapp.domain.registrations import Standing as Seating
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.wording.addresses import retrieval_address, uid

WORDED_AT = datetime(2026, 11, 1, tzinfo=UTC)
"""Raise it with every change of wording of events: clients keep the old text until LAST-MODIFIED rises."""


def event_of(row: Appointment, *, settings: Settings, now: datetime) -> Event:
    """The same event for life, whether it stands, has moved or is cancelled."""
    is_cancelled = row.status in (*CANCELLED, Standing.DISPLACED)
    place = row.presence.place
    changes = row.updated_at, row.presence.updated_at, place.updated_at, row.motif.updated_at, row.conseiller.updated_at
    title = _title(settings)
    return Event(
        uid=uid("rdv", row.public_id, settings),
        summary=title if not is_cancelled else gettext("Annulé : %(title)s", title=title),
        starts=row.starts_at,
        ends=row.ends_at,
        changed_at=max(WORDED_AT, *changes),
        sequence=row.version - 1,
        status=Status.CANCELLED if is_cancelled else Status.CONFIRMED,
        time=Time.FREE if is_cancelled else Time.BUSY,
        location=where(place),
        position=position(place),
        description=_description(row, settings) if row.shows_its_person(now) else "",
    )


def _title(settings: Settings) -> str:
    return str(gettext("Rendez-vous – %(service)s", service=settings.service_name))


def _description(row: Appointment, settings: Settings) -> str:
    """What helps on the day. The short code, not the secret address: calendars are often shared."""
    lines = [
        gettext("Avec %(name)s", name=row.conseiller.first_name),
        gettext("Sujet : %(motif)s", motif=row.motif.title),
        gettext("À apporter : %(things)s", things=row.motif.bring) if row.motif.bring else "",
        row.presence.place.way_in,
        _changes(row.shown_code, settings),
    ]
    return "\n".join(line for line in lines if line)


def _changes(code: str, settings: Settings) -> str:
    address = retrieval_address(settings)
    return str(gettext("Pour déplacer ou annuler : %(address)s, code %(code)s", address=address, code=code))


def events_of_registration(row: Registration, *, settings: Settings, now: datetime) -> list[Event]:
    """One for each session, the same for life; none for whoever waits, who has nothing to note yet."""
    if row.status in (Seating.WAITING, Seating.OFFERED):
        return []
    return [_session_event(row, session, settings, now) for session in row.workshop.sessions]


def _session_event(row: Registration, session: WorkshopSession, settings: Settings, now: datetime) -> Event:
    is_cancelled, place = row.status is not Seating.REGISTERED, row.workshop.place
    title = gettext("Atelier – %(title)s", title=row.workshop.title)
    return Event(
        uid=uid("inscription", f"{row.public_id}-{session.public_id}", settings),
        summary=title if not is_cancelled else gettext("Annulé : %(title)s", title=title),
        starts=session.starts_at,
        ends=session.ends_at,
        changed_at=max(WORDED_AT, row.updated_at, row.workshop.updated_at, place.updated_at),
        sequence=row.version - 1,
        status=Status.CANCELLED if is_cancelled else Status.CONFIRMED,
        time=Time.FREE if is_cancelled else Time.BUSY,
        location=where(place),
        position=position(place),
        description=_what_to_know(row, session, settings) if row.shows_its_person(now) else "",
    )


def _what_to_know(row: Registration, session: WorkshopSession, settings: Settings) -> str:
    """Like an appointment's: the short code, not the secret address."""
    workshop, names = row.workshop, ", ".join(leader.first_name for leader in session.leaders)
    lines = [
        gettext("Avec %(name)s", name=names) if names else "",
        gettext("À apporter : %(things)s", things=workshop.bring) if workshop.bring else "",
        gettext("Nous vous prêtons un ordinateur.") if row.is_lent else "",
        workshop.place.way_in,
        _changes(row.shown_code, settings),
    ]
    return "\n".join(line for line in lines if line)


def where(place: Place) -> str:
    return f"{place.name}, {place.address}, {place.postcode} {place.town}"


def position(place: Place) -> tuple[float, float] | None:
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude
