"""The phone list of a plan, on screen and on paper: whom to call, in order, and what to tell them."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.domain.plans import RecoveryPlan
from cnapp.services import plan_lists, plans
from cnapp.services.plan_calls import ToCall, phone_list
from cnapp.web.application import now, settings
from cnapp.web.coordination import plan_words
from cnapp.web.coordination.plan_pages import look_and_hold, plan_or_404
from cnapp.web.coordination.plan_rows import key_of
from cnapp.wording.dates import show_moment

bp = Blueprint("plan_calls", __name__, url_prefix="/plans/<public_id>/appels")


@bp.get("")
def index(public_id: str) -> str:
    return page(public_id)


def page(public_id: str, refusal: Refusal | None = None) -> str:
    """`refusal`: why the last press did nothing."""
    db.session.rollback()
    plan = _looked_at(public_id)
    return render_template(
        "coordination/plan_calls/index.html",
        plan=plan,
        story=plan_lists.story(plan),
        people=phone_list(plan, settings=settings(), now=now()),
        refusal=gettext(refusal.sentence) if refusal else "",
        news=news,
        key_of=key_of,
        words=plan_words,
        now=now(),
    )


def _looked_at(public_id: str) -> RecoveryPlan:
    """What is held already is said; only what nobody has looked at yet is weighed."""
    plan = plan_or_404(public_id)
    is_new = any(line.is_open and line.appointment and line.proposal is None for line in plans.lines_of(plan))
    return look_and_hold(public_id) if is_new else plan


def news(each: ToCall) -> str:
    """What to say: the time that is theirs or that is held for them, if there is one."""
    booked = each.appointment if each.appointment.stands else None
    name = booked.conseiller.first_name if booked else each.option.conseiller_name if each.option else ""
    if name and each.keeps_all:
        return _same(name) if booked else _same_proposed(name)
    if booked:
        return _proposed(show_moment(booked.starts_at), booked.presence.place.name, name)
    if each.option:
        return _proposed(show_moment(each.option.starts_at), each.option.place_name, name)
    return str(gettext("Nous n’avons pas encore d’autre heure : demandez quand la personne peut venir."))


def _same(name: str) -> str:
    return str(gettext("Il a bien lieu, à la même heure et au même endroit, avec %(name)s.", name=name))


def _same_proposed(name: str) -> str:
    """Held, but nobody has pressed yet."""
    return str(gettext("Proposez : la même heure, au même endroit, avec %(name)s.", name=name))


def _proposed(at: str, place: str, name: str) -> str:
    return str(gettext("Proposez : %(at)s, « %(place)s », avec %(name)s.", at=at, place=place, name=name))
