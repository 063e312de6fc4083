"""The Flask application with its settings and its clock."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from datetime import datetime
from types import TracebackType
from typing import Any, cast

from flask import Flask, current_app, g
from flask.sessions import SecureCookieSessionInterface
from flask.templating import Environment
from flask.typing import ResponseReturnValue
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.exc import OperationalError

from cnapp.base.clock import Clock
from cnapp.base.database import lost_a_race
from cnapp.config import Settings

RUNS_AT_MOST = 3
ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Templates(Environment):
    """Templates that share their globals as they are: Jinja compares them at each import, and a page has dozens."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return self.globals if d is None else super().make_globals(d)


class Sessions(SecureCookieSessionInterface):
    """Of one application, signed with what is made once, not at each request."""

    serializer_kept: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        self.serializer_kept = self.serializer_kept or super().get_signing_serializer(app)
        return self.serializer_kept


class Application(Flask):
    """A request whose transaction was given up for another is run again: nothing of it has happened."""

    jinja_environment = Templates
    jinja_options = {"cache_size": -1}
    """All templates stay in memory, without a record of which was used last."""
    settings: Settings
    clock: Clock
    demonstration: bool = False
    """Whether what people see is invented; read when the database is found sound."""

    @staticmethod
    def ensure_sync(func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is async, so that nothing need be looked at before it is called."""
        return func

    def dispatch_request(self) -> ResponseReturnValue:
        for run in range(1, RUNS_AT_MOST + 1):
            try:
                return super().dispatch_request()
            except OperationalError as error:
                if run == RUNS_AT_MOST or not lost_a_race(error):
                    raise
        raise AssertionError("unreachable")

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Flask's own line would hold the address, and with it tokens."""
        self.logger.error("unhandled", exc_info=exc_info)


def this_app() -> Application:
    return cast(Application, current_app)


def settings() -> Settings:
    return this_app().settings


def now() -> datetime:
    """The instant of this request, the same for all of it."""
    if "now" not in g:
        g.now = this_app().clock()
    return cast(datetime, g.now)
