"""The desk area: whoever receives at the counter or on the telephone, on a shared PC, by keyboard first."""

from __future__ import annotations

from cnapp.domain.people import Role
from cnapp.web import calls
from cnapp.web.application import Application
from cnapp.web.calls.words import FILTERS as OF_CALLS
from cnapp.web.desk import (
    appointments,
    arrivals,
    bookings,
    cancellations,
    cards,
    certificates,
    coordinates,
    day,
    looks,
    memo,
    moves,
    newcomers,
    noshows,
    openings,
    outcomes,
    papers,
    places,
    registration_endings,
    registration_slips,
    registrations,
    searches,
    sheets,
    slips,
    undoings,
    visit_certificates,
    visit_slips,
    visit_times,
    visit_undoings,
    visits,
    waits,
    workshops,
)
from cnapp.web.desk.changes import change_line
from cnapp.web.desk.visit_words import offer_elsewhere, state_of, word_of
from cnapp.web.staff import area
from cnapp.web.wording import told_words

DAY = (day, places, newcomers, arrivals, noshows, undoings, looks, papers, memo)
CHANGES = (moves, cancellations, coordinates)
BOOKINGS = (searches, openings, appointments, bookings, *CHANGES, slips, cards, certificates, waits)
VISITS = (visits, outcomes, visit_times, visit_undoings, visit_slips, visit_certificates)
WORKSHOPS = (workshops, registrations, registration_endings, registration_slips, sheets)
FILTERS = {
    "change": change_line,
    "offer_elsewhere": offer_elsewhere,
    "told": told_words,
    "visit_state": state_of,
    "visit_word": word_of,
    **OF_CALLS,
}


def register(app: Application) -> None:
    app.register_blueprint(
        area("desk", "/accueil", Role.DESK, parts=(*DAY, *BOOKINGS, *VISITS, *WORKSHOPS, *calls.PARTS))
    )
    app.jinja_env.filters.update(FILTERS)
