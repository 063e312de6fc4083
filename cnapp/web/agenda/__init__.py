"""The agenda area: a conseiller's own days, weeks and appointments, on a phone first."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.domain.people import Role
from cnapp.web.account.guard import only
from cnapp.web.agenda import (
    additions,
    appointments,
    arrivals,
    cancellations,
    completions,
    day,
    followups,
    noshows,
    slips,
    subscription,
    undoings,
    week,
)
from cnapp.web.agenda.addresses import path_day, path_hour
from cnapp.web.application import Application
from cnapp.web.wording import language_name, need_line, origin_words

FILTERS = {
    "need": need_line,
    "language": language_name,
    "origin": origin_words,
    "path_day": path_day,
    "path_hour": path_hour,
}
PARTS = (day, week, appointments, arrivals, completions, noshows, undoings, cancellations, additions, followups, slips)


def register(app: Application) -> None:
    area = Blueprint("agenda", __name__, url_prefix="/agenda")
    only(area, Role.CONSEILLER, Role.COORDINATOR)
    area.register_error_handler(Refusal, refused)
    for part in PARTS:
        area.register_blueprint(part.bp)
    area.register_blueprint(subscription.bp, url_prefix="/abonnement")
    app.register_blueprint(area)
    app.jinja_env.filters.update(FILTERS)


def refused(refusal: Refusal) -> ResponseReturnValue:
    """What was asked is not possible: said in the staff's frame, with the way back to the day."""
    db.session.rollback()
    return render_template("agenda/refusal.html", sentence=gettext(refusal.sentence)), 409
