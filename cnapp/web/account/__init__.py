"""The account area: signing in and out, one's own profile; and the guard that the staff's areas stand behind."""

from __future__ import annotations

from flask import Blueprint

from cnapp.domain.accounts import REMEMBERED_LASTS
from cnapp.web.account import browsers, destinations, forgotten, letters, links, passwords, profile, sessions, signed_in
from cnapp.web.application import Application


def register(app: Application) -> None:
    app.config["PERMANENT_SESSION_LIFETIME"] = REMEMBERED_LASTS
    signed_in.register(app)
    destinations.register(app)
    area = Blueprint("account", __name__)
    for part in (sessions, profile, passwords, browsers, letters, links, forgotten):
        area.register_blueprint(part.bp)
    app.register_blueprint(area)
