"""The workshops of a month at one place, on paper for its door."""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint, abort, render_template, request

from cnapp.base.workdays import day_of
from cnapp.domain.places import Place, PlaceUnknown
from cnapp.services.catalogue import place_known
from cnapp.services.workshop_calendar import announced
from cnapp.web.application import now, settings
from cnapp.web.qr import qr
from cnapp.wording.workshop_addresses import workshops_address
from cnapp.wording.workshop_words import hours_words, level_word, month_words, number_words

bp = Blueprint("programme", __name__, url_prefix="/lieux/<slug>/programme")

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)
FARTHEST_MONTHS = 24
"""Before or after this one: nothing is shown beyond."""


@bp.get("")
def show(slug: str) -> str:
    place, month = _place(slug), _month()
    address = workshops_address(settings(), place)
    return render_template(
        "public/programme/show.html",
        place=place,
        month=month_words(month),
        sessions=announced(place, month, _last_day(month)),
        before=_shown(_months_on(month, -1)),
        after=_shown(_months_on(month, 1)),
        qr=qr(address),
        find_address=address.partition("://")[2],
        hours=hours_words,
        level=level_word,
        which=number_words,
        month_words=month_words,
    )


def _place(slug: str) -> Place:
    try:
        return place_known(slug)
    except PlaceUnknown:
        abort(404)


def _month() -> date:
    """The first day of what is asked, « 2026-12 »; of this month where nothing is. Any other is no page."""
    text = request.args.get("mois")
    if text is None:
        return day_of(now()).replace(day=1)
    found = MONTH.fullmatch(text) or abort(404)
    return _shown(date(int(found[1]), int(found[2]), 1)) or abort(404)


def _shown(month: date) -> date | None:
    today = day_of(now())
    apart = (month.year - today.year) * 12 + month.month - today.month
    return month if abs(apart) <= FARTHEST_MONTHS else None


def _months_on(month: date, number: int) -> date:
    years, index = divmod(month.month - 1 + number, 12)
    return date(month.year + years, index + 1, 1)


def _last_day(month: date) -> date:
    return date.fromordinal(_months_on(month, 1).toordinal() - 1)
