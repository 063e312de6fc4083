"""Recovery plans: those with somebody still to handle first; and one of them, to work on."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from cnapp.services import plan_lists, plans
from cnapp.web.application import now
from cnapp.web.coordination import plan_words
from cnapp.web.coordination.plan_pages import plan_or_404, plan_page
from cnapp.web.coordination.plan_rows import Seen, key_of

bp = Blueprint("plans", __name__, url_prefix="/plans")


@bp.get("")
def index() -> str:
    listing = plan_lists.listing()
    return render_template("coordination/plans/index.html", listing=listing, words=plan_words, now=now())


@bp.get("/<public_id>")
def show(public_id: str) -> str:
    """`?reprises=`: lines whose time somebody took as the plan was applied."""
    keys = set(request.args.get("reprises", "").split("."))
    lines = plans.lines_of(plan_or_404(public_id))
    back = {line.public_id for line in lines if key_of(line) in keys}
    return plan_page(public_id, Seen(back=back))
