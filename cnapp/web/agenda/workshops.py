"""A workshop as one of its leaders reads it on a phone: who comes, each session's roll call, the sheets to print."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, render_template, url_for

from cnapp.base.workdays import day_of
from cnapp.domain.roll_calls import is_open
from cnapp.domain.workshops import Workshop, WorkshopUnknown
from cnapp.services import desk_workshops, workshops
from cnapp.services.workshop_days import kits_of
from cnapp.web.account.signed_in import me
from cnapp.web.application import now
from cnapp.web.sign_in_sheets import session_in, sheet_page

bp = Blueprint("workshops", __name__, url_prefix="/ateliers/<public_id>")


@bp.get("")
def show(public_id: str) -> str:
    workshop = my_workshop(public_id)
    room = desk_workshops.room_of(workshop)
    opened = {each.id for each in workshop.sessions if is_open(each, workshop, now())}
    day = _nearest_day(workshop)
    shown = {"room": room, "kits": kits_of(workshop), "opened": opened, "day": day}
    return render_template("agenda/workshops/show.html", workshop=workshop, **shown, now=now())


@bp.get("/seances/<session>/emargement")
def sheet(public_id: str, session: str) -> str:
    workshop = my_workshop(public_id)
    back = url_for("agenda.workshops.show", public_id=public_id)
    return sheet_page(workshop, session_in(workshop, session), back)


def _nearest_day(workshop: Workshop) -> date:
    """Of the session that is today or comes next; of the last one once all are past."""
    today = day_of(now())
    days = [day_of(each.starts_at) for each in workshop.sessions]
    return next((day for day in days if day >= today), days[-1])


def my_workshop(public_id: str) -> Workshop:
    """One that they lead, be it one session of it; somebody else's is no page either."""
    try:
        workshop = workshops.find(public_id)
    except WorkshopUnknown:
        abort(404)
    leads = any(leader.id == me().id for session in workshop.sessions for leader in session.leaders)
    return workshop if leads else abort(404)
