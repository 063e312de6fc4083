"""Presences one by one: adding one, reading it, changing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of, week_code
from cnapp.domain.plans import RecoveryPlan
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.services import planning, roster_plans, rule_splits, rules
from cnapp.services.journal import refuse_if_changed
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.application import now
from cnapp.web.coordination.plan_addresses import plan_address
from cnapp.web.coordination.presence_form import RECEIVES, ChangeForm, PresenceForm, receives_value, values_of
from cnapp.web.coordination.presence_pages import (
    back_to_week,
    choices,
    edit_page,
    new_page,
    number_in,
    presence_or_404,
    refused_change,
    refused_new,
    seal_of,
    undo_address,
)
from cnapp.web.fields import read_day, read_hour
from cnapp.wording.elisions import of

bp = Blueprint("presences", __name__)


@bp.get("/permanences/nouvelle")
def new() -> str:
    form = PresenceForm(data=_asked())
    form.offer(choices())
    return new_page(form)


@bp.post("/permanences/nouvelle")
def create() -> ResponseReturnValue:
    form = PresenceForm()
    form.offer(choices())
    if not form.validate():
        return new_page(form), 422
    try:
        with transaction(form.person.id):
            presence = planning.add(form.plan(), by=by_me(), now=now())
    except Refusal as refusal:
        return refused_new(form, refusal, form.plan)
    flash(gettext("La permanence %(of_name)s est ajoutée.", of_name=of(presence.conseiller.name)))
    return back_to_week(presence)


@bp.get("/permanences/<public_id>")
def show(public_id: str) -> str:
    presence = presence_or_404(public_id)
    rule = rules.behind(presence)
    return render_template(
        "coordination/presences/show.html",
        presence=presence,
        rule=rule,
        rule_change=_rule_change(presence, rule),
        receives=RECEIVES[receives_value(presence)],
        appointments=planning.appointments_of(presence),
        gatherings=planning.workshops_of(presence),
        warnings=[gettext(reason.sentence) for reason in planning.warnings_about(presence, now=now())],
        week=week_code(day_of(presence.starts_at)),
        mine=presence.conseiller_id == me().id,
        undo=undo_address(presence),
        now=now(),
    )


@bp.get("/permanences/<public_id>/modifier")
def edit(public_id: str) -> str:
    presence = presence_or_404(public_id)
    planning.refuse_ended(presence, now=now())
    form = ChangeForm(data=values_of(presence))
    form.offer(choices(presence))
    return edit_page(form, presence)


@bp.post("/permanences/<public_id>/modifier")
def update(public_id: str) -> ResponseReturnValue:
    presence = presence_or_404(public_id)
    form = ChangeForm()
    form.offer(choices(presence))
    if not form.validate():
        return edit_page(form, presence), 422
    try:
        with transaction(presence.conseiller_id):
            refuse_if_changed(planning.subject_of(presence), number_in(form.number.data))
            made, plan = _change(presence, form)
    except Refusal as refusal:
        return refused_change(form, public_id, refusal)
    flash(gettext("La permanence est changée."))
    there = plan_address(plan) if plan else url_for("coordination.presences.show", public_id=made.public_id)
    return redirect(there, 303)


def _change(presence: Presence, form: ChangeForm) -> tuple[Presence, RecoveryPlan | None]:
    wanted = form.plan_for(presence)
    if form.displaces.data and form.displaces.data == seal_of(wanted):
        return roster_plans.change(presence, wanted, by=by_me(), now=now())
    planning.change(presence, wanted, by=by_me(), now=now())
    return presence, None


def _rule_change(presence: Presence, rule: RosterRule | None) -> str | None:
    """Where its rule is changed from its day on: as a whole, where that is its first; nowhere, once it has passed."""
    day = presence.rule_day
    if rule is None or day is None or day < day_of(now()):
        return None
    if rule_splits.can_split(rule, day, now=now()):
        return url_for("coordination.rule_splits.new", public_id=rule.public_id, jour=day.isoformat())
    return url_for("coordination.rules.edit", public_id=rule.public_id)


def _asked() -> dict[str, Any]:
    """What the address says of the presence to add: « ?lieu=…&jour=…&conseiller=…&de=…&a=… »; the rest is ignored."""
    asked = request.args
    return {
        "where": asked.get("lieu"),
        "conseiller": asked.get("conseiller"),
        "day": read_day(asked.get("jour", "")),
        "starts": read_hour(asked.get("de", "")),
        "ends": read_hour(asked.get("a", "")),
    }
