"""« Je suis absent(e) »: entered in three presses on a phone, after a page that says whom it touches."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.absences import Absence, AbsenceUnknown, AbsentAlready
from cnapp.services import absence_lists, absences
from cnapp.services.absences import Wanted
from cnapp.web.absence_forms import IMPOSSIBLE, AbsenceForm
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.application import now
from cnapp.wording.absences import CAUSES

bp = Blueprint("absences", __name__, url_prefix="/absence")


@bp.get("")
def new() -> str:
    return form_page(typed())


@bp.post("")
def create() -> ResponseReturnValue:
    """Sent twice, it is entered once."""
    form = typed()
    if not form.validate():
        return form_page(form), 422
    try:
        wanted = form.wanted([me()], now())
        with transaction(me().id):
            plan = absences.enter(wanted, by=by_me(), now=now())
            entered = absences.of_plan(plan)[0].public_id
    except IMPOSSIBLE as refusal:
        form.refuse(refusal)
        return form_page(form), 422
    except AbsentAlready as refusal:
        return known_already(form, wanted, refusal.absence.public_id)
    return redirect(url_for("agenda.absences.show", public_id=entered), 303)


@bp.get("/<public_id>")
def show(public_id: str) -> str:
    absence = my_absence(public_id)
    line = absence_lists.line_of(absence)
    return render_template("agenda/absences/show.html", absence=absence, line=line, causes=CAUSES, now=now())


def typed() -> AbsenceForm:
    form = AbsenceForm()
    form.offer(now())
    return form


def my_absence(public_id: str) -> Absence:
    """A colleague’s is no page."""
    try:
        absence = absences.find(public_id)
    except AbsenceUnknown:
        abort(404)
    return absence if absence.conseiller_id == me().id else abort(404)


def form_page(form: AbsenceForm, known: Absence | None = None) -> str:
    return render_template("agenda/absences/new.html", form=form, known=known)


def known_already(form: AbsenceForm, wanted: Wanted, public_id: str) -> ResponseReturnValue:
    """A second press leads where the first one did; anything else is shown beside what is noted."""
    known = my_absence(public_id)
    if absences.is_entered(wanted, known, now=now()):
        flash(gettext("Cette absence est déjà notée."))
        return redirect(url_for("agenda.absences.show", public_id=public_id), 303)
    return form_page(form, known), 409
