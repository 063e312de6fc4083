"""How a reader likes the pages: the size of letters, remembered in a cookie."""

from __future__ import annotations

import re

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cnapp.web.application import settings
from cnapp.web.rendering import TEXT_SIZES

bp = Blueprint("preferences", __name__, url_prefix="/affichage")

A_YEAR = 365 * 24 * 3600
OURS = re.compile(r"/(?![/\\])[\w\-./?&=%@,+~:]*", re.ASCII)
"""A path of ours, with its query: no scheme, no host, no backslash, no control character."""


@bp.post("")
def create() -> ResponseReturnValue:
    size = request.form.get("size", "")
    if size not in ("normal", *TEXT_SIZES):
        abort(422)
    response = redirect(_safe(request.form.get("next", "")), 303)
    response.set_cookie("taille", size, max_age=A_YEAR, secure=settings().is_https, httponly=True, samesite="Lax")
    return response


def _safe(address: str) -> str:
    return address if OURS.fullmatch(address) else url_for("public.home.show")
