"""What every answer of the interface for the town's own site shares: JSON, readable from any page, kept 30 seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from flask import Response, json, request
from flask_babel import gettext

from cnapp.base.workdays import read_day
from cnapp.domain.motifs import Motif, MotifUnknown
from cnapp.domain.places import PlaceUnknown
from cnapp.services.catalogue import motif_online, shortest_motif
from cnapp.web.errors import JSON_HEADERS

YEARS = range(2000, 3000)
A_PAGE = 50
LONGEST_NUMBER = 6
"""Digits of a page number: more is no page of anybody."""

Answer = Callable[[], dict[str, Any]]


class Fault(Exception):
    """What was asked is not understood (422); the sentence is for whoever writes the town's site."""


def public_json(answer: Answer) -> Callable[[], Response]:
    """A view that gives a dictionary, or raises a Fault; what does not exist is 404."""

    @wraps(answer)
    def show() -> Response:
        try:
            refuse_nul()
            return _response(answer(), 200)
        except Fault as fault:
            return _response({"erreur": str(fault)}, 422)
        except (MotifUnknown, PlaceUnknown) as unknown:
            return _response({"erreur": gettext(unknown.sentence)}, 404)

    return show


def _response(body: dict[str, Any], status: int) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    response = Response(text, status=status, headers=JSON_HEADERS)
    response.headers["Cache-Control"] = "public, max-age=30" if status == 200 else "no-store"
    return response


def refuse_nul() -> None:
    """PostgreSQL keeps no text with this character."""
    if any("\0" in text for text in request.args.values()):
        raise Fault(gettext("Un paramètre contient un caractère interdit."))


def needed(name: str) -> str:
    value = request.args.get(name, "").strip()
    if not value:
        raise Fault(gettext("Il manque le paramètre « %(name)s ».", name=name))
    return value


def page_given() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and int(text)):
        raise Fault(gettext("« page » est un nombre à partir de 1."))
    return int(text)


def day_given(name: str, default: date) -> date:
    """`2026-12-01`, written just so; the default when it is not given at all."""
    text = request.args.get(name)
    if text is None:
        return default
    day = _day_in(text)
    if day is None:
        raise Fault(gettext("« %(name)s » n’est pas un jour écrit comme 2026-12-01.", name=name))
    return day


def _day_in(text: str) -> date | None:
    try:
        day = read_day(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def motif_given_or_shortest() -> Motif | None:
    return motif_online(needed("motif")) if "motif" in request.args else shortest_motif()
