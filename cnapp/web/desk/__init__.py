"""The desk area: whoever receives at the counter or on the telephone, on a shared PC, by keyboard first."""

from __future__ import annotations

from cnapp.domain.people import Role
from cnapp.web.application import Application
from cnapp.web.desk import (
    appointments,
    bookings,
    cancellations,
    cards,
    day,
    moves,
    openings,
    searches,
    slips,
)
from cnapp.web.staff import area
from cnapp.web.wording import told_words

PARTS = (appointments, bookings, cancellations, cards, day, moves, openings, searches, slips)


def register(app: Application) -> None:
    app.register_blueprint(area("desk", "/accueil", Role.DESK, parts=PARTS))
    app.jinja_env.filters["told"] = told_words
