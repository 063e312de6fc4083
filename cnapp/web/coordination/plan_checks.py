"""What applying a plan would do, said before it is done: nothing is written but the times that are held."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.plans import Displacement
from cnapp.domain.proposals import ProposalUnknown
from cnapp.services import plan_choices, plan_lists, plan_work, plans
from cnapp.services.plan_choices import Sifted
from cnapp.web.application import now, settings
from cnapp.web.coordination import plan_words
from cnapp.web.coordination.fields import ChangeForm
from cnapp.web.coordination.plan_outlook import outlook
from cnapp.web.coordination.plan_pages import choices_sent, passing_lines, plan_or_404, plan_page
from cnapp.web.coordination.plan_rows import Seen, key_of
from cnapp.web.coordination.plan_session_rows import lasting, session_outlook

bp = Blueprint("plan_checks", __name__, url_prefix="/plans/<public_id>")

TAKEN = "Une heure a été prise entre-temps. Voici une autre proposition."


@bp.post("/choix")
def again(public_id: str) -> ResponseReturnValue:
    """Back to the plan, with what was chosen."""
    lines = plans.lines_of(plan_or_404(public_id))
    return plan_page(public_id, Seen(choices_sent(lines)))


@bp.post("/verification")
def show(public_id: str) -> ResponseReturnValue:
    try:
        sifted = _sifted(public_id)
        back = [*sifted.gone, *_choose(public_id, sifted)]
    except ProposalUnknown as refusal:
        return plan_page(public_id, Seen(refusal=gettext(refusal.sentence))), 422
    if back:
        ids = {line.public_id for line in back}
        return plan_page(public_id, Seen(sifted.known, ids, refusal=gettext(TAKEN))), 409
    if not sifted.known:
        return _nothing(public_id)
    return _page(public_id, sifted)


def _nothing(public_id: str) -> ResponseReturnValue:
    """Nothing is chosen, or somebody else has decided all of it since the page was opened."""
    if any(line.is_open for line in plans.lines_of(plan_or_404(public_id))):
        return plan_page(public_id, Seen({}, refusal=gettext("Vous n’avez rien choisi."))), 422
    flash(gettext("C’était déjà fait. Voici où en est ce plan."))
    return redirect(url_for("coordination.plans.show", public_id=public_id), 303)


def _sifted(public_id: str) -> Sifted:
    """Raises ProposalUnknown."""
    rows = plan_work.rows_of(plan_or_404(public_id))
    is_all = "all" in request.form
    choices = plan_choices.all_proposed(rows) if is_all else choices_sent(row.line for row in rows)
    return plan_choices.sift(rows, choices)


def _choose(public_id: str, sifted: Sifted) -> list[Displacement]:
    """Holds what was chosen instead of what was proposed; answers what somebody else has taken."""
    people = plan_work.people_of(plan_or_404(public_id), sifted.known)
    with transaction(*people):
        return plan_work.choose(plan_or_404(public_id), sifted.known, now=now())


def _page(public_id: str, sifted: Sifted) -> str:
    plan = plan_or_404(public_id)
    rows = [row for row in plan_work.rows_of(plan) if row.line.is_open]
    decided = [row for row in rows if plan_work.is_decided(row, sifted.known)]
    sent = [(key_of(row.line), sifted.known[row.line.public_id]) for row in rows if row.line.public_id in sifted.known]
    lasts, form = len(lasting(decided, sifted.known, now=now())), ChangeForm()
    return render_template(
        "coordination/plan_checks/show.html",
        plan=plan,
        story=plan_lists.story(plan),
        outlook=outlook(rows, sifted.known, settings=settings(), now=now()),
        passings=passing_lines(decided),
        sessions=session_outlook(rows, sifted.known, now=now()),
        decides=bool(decided),
        lasts=lasts,
        undoable=len(decided) - lasts,
        sent=sent,
        number=form.seen,
        words=plan_words,
    )
