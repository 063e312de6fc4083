"""Somebody called about a plan does not come any more; asked once before it is done."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.services import plan_outcomes
from cnapp.services.plans import lines_of
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.plan_calls import page
from cnapp.web.coordination.plan_outcomes import people_to_lock, to_call
from cnapp.web.coordination.plan_pages import line_or_404, plan_or_404

bp = Blueprint("plan_cancellations", __name__, url_prefix="/plans/<public_id>/appels/<key>/annulation")


@bp.get("")
def new(public_id: str, key: str) -> str:
    plan = plan_or_404(public_id)
    line = line_or_404((each for each in lines_of(plan) if each.appointment), key)
    return render_template("coordination/plan_cancellations/new.html", plan=plan, line=line, key=key)


@bp.post("")
def create(public_id: str, key: str) -> ResponseReturnValue:
    plan = plan_or_404(public_id)
    try:
        with transaction(*people_to_lock(plan, key)):
            plan_outcomes.end(to_call(plan_or_404(public_id), key), by=by_me(), now=now())
    except Refusal as refusal:
        return page(public_id, refusal), 409
    flash(gettext("Le rendez-vous est annulé, comme la personne le demande."))
    return redirect(url_for("coordination.plan_calls.index", public_id=public_id), 303)
