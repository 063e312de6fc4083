"""Whom to call: what changes today first, then by the hour; what was done today below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template
from flask_babel import gettext

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of, days_between
from cnapp.domain.calls import Answer, Call
from cnapp.services import calls
from cnapp.web.account.signed_in import me
from cnapp.web.application import now
from cnapp.web.calls.here import area, here
from cnapp.web.calls.words import ANSWERS, news_of
from cnapp.wording.dates import show_day

bp = Blueprint("calls", __name__, url_prefix="/appels")

DAYS_OFFERED = 6
FIRST = (Answer.REACHED, Answer.MESSAGE_LEFT, Answer.NO_MESSAGE, Answer.NO_ANSWER)
OTHERS = (Answer.ALREADY_KNOWS, Answer.WRONG_NUMBER)


@dataclass(frozen=True)
class Typed:
    """What was sent of one row, to be shown again."""

    public_id: str
    day: str = ""
    at: str = ""


@bp.get("")
def index() -> str:
    return page()


def page(refusal: Refusal | None = None, typed: Typed | None = None) -> str:
    """`refusal`: why the last press did nothing."""
    db.session.rollback()
    return render_template(
        "calls/index.html",
        lists=calls.lists(me(), now=now()),
        typed=typed or Typed(""),
        refusal=gettext(refusal.sentence) if refusal else "",
        answers=ANSWERS,
        first=_first,
        others=OTHERS,
        days=_days(),
        news=news_of,
        is_desk=area() == "desk",
        here=here,
        now=now(),
    )


def _first(call: Call) -> list[Answer]:
    """Nobody speaks to a machine without leave."""
    return [each for each in FIRST if each is not Answer.MESSAGE_LEFT or call.citizen.may_leave_message]


def _days() -> list[tuple[str, str]]:
    today = day_of(now())
    names = {0: gettext("aujourd’hui"), 1: gettext("demain")}
    ahead = days_between(today, today + timedelta(days=DAYS_OFFERED))
    return [(day.isoformat(), names.get(n) or show_day(day)) for n, day in enumerate(ahead)]
