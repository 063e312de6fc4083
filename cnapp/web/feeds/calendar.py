"""A conseiller's calendar at its secret address: read by programs, without cookie or password."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, request
from flask_babel import force_locale, gettext

from cnapp.base.database import transaction
from cnapp.base.ics import Event, Subscription, subscribed
from cnapp.domain.accounts import FeedToken, TooManyTries
from cnapp.domain.feeds import FeedGone, FeedUnknown, use_is_due
from cnapp.services.feeds import Events, events_of, feed_at, note_use
from cnapp.services.reads import MINUTES, Tally, note_ten, refuse_too_many
from cnapp.web.application import now, settings
from cnapp.web.feeds.addresses import absolute, feed_name
from cnapp.web.feeds.conditional import kept_by_clients
from cnapp.web.feeds.lines import lines
from cnapp.wording.addresses import organizer
from cnapp.wording.events import WORDED_AT

bp = Blueprint("calendar", __name__)

CALENDAR = "text/calendar; charset=utf-8"
RETRY_SECONDS = str(MINUTES * 60)

tally = Tally()


@bp.get("/calendrier/<token>/<name>.ics", provide_automatic_options=False)
def show(token: str, name: str) -> Response:
    """Any readable name will do. An unknown address is 404, a dead one 410: clients treat them differently."""
    try:
        feed = feed_at(token, now=now())
        refuse_too_many(feed, now=now())
    except FeedUnknown:
        return Response(status=404)
    except FeedGone:
        return Response(status=410)
    except TooManyTries:
        return Response(status=429, headers={"Retry-After": RETRY_SECONDS})
    response = _answer(feed)
    _note_use(feed)
    return response


def turn_away() -> Response | None:
    """Before a request: methods and paths that no calendar answers get an empty body, no page and no cookie."""
    fault = request.routing_exception
    if fault is None or not request.path.startswith("/calendrier/"):
        return None
    allowed = {"Allow": "GET, HEAD"} if fault.code == 405 else {}
    return Response(status=fault.code, headers=allowed)


def _answer(feed: FeedToken) -> Response:
    events = events_of(feed.staff, now=now())
    with force_locale("fr"):
        shown = lines(feed, events.rows)
        response = Response(subscribed(_subscription(feed), shown, organizer(settings())), content_type=CALENDAR)
    changed_at, name = _last_change(feed, events, shown), feed_name(feed.staff)
    return kept_by_clients(response, changed_at, name=name, cache="private, no-cache")


def _subscription(feed: FeedToken) -> Subscription:
    title = gettext("%(service)s – %(name)s", service=settings().service_name, name=feed.staff.first_name)
    return Subscription(title, absolute("/"))


def _last_change(feed: FeedToken, events: Events, shown: list[Event]) -> datetime:
    return max(WORDED_AT, feed.created_at, events.changed_at, *(event.changed_at for event in shown))


def _note_use(feed: FeedToken) -> None:
    """Most reads write nothing."""
    is_tenth = tally.completes_ten(feed, now())
    if not is_tenth and not use_is_due(feed, now()):
        return
    with transaction():
        note_use(feed, now=now())
        if is_tenth:
            note_ten(feed, now=now())
