"""The desk area: whoever receives at the counter or on the telephone, on a shared PC, by keyboard first."""

from __future__ import annotations

from cnapp.domain.people import Role
from cnapp.web.application import Application
from cnapp.web.desk import (
    certificates,
    day,
    memo,
    outcomes,
    visit_certificates,
    visit_slips,
    visit_times,
    visit_undoings,
    visits,
)
from cnapp.web.desk.visit_words import offer_elsewhere, state_of, word_of
from cnapp.web.staff import area

PARTS = (
    certificates,
    day,
    memo,
    outcomes,
    visit_certificates,
    visit_slips,
    visit_times,
    visit_undoings,
    visits,
)
FILTERS = {"visit_state": state_of, "visit_word": word_of, "offer_elsewhere": offer_elsewhere}


def register(app: Application) -> None:
    app.register_blueprint(area("desk", "/accueil", Role.DESK, parts=PARTS))
    app.jinja_env.filters.update(FILTERS)
