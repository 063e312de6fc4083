"""A roster rule changed « à partir du … »: the form, what would follow, then the press; before that day it stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.roster import RosterRule
from cnapp.services import rule_splits, rules
from cnapp.services.rule_plan import plan_from
from cnapp.services.rule_splits import SplitTooEarly, SplitTooLate
from cnapp.services.rules import PlanDiffers
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now, settings
from cnapp.web.coordination.rule_form import RuleForm, values_of
from cnapp.web.coordination.rule_pages import agree, agreed_in, going_on, offer, rule_in, saved, shown
from cnapp.web.coordination.rule_words import rule_sentence
from cnapp.web.fields import read_day
from cnapp.web.history import entry_lines

bp = Blueprint("rule_splits", __name__, url_prefix="/roulements/<public_id>/a-partir-du")


@bp.get("")
def new(public_id: str) -> str:
    """« ?jour=2026-12-03 »: from then on, its next day without it; what was filled in before stays."""
    rule = rule_in(public_id)
    if "weekday" in request.args:
        return _form_page(RuleForm.read(request.args), rule)
    day = read_day(request.args.get("jour", "")) or rule.next_day(day_of(now()))
    return _form_page(RuleForm(formdata=None, **{**values_of(rule), "from_on": day}), rule)


@bp.get("/apercu")
def show(public_id: str) -> ResponseReturnValue:
    form, rule = RuleForm.read(request.args), rule_in(public_id)
    offer(form, rule)
    if not (form.validate() and _is_within(form, rule)):
        return _form_page(form, rule), 422
    return _preview_page(form, rule)


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    form, by, rule = RuleForm(), by_me(), rule_in(public_id)
    offer(form, rule)
    if rules.made_with(form.key.data or "", by):
        return _done(gettext("Le roulement est enregistré."))
    if not (form.validate() and _is_within(form, rule)):
        return _form_page(form, rule), 422
    try:
        with transaction(*rules.people_concerned(form.wanted(rule), now=now())):
            rule = rule_in(public_id)
            offer(form, rule)
            plan = rule_splits.split(form.wanted(rule), agreed_in(form), by=by, now=now())
    except (ChangedMeanwhile, PlanDiffers, SplitTooEarly, SplitTooLate) as refusal:
        return _again(form, public_id, refusal), 409
    return saved(plan)


def _is_within(form: RuleForm, rule: RosterRule) -> bool:
    try:
        rule_splits.refuse_outside(rule, form.from_on.data or date.min, now=now())
    except (SplitTooEarly, SplitTooLate) as refusal:
        form.from_on.errors = [gettext(refusal.sentence)]
        return False
    return True


def _again(form: RuleForm, public_id: str, refusal: Refusal) -> str:
    """What would follow now, with what others have changed; the form, where that day is no more of the rule."""
    rule = rule_in(public_id)
    offer(form, rule)
    if not _is_within(form, rule):
        return _form_page(form, rule)
    changes = entry_lines(refusal.entries) if isinstance(refusal, ChangedMeanwhile) else ()
    return _preview_page(form, rule, changes=changes, differs=isinstance(refusal, PlanDiffers))


def _form_page(form: RuleForm, rule: RosterRule) -> str:
    offer(form, rule)
    sentence = rule_sentence(rule, day_of(now()))
    return render_template("coordination/rule_splits/new.html", form=form, rule=rule, sentence=sentence)


def _preview_page(form: RuleForm, rule: RosterRule, *, changes: Sequence[str] = (), differs: bool = False) -> str:
    wanted = form.wanted(rule)
    plan = plan_from(wanted, weeks=settings().roster_weeks, displaces=bool(form.displaces.data), now=now())
    agree(form, rule, plan)
    sent: dict[str, Any] = form.sent
    back = url_for("coordination.rule_splits.new", public_id=rule.public_id, **sent)
    save = url_for("coordination.rule_splits.create", public_id=rule.public_id)
    on = url_for("coordination.rule_splits.show", **going_on(form, rule))
    return shown(form, wanted, plan, differs=differs, changes=changes, back=back, save=save, on=on)


def _done(sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("coordination.rules.index"), 303)
