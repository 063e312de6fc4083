"""Calendars that are read again and again: an answer without a body when nothing has changed."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from flask import Response, request


def kept_by_clients(response: Response, changed_at: datetime, *, name: str, cache: str) -> Response:
    """`name` is a file name of ours; `cache` who may keep it, and how long."""
    response.set_etag(sha256(response.get_data()).hexdigest())
    response.last_modified = changed_at
    response.headers["Cache-Control"] = cache
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    response.make_conditional(request)
    return response
