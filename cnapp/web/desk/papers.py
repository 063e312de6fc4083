"""A day on paper: with names for the desk, with initials for a door."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from cnapp.services import desk_day
from cnapp.web.agenda.addresses import day_in
from cnapp.web.application import now
from cnapp.web.desk.here import day_address, my_place

bp = Blueprint("papers", __name__)

READERS = {"accueil": "desk/papers/desk.html", "porte": "desk/papers/door.html"}


@bp.get("/<day>/papier")
def show(day: str) -> str:
    template = READERS.get(request.args.get("pour", "accueil")) or abort(404)
    on, place = day_in(day), my_place()
    return render_template(template, shown=desk_day.day(place, on), back=day_address(on), now=now())
