"""Logs as JSON lines, one event a line, with a request id and nothing about anybody."""

from __future__ import annotations

import json
import logging
import secrets
import time
from typing import Any

from flask import Response, g, request
from flask.logging import wsgi_errors_stream

from cnapp.web.application import Application

HANDLER = "cnapp"
access = logging.getLogger("cnapp.access")


class JsonLine(logging.Formatter):
    """One line whatever the message holds; tracebacks name places in the code, never values."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["trace"] = _places(record)
        return json.dumps(line, ensure_ascii=True)


def _places(record: logging.LogRecord) -> list[str]:
    frames, trace = [], record.exc_info[2] if record.exc_info else None
    while trace:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames


def request_id() -> str:
    """Made here: what a client sends is not trusted to be one line."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(6)
    return str(g.request_id)


def _open_the_log() -> None:
    """Once a process, however many applications it makes."""
    logger = logging.getLogger("cnapp")
    if any(handler.name == HANDLER for handler in logger.handlers):
        return
    handler: logging.StreamHandler[Any] = logging.StreamHandler(wsgi_errors_stream)
    handler.set_name(HANDLER)
    handler.setFormatter(JsonLine())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def register(app: Application) -> None:
    _open_the_log()

    @app.after_request
    def tell(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "-"
        fields = {"request": request_id(), "method": request.method, "route": route, "status": response.status_code}
        access.info("request", extra={"fields": fields})
        response.headers["X-Request-Id"] = request_id()
        return response
