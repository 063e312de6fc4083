"""The desk area: whoever receives at the counter or on the telephone, on a shared PC, by keyboard first."""

from __future__ import annotations

from cnapp.domain.people import Role
from cnapp.web.application import Application
from cnapp.web.desk import arrivals, day, looks, newcomers, noshows, papers, places, undoings
from cnapp.web.desk.changes import change_line
from cnapp.web.staff import area

PARTS = (arrivals, day, looks, newcomers, noshows, papers, places, undoings)


def register(app: Application) -> None:
    app.register_blueprint(area("desk", "/accueil", Role.DESK, parts=PARTS))
    app.jinja_env.filters["change"] = change_line
