"""One day at the desk's place: who receives, who comes, who is late, and what changed."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template

from cnapp.base.workdays import day_of
from cnapp.services import desk_day, desks
from cnapp.web.account.signed_in import by_me, me, my_sign_in
from cnapp.web.agenda.addresses import day_in
from cnapp.web.application import now
from cnapp.web.desk.appointments import SearchForm
from cnapp.web.desk.here import day_address, my_place, my_places
from cnapp.web.desk.newcomers import NewcomerForm
from cnapp.web.desk.places import WorkForm

bp = Blueprint("day", __name__)


@bp.get("/")
def today() -> str:
    if me().phone_line:
        return _telephone()
    return _page(day_of(now())) if my_places() else render_template("desk/day/nowhere.html")


@bp.get("/<day>")
def show(day: str) -> str:
    return _page(day_in(day))


def _page(day: date) -> str:
    place, today = my_place(), day_of(now())
    news = desk_day.news(place, me(), by=by_me(), now=now()) if day == today else None
    return render_template(
        "desk/day/show.html",
        shown=desk_day.day(place, day),
        news=news,
        displaced=desk_day.without_time(place, now=now()) if day == today else [],
        form=NewcomerForm(),
        hand=my_sign_in().hand,
        today=today,
        now=now(),
        day_address=day_address,
    )


def _telephone() -> str:
    """Any booking of the town first, then the day of one place."""
    place = desks.current_place(my_sign_in(), now=now())
    return render_template(
        "desk/day/telephone.html",
        form=WorkForm.among(my_places(), my_sign_in()),
        search=SearchForm(),
        place=place,
        address=day_address(day_of(now())),
    )
