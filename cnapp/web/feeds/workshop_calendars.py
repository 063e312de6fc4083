"""Public calendars of workshops: all of them, those of a place, and one session as a file."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from flask import Blueprint, Response, abort
from flask_babel import force_locale, gettext

from cnapp.base.ics import Address, Event, Subscription, published, subscribed
from cnapp.domain.places import Place, PlaceUnknown
from cnapp.domain.workshop_calendar import Wanted
from cnapp.domain.workshop_sessions import SessionUnknown
from cnapp.domain.workshops import WorkshopUnknown
from cnapp.services.catalogue import place_known
from cnapp.services.workshop_calendar import Held, Programme, programme, session_at
from cnapp.web.application import now, settings
from cnapp.web.feeds.calendar import CALENDAR
from cnapp.web.feeds.conditional import kept_by_clients
from cnapp.wording.addresses import organizer
from cnapp.wording.events import WORDED_AT
from cnapp.wording.workshop_addresses import workshops_address
from cnapp.wording.workshop_events import Calendar, session_event

bp = Blueprint("workshop_calendars", __name__)

PUBLIC = "public, max-age=300"
CALENDARS_KEPT = 32
LONGEST_NUMBER = 3
"""Digits of the number of a session."""


@bp.get("/ateliers.ics", provide_automatic_options=False)
def index() -> Response:
    return _answer(None, programme(Wanted(), now=now()))


@bp.get("/lieux/<slug>/ateliers.ics", provide_automatic_options=False)
def of_place(slug: str) -> Response:
    """An unknown place is 404 with an empty body, as programs expect."""
    try:
        place = place_known(slug)
    except PlaceUnknown:
        return Response(status=404)
    return _answer(place, programme(Wanted(place_id=place.id), now=now()))


@bp.get("/ateliers/<public_id>/<number>.ics", provide_automatic_options=False)
def show(public_id: str, number: str) -> Response:
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        abort(404)
    try:
        held = session_at(public_id, int(number))
    except (WorkshopUnknown, SessionUnknown):
        abort(404)
    with force_locale("fr"):
        event = _event(held, Calendar.OWN)
    response = Response(published([event], organizer(settings())), content_type=CALENDAR)
    response.headers["Content-Disposition"] = 'attachment; filename="atelier.ics"'
    response.headers["Cache-Control"] = PUBLIC
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _answer(place: Place | None, shown: Programme) -> Response:
    with force_locale("fr"):
        events = tuple(_event(held, Calendar.PUBLIC) for held in shown.sessions)
        body = _written(_subscription(place), events, organizer(settings()))
    response = Response(body, content_type=CALENDAR)
    name = f"ateliers-{place.slug}" if place else "ateliers"
    return kept_by_clients(response, _last_change(shown), name=name, cache=PUBLIC)


@lru_cache(maxsize=CALENDARS_KEPT)
def _written(subscription: Subscription, events: tuple[Event, ...], service: Address) -> bytes:
    """Writing costs far more than reading the rows; the same events give the same bytes."""
    return subscribed(subscription, events, service)


def _event(held: Held, calendar: Calendar) -> Event:
    return session_event(held.workshop, held.session, held.number, calendar=calendar, settings=settings())


def _subscription(place: Place | None) -> Subscription:
    where = place.name if place else settings().town
    return Subscription(gettext("Ateliers numériques – %(where)s", where=where), workshops_address(settings(), place))


def _last_change(shown: Programme) -> datetime:
    return max(WORDED_AT, shown.changed_at)
