"""Giving a session that nobody leads any more to somebody else."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.people import Staff
from cnapp.services import plan_sheets, plans, session_plans
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.plan_pages import line_or_404, plan_or_404, plan_page
from cnapp.web.coordination.plan_rows import Seen

bp = Blueprint("plan_leaders", __name__, url_prefix="/plans/<public_id>/ateliers/<key>/animation")


@bp.post("")
def create(public_id: str, key: str) -> ResponseReturnValue:
    line = line_or_404(plans.lines_of(plan_or_404(public_id)), key)
    leader = plan_sheets.leader_named(request.form.get("leader", ""))
    if leader is None or line.session is None:
        abort(422)
    try:
        _give(public_id, key, leader)
    except Refusal as refusal:
        return plan_page(public_id, Seen(refusal=gettext(refusal.sentence))), 409
    flash(gettext("%(name)s anime l’atelier.", name=leader.name))
    return redirect(url_for("coordination.plans.show", public_id=public_id), 303)


def _give(public_id: str, key: str, leader: Staff) -> None:
    """Raises LeaderUnable, LeaderRefused, and what planning does."""
    with transaction(leader.id):
        line = line_or_404(plans.lines_of(plan_or_404(public_id)), key)
        session_plans.give_leader(line, leader, by=by_me(), now=now())
