"""The desk area: whoever receives at the counter or on the telephone, on a shared PC, by keyboard first."""

from __future__ import annotations

from cnapp.domain.people import Role
from cnapp.web.application import Application
from cnapp.web.desk import day
from cnapp.web.staff import area

PARTS = (day,)


def register(app: Application) -> None:
    app.register_blueprint(area("desk", "/accueil", Role.DESK, parts=PARTS))
