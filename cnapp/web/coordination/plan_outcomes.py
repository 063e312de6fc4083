"""What came of a call: agreed, or not reached. The phone list is shown again."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.calls import Answer
from cnapp.domain.plans import NotProposed, RecoveryPlan
from cnapp.services import plan_outcomes, plan_work, plans
from cnapp.services.calls import Noted
from cnapp.services.changes import hold_still
from cnapp.services.plan_calls import ToCall, phone_list
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now, settings
from cnapp.web.coordination.fields import ChangeForm
from cnapp.web.coordination.plan_calls import page
from cnapp.web.coordination.plan_pages import line_or_404, plan_or_404
from cnapp.web.coordination.plan_rows import key_of

bp = Blueprint("plan_outcomes", __name__, url_prefix="/plans/<public_id>/appels/<key>")

ANSWERS = {"agreed": Answer.REACHED, "no_answer": Answer.NO_ANSWER}
"""What our buttons send."""


@bp.post("")
def create(public_id: str, key: str) -> ResponseReturnValue:
    line = line_or_404(plans.lines_of(plan_or_404(public_id)), key)
    answer = ANSWERS.get(request.form.get("outcome", "")) or abort(422)
    name = line.appointment.person.short_name if line.appointment else ""
    try:
        _note(public_id, key, answer)
    except Refusal as refusal:
        return page(public_id, refusal), 409
    said = gettext("%(name)s est d’accord.", name=name) if answer is Answer.REACHED else gettext("C’est noté.")
    flash(said)
    return redirect(url_for("coordination.plan_calls.index", public_id=public_id), 303)


def _note(public_id: str, key: str, answer: Answer) -> None:
    """Raises NotProposed for who is not called any more, and what services/plan_outcomes.py does."""
    plan = plan_or_404(public_id)
    thing = plans.thing(plan)
    with transaction(*people_to_lock(plan, key)):
        hold_still(thing)
        plan = plan_or_404(public_id)
        each = to_call(plan, key)
        noted = Noted(answer, by_me(), ChangeForm().seen)
        if answer is Answer.NO_ANSWER:
            plan_outcomes.not_reached(each, noted, now=now())
        elif request.form.get("held", "") != each.held_value:
            raise NotProposed
        else:
            plan_outcomes.agree(plan, each, noted, settings=settings(), now=now())


def people_to_lock(plan: RecoveryPlan, key: str) -> tuple[int, ...]:
    """Whom this line is about: as it was, as it is, and as it would be."""
    line = line_or_404(plans.lines_of(plan), key)
    held = next((row.option for row in plan_work.rows_of(plan) if row.line is line), None)
    now_with = [line.appointment.conseiller_id] if line.appointment else []
    return tuple({line.conseiller_id, *now_with, *plan_work.people_in([held])})


def to_call(plan: RecoveryPlan, key: str) -> ToCall:
    """Raises NotProposed for who is not called any more."""
    found = phone_list(plan, settings=settings(), now=now())
    each = next((each for each in found if key_of(each.line) == key), None)
    if each is None:
        raise NotProposed
    return each
