"""/sante, and the door that stays shut until every guard stands in the database."""

from __future__ import annotations

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from cnapp.base.database import db
from cnapp.services.doctor import missing_guards
from cnapp.web.application import Application
from cnapp.web.errors import unavailable


def register(app: Application) -> None:
    found_sound = False

    def is_sound() -> bool:
        nonlocal found_sound
        try:
            found_sound = not missing_guards()
        except SQLAlchemyError:
            found_sound = False
        db.session.rollback()
        return found_sound

    @app.get("/sante")
    def health() -> tuple[Response, int]:
        return (jsonify(status="ok"), 200) if is_sound() else (jsonify(status="unavailable"), 503)

    @app.before_request
    def stay_shut() -> ResponseReturnValue | None:
        if found_sound or request.endpoint in ("health", "static") or is_sound():
            return None
        return unavailable()
