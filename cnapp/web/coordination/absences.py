"""Absences of the team: those that last or come, those that are over, one alone, and a new one for several at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.absences import Absence, AbsenceUnknown, AbsentAlready
from cnapp.domain.plans import RecoveryPlan
from cnapp.services import absence_lists, absences, people
from cnapp.services.absences import Wanted
from cnapp.web.absence_forms import DATES, IMPOSSIBLE, TeamAbsenceForm
from cnapp.web.account.signed_in import by_me
from cnapp.web.agenda.addresses import day_in
from cnapp.web.application import now
from cnapp.web.coordination.plan_addresses import plan_address, plans_address
from cnapp.web.paging import page_asked
from cnapp.wording.absences import CAUSES

bp = Blueprint("absences", __name__, url_prefix="/absences")


@bp.get("")
def index() -> str:
    return _page("index", lines=absence_lists.coming(now=now()), plans=plans_address())


@bp.get("/passees")
def past() -> str:
    return _page("past", listing=absence_lists.over(page_asked(), now=now()))


@bp.get("/nouvelle")
def new() -> str:
    return form_page(_offered(TeamAbsenceForm(**_asked())))


@bp.post("")
def create() -> ResponseReturnValue:
    """Sent twice, it is entered once."""
    form = typed()
    if not form.validate():
        return form_page(form), 422
    try:
        wanted = form.wanted(form.chosen, now())
        with transaction(*(each.id for each in wanted.people)):
            plan = absences.enter(wanted, by=by_me(), now=now())
    except IMPOSSIBLE as refusal:
        form.refuse(refusal)
        return form_page(form), 422
    except AbsentAlready as refusal:
        return known_already(form, wanted, refusal.absence.public_id)
    return _to_its_plan(plan)


@bp.get("/<public_id>")
def show(public_id: str) -> str:
    absence = somebodys(public_id)
    return _page("show", absence=absence, line=absence_lists.line_of(absence))


def somebodys(public_id: str) -> Absence:
    try:
        return absences.find(public_id)
    except AbsenceUnknown:
        abort(404)


def typed() -> TeamAbsenceForm:
    return _offered(TeamAbsenceForm())


def form_page(form: TeamAbsenceForm, known: Absence | None = None) -> str:
    return _page("new", form=form, known=known)


def known_already(form: TeamAbsenceForm, wanted: Wanted, public_id: str) -> ResponseReturnValue:
    """A second press leads where the first one did; anything else is shown beside what is noted."""
    known = somebodys(public_id)
    if absences.is_entered(wanted, known, now=now()):
        flash(gettext("Cette absence est déjà notée."))
        return redirect(plan_address(known.plan), 303)
    return form_page(form, known), 409


def _to_its_plan(plan: RecoveryPlan) -> ResponseReturnValue:
    flash(gettext("L’absence est notée."))
    return redirect(plan_address(plan), 303)


def _offered(form: TeamAbsenceForm) -> TeamAbsenceForm:
    """Also whoever the address names: an account that is closed may still be expected."""
    form.offer(now())
    form.offer_people(people.who_may_be_absent(set(form.people.data or ())))
    return form


def _asked() -> dict[str, Any]:
    """« ?qui=…&jour=2026-12-03&jusqu-au=2026-12-05 ». Days that are none are no page."""
    first, last = (day_in(text) if text else None for text in map(request.args.get, ("jour", "jusqu-au")))
    return {"people": request.args.getlist("qui"), "first": first, "last": last, "quick": DATES if first else None}


def _page(name: str, **shown: Any) -> str:
    words = {"causes": CAUSES, "plan_address": plan_address, "now": now()}
    return render_template(f"coordination/absences/{name}.html", **words, **shown)
