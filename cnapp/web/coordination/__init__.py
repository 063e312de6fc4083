"""The coordination area: who is where each week, and all that the town decides."""

from __future__ import annotations

from cnapp.domain.people import Role
from cnapp.web.application import Application
from cnapp.web.coordination import histories, presences, rule_previews, rules, week, withdrawals
from cnapp.web.staff import area

PARTS = (histories, presences, rule_previews, rules, week, withdrawals)


def register(app: Application) -> None:
    app.register_blueprint(area("coordination", "/coordination", Role.COORDINATOR, parts=PARTS))
