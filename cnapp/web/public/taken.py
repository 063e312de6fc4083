"""« Cette heure vient d’être prise »: not an error but a page, with the nearest times and the answers kept."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from cnapp.domain.slots import Choice, Wish
from cnapp.services.times import times_near
from cnapp.web.application import now
from cnapp.web.public.times import days_of


def taken(choice: Choice, wish: Wish, *, again: str, others: str, **values: Any) -> ResponseReturnValue:
    """`again` takes the new choice, `others` shows all times: endpoints, with the same values."""
    days = days_of(times_near(choice, wish, now=now()), wish)
    addresses = {"again": url_for(again, **values), "others": url_for(others, **values)}
    show_places = len(wish.place_ids) > 1
    return render_template("public/taken/show.html", days=days, show_places=show_places, **addresses), 409
