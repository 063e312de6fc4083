"""Addresses that programs read: calendars, and free times for the town's own site."""

from __future__ import annotations

from flask import Blueprint

from cnapp.web.application import Application
from cnapp.web.feeds import (
    calendar,
    documentation,
    motifs,
    places,
    receipt,
    registration,
    robots,
    slots,
    workshop_calendars,
    workshops,
)


def register(app: Application) -> None:
    """Read-only and without session: nobody is asked who they are."""
    feeds = Blueprint("feeds", __name__)
    for resource in (calendar, receipt, registration, robots, workshop_calendars):
        feeds.register_blueprint(resource.bp)
    for resource in (motifs, places, slots, workshops, documentation):
        feeds.register_blueprint(resource.bp, url_prefix="/api")
    app.before_request(calendar.turn_away)
    app.register_blueprint(feeds)
