"""The page that tells the town's own site how to show our free times."""

from __future__ import annotations

from flask import Blueprint, render_template

from cnapp.web.application import settings
from cnapp.web.feeds.answers import A_PAGE
from cnapp.web.feeds.slots import DAYS_AT_MOST, DAYS_BY_DEFAULT
from cnapp.wording.workshop_addresses import calendar_address

bp = Blueprint("documentation", __name__)


@bp.get("")
def show() -> str:
    limits = {"a_page": A_PAGE, "days_at_most": DAYS_AT_MOST, "days_by_default": DAYS_BY_DEFAULT}
    return render_template(
        "public/api.html", base_url=settings().base_url, calendar=calendar_address(settings()), **limits
    )
