"""/robots.txt forbids nothing: Google's calendar obeys it, and what is private says noindex itself."""

from __future__ import annotations

from flask import Blueprint, Response

bp = Blueprint("robots", __name__)


@bp.get("/robots.txt")
def show() -> Response:
    response = Response("User-agent: *\nDisallow:\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
