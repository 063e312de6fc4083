"""The agenda area: a conseiller's own days, weeks and appointments, on a phone first."""

from __future__ import annotations

from cnapp.domain.people import Role
from cnapp.web.agenda import (
    absence_checks,
    absence_returns,
    absence_withdrawals,
    absences,
    additions,
    appointments,
    arrivals,
    cancellations,
    completions,
    day,
    followups,
    noshows,
    roll_calls,
    slips,
    subscription,
    undoings,
    week,
    workshops,
)
from cnapp.web.agenda.addresses import path_day, path_hour
from cnapp.web.application import Application
from cnapp.web.staff import area
from cnapp.web.wording import language_name, need_line, origin_words
from cnapp.wording.absences import FILTERS as OF_ABSENCES

FILTERS = {
    "need": need_line,
    "language": language_name,
    "origin": origin_words,
    "path_day": path_day,
    "path_hour": path_hour,
    **OF_ABSENCES,
}
APPOINTMENTS = (appointments, arrivals, completions, noshows, undoings, cancellations, additions, followups, slips)
ABSENCES = (absences, absence_checks, absence_returns, absence_withdrawals)
PARTS = (day, week, *APPOINTMENTS, workshops, roll_calls, *ABSENCES)


def register(app: Application) -> None:
    agenda = area("agenda", "/agenda", Role.CONSEILLER, Role.COORDINATOR, parts=PARTS)
    agenda.register_blueprint(subscription.bp, url_prefix="/abonnement")
    app.register_blueprint(agenda)
    app.jinja_env.filters.update(FILTERS)
