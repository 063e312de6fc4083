"""The desk area: whoever receives at the counter or on the telephone, on a shared PC, by keyboard first."""

from __future__ import annotations

from cnapp.domain.people import Role
from cnapp.web.application import Application
from cnapp.web.desk import (
    appointments,
    arrivals,
    bookings,
    cancellations,
    cards,
    day,
    looks,
    moves,
    newcomers,
    noshows,
    openings,
    papers,
    places,
    searches,
    slips,
    undoings,
)
from cnapp.web.desk.changes import change_line
from cnapp.web.staff import area
from cnapp.web.wording import told_words

DAY = (day, places, newcomers, arrivals, noshows, undoings, looks, papers)
BOOKINGS = (searches, openings, appointments, bookings, moves, cancellations, slips, cards)


def register(app: Application) -> None:
    app.register_blueprint(area("desk", "/accueil", Role.DESK, parts=(*DAY, *BOOKINGS)))
    app.jinja_env.filters["change"] = change_line
    app.jinja_env.filters["told"] = told_words
