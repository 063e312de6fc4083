"""/sante, and the door that stays shut until the database is safe and every guard stands in it."""

from __future__ import annotations

import logging
from dataclasses import asdict

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from cnapp.base.database import db
from cnapp.services.doctor import reasons_to_stay_shut
from cnapp.services.journal import is_demonstration
from cnapp.services.post import lag
from cnapp.web.application import Application, now
from cnapp.web.errors import unavailable

log = logging.getLogger("cnapp.health")


def register(app: Application) -> None:
    found_sound = False

    def is_sound() -> bool:
        nonlocal found_sound
        try:
            reasons = reasons_to_stay_shut()
            app.demonstration = not reasons and is_demonstration()
        except SQLAlchemyError as error:
            reasons = [type(error).__name__]
        if reasons:
            log.error("shut", extra={"fields": {"reasons": reasons}})
        found_sound = not reasons
        db.session.rollback()
        return found_sound

    @app.get("/sante")
    def health() -> tuple[Response, int]:
        return (jsonify(status="ok", post=_post()), 200) if is_sound() else (jsonify(status="unavailable"), 503)

    @app.before_request
    def stay_shut() -> ResponseReturnValue | None:
        if found_sound or request.endpoint in ("health", "static") or is_sound():
            return None
        return unavailable()


def _post() -> dict[str, int | None] | None:
    """How letters leave; whoever books needs none of it, so that nothing here shuts the door."""
    try:
        return asdict(lag(now()))
    except SQLAlchemyError as error:
        log.error("post", extra={"fields": {"reason": type(error).__name__}})
        return None
    finally:
        db.session.rollback()
