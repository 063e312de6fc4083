"""A workshop on one A4 sheet, to be read at two metres: what, when, where, and how to come."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from cnapp.domain.workshops import Workshop, WorkshopUnknown
from cnapp.services.workshop_calendar import shown
from cnapp.web.application import settings
from cnapp.web.programmes import programme_address
from cnapp.web.qr import qr
from cnapp.wording.workshop_addresses import workshop_address, workshops_address
from cnapp.wording.workshop_words import level_word, when_lines

bp = Blueprint("poster", __name__, url_prefix="/ateliers/<public_id>/affiche")

SIZES = {"short": 24, "middling": 48, "long": 72}
"""How many letters a title has at most, to be written so large."""


@bp.get("")
def show(public_id: str) -> str:
    workshop = _workshop(public_id)
    return render_template(
        "public/poster/show.html",
        workshop=workshop,
        size=_size(workshop.title),
        when=when_lines(workshop.sessions),
        level=level_word(workshop.level),
        qr=qr(workshop_address(workshop, settings())),
        find_address=workshops_address(settings()).partition("://")[2],
        programme=programme_address(workshop),
    )


def _workshop(public_id: str) -> Workshop:
    """404 for one that nobody can come to."""
    try:
        workshop = shown(public_id)
    except WorkshopUnknown:
        abort(404)
    return workshop if workshop.stands else abort(404)


def _size(title: str) -> str:
    return next((size for size, letters in SIZES.items() if len(title) <= letters), "longest")
