"""Which page of a long list the address asks for."""

from __future__ import annotations

from flask import abort, request

LAST_PAGE = 9999


def page_asked() -> int:
    """« page=2 », the first without it; anything else is no page."""
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PAGE)) and int(text)):
        abort(404)
    return int(text)
