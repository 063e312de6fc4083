"""Applying a plan: all that was chosen in one transaction; what somebody took meanwhile comes back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from cnapp.base.database import transaction
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.plans import Displacement, RecoveryPlan
from cnapp.domain.proposals import ProposalUnknown
from cnapp.services import plan_applications, plan_choices, plan_work, plans
from cnapp.services.changes import hold
from cnapp.services.plan_applications import Applied, SomeTaken
from cnapp.services.plan_choices import Sifted
from cnapp.services.plan_work import Choices
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now, settings
from cnapp.web.coordination.fields import ChangeForm
from cnapp.web.coordination.plan_pages import choices_sent, plan_or_404, plan_page
from cnapp.web.coordination.plan_rows import Seen, key_of
from cnapp.web.coordination.plan_words import enumerated
from cnapp.web.history import entry_lines

bp = Blueprint("plan_decisions", __name__, url_prefix="/plans/<public_id>/application")

NOTHING = "nothing"
"""« Ne rien appliquer »: what is asked when one of the times is gone."""


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    plan = plan_or_404(public_id)
    choices = choices_sent(plans.lines_of(plan))
    if _is_done(plan, choices):
        flash(gettext("C’était déjà fait. Voici où en est ce plan."))
        return redirect(url_for("coordination.plans.show", public_id=public_id), 303)
    try:
        applied = _apply(plan, choices)
    except ProposalUnknown as refusal:
        return plan_page(public_id, Seen(choices, refusal=gettext(refusal.sentence))), 422
    except ChangedMeanwhile as refusal:
        return plan_page(public_id, Seen(choices, changes=entry_lines(refusal.entries))), 409
    except SomeTaken as refusal:
        ids = {line.public_id for line in refusal.lines}
        return plan_page(public_id, Seen(choices, ids, refusal=gettext(refusal.sentence))), 409
    return _done(public_id, applied)


def _is_done(plan: RecoveryPlan, choices: Choices) -> bool:
    """Sent twice: nobody of those for whom something was chosen waits any more."""
    is_open = {line.public_id for line in plans.lines_of(plan) if line.is_open}
    return plan.applied_at is not None and not any(value and key in is_open for key, value in choices.items())


def _apply(plan: RecoveryPlan, choices: Choices) -> Applied:
    """Raises ProposalUnknown, ChangedMeanwhile, SomeTaken."""
    public_id, thing, seen = plan.public_id, plans.thing(plan), ChangeForm().seen
    sifted = plan_choices.sift(plan_work.rows_of(plan), choices)
    with transaction(*plan_work.people_of(plan, sifted.known)):
        hold(thing, seen)
        return _apply_sifted(plan_or_404(public_id), sifted)


def _apply_sifted(plan: RecoveryPlan, sifted: Sifted) -> Applied:
    """Raises SomeTaken."""
    whole = request.form.get("taken") == NOTHING
    if whole and sifted.gone:
        raise SomeTaken(sifted.gone)
    applied = plan_applications.apply(plan, sifted.known, whole=whole, by=by_me(), settings=settings(), now=now())
    return Applied(applied.done, [*applied.returned, *sifted.gone])


def _done(public_id: str, applied: Applied) -> ResponseReturnValue:
    if applied.done:
        flash(_applied_words(applied.done))
    elif not applied.returned:
        flash(gettext("C’est noté : ces personnes sont à appeler."))
    keys = ".".join(key_of(line) for line in applied.returned)
    return redirect(url_for("coordination.plans.show", public_id=public_id, reprises=keys or None), 303)


def _applied_words(done: Sequence[Displacement]) -> str:
    people = sum(1 for line in done if line.appointment)
    sessions = len(done) - people
    of_people = ngettext(
        "%(num)d personne a une nouvelle heure ou un nouveau conseiller",
        "%(num)d personnes ont une nouvelle heure ou un nouveau conseiller",
        people,
    )
    of_sessions = ngettext("%(num)d atelier est réglé", "%(num)d ateliers sont réglés", sessions)
    parts = [*([of_people] if people else []), *([of_sessions] if sessions else [])]
    return str(gettext("C’est appliqué : %(what)s.", what=enumerated(parts)))
