"""A sheet for the door of each place where somebody is missing; it names nobody who was expected."""

from __future__ import annotations

from flask import Blueprint, render_template

from cnapp.services import plan_lists
from cnapp.services.plan_notices import door_notices
from cnapp.web.application import now
from cnapp.web.coordination.plan_pages import plan_or_404
from cnapp.web.coordination.setting_words import days_words
from cnapp.wording.dates import show_times

bp = Blueprint("plan_notices", __name__, url_prefix="/plans/<public_id>/affiche")

GAPS_AT_MOST = 6
"""Of a longer absence, the sheet says only the last day."""


@bp.get("")
def show(public_id: str) -> str:
    plan = plan_or_404(public_id)
    story = plan_lists.story(plan)
    return render_template(
        "coordination/plan_notices/show.html",
        plan=plan,
        story=story,
        notices=door_notices(plan, story, now=now()),
        at_most=GAPS_AT_MOST,
        times=show_times,
        days=days_words,
        now=now(),
    )
