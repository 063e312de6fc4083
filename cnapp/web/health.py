"""/sante, and the door that stays shut until the database is safe and every guard stands in it.

A post that does not run is told to whoever watches /sante, and shuts no door: people book all the same.
"""

from __future__ import annotations

import logging
from dataclasses import asdict

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from cnapp.base.database import db
from cnapp.services.doctor import reasons_to_stay_shut
from cnapp.services.journal import is_demonstration
from cnapp.services.post import Lag, lag, why_late
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
        if not is_sound():
            return jsonify(status="unavailable"), 503
        post = _post()
        late = why_late(post) if post and app.settings.sends_letters else None
        facts = {"post": post and asdict(post)}
        return (jsonify(status="late", reason=late, **facts), 503) if late else (jsonify(status="ok", **facts), 200)

    @app.before_request
    def stay_shut() -> ResponseReturnValue | None:
        if found_sound or request.endpoint in ("health", "static") or is_sound():
            return None
        return unavailable()


def _post() -> Lag | None:
    """How letters leave; whoever books needs none of it, so that nothing here shuts the door."""
    try:
        return lag(now())
    except SQLAlchemyError as error:
        log.error("post", extra={"fields": {"reason": type(error).__name__}})
        return None
    finally:
        db.session.rollback()
