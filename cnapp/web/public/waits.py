"""Entering the waiting list: one page of questions, then everything once more before it is done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.answers import ANYWHERE
from cnapp.services import drafts
from cnapp.web.application import now
from cnapp.web.public import journey
from cnapp.web.public.wait_form import USUAL_NOTICE, WaitForm

bp = Blueprint("waits", __name__, url_prefix="/attente")
BROUGHT = ("motif", "name", "phone", "email", "no_calls", "may_leave_message")
"""What a booking under way has answered already."""


@bp.get("")
def new() -> str:
    return _page(WaitForm(data={"half": "", "notice_days": USUAL_NOTICE, **(answers_kept() or _brought())}))


@bp.post("")
def create() -> ResponseReturnValue:
    """Kept on our side until the next page is confirmed."""
    form = WaitForm()
    form.offer_all()
    if not form.validate():
        return _page(form), 422
    with transaction(survives_power_cut=False):
        draft = drafts.living(session.get(journey.WAIT_KEY), now=now()) or drafts.start(now=now())
        drafts.keep(draft, {**_silent(), **form.typed}, now=now())
        session[journey.WAIT_KEY] = draft.id
    return redirect(url_for("public.wait_check.edit"), 303)


def answers_kept() -> dict[str, Any] | None:
    key = session.get(journey.WAIT_KEY)
    return drafts.answers_of(key, now=now()) if key else None


def _brought() -> dict[str, Any]:
    given = journey.answers()
    place = given.text("place")
    places = {"places": [place]} if place and place != ANYWHERE else {}
    return {**{name: given.given[name] for name in BROUGHT if given.has(name)}, **places}


def _silent() -> dict[str, Any]:
    """Needs and language come along; whoever waits is not asked again."""
    return {name: journey.answers().given[name] for name in ("needs", "language") if journey.answers().has(name)}


def _page(form: WaitForm) -> str:
    form.offer_all()
    back = url_for("public.time.edit") if journey.is_begun() else url_for("public.home.show")
    return render_template("public/waits/new.html", form=form, back=back, title=gettext("La liste d’attente"))
