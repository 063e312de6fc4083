"""The places: where they are, when they are open, who is there, and the next free time."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, abort, render_template

from cnapp.base.workdays import day_of
from cnapp.domain.hours import timetables
from cnapp.domain.motifs import Motif
from cnapp.domain.places import Place, PlaceUnknown
from cnapp.domain.slots import Slot, Wish
from cnapp.services.catalogue import place_known, places_listed, shortest_motif
from cnapp.services.receiving import Reception, closures_ahead, receptions_at
from cnapp.services.slots import next_slots
from cnapp.services.workshop_search import coming_at
from cnapp.web.application import now
from cnapp.web.paging import page_asked
from cnapp.web.public import wording
from cnapp.web.public.wording import known

bp = Blueprint("places", __name__, url_prefix="/lieux")

PLACES_A_PAGE = 50
SOON = timedelta(days=7)
"""Whoever means to come within this must read first that it is closed."""


@bp.get("")
def index() -> str:
    page = page_asked()
    places, has_more = places_listed(day_of(now()), page=page, size=PLACES_A_PAGE)
    if not places and page > 1:
        abort(404)
    return render_template("public/places/index.html", places=places, page=page, has_more=has_more)


@bp.get("/<slug>")
def show(slug: str) -> str:
    place, at = _place(slug), now()
    motif, workshops = shortest_motif(), coming_at(place, now=at)
    return render_template(
        "public/places/show.html",
        place=place,
        timetables=timetables(place.opening_hours, day_of(at)),
        closures=closures_ahead(place, now=at),
        receptions=_by_day(receptions_at(place, now=at)),
        next_slot=_next_slot(place, motif),
        workshops=workshops,
        programme_month=f"{day_of(workshops[0].starts_at):%Y-%m}" if workshops else None,
        today=day_of(at),
        soon=day_of(at) + SOON,
        step_free=known(place.step_free),
        hearing_loop=known(place.hearing_loop),
        wording=wording,
    )


def _by_day(receptions: list[Reception]) -> dict[date, list[Reception]]:
    return {day: list(of_day) for day, of_day in groupby(receptions, lambda each: day_of(each.starts_at))}


def _place(slug: str) -> Place:
    try:
        return place_known(slug)
    except PlaceUnknown:
        abort(404)


def _next_slot(place: Place, motif: Motif | None) -> Slot | None:
    """For the shortest subject that can be booked online."""
    return next_slots(Wish(motif, (place.id,)), now=now()).get(place.id) if motif else None
