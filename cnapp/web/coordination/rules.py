"""Roster rules (roulements): who is where each week. The form leads to the preview, the preview's button comes here."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.workdays import day_of
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.services import rules
from cnapp.services.rules import PlanDiffers
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination import rule_words
from cnapp.web.coordination.rule_form import RuleForm, values_of
from cnapp.web.coordination.rule_pages import agreed_in, form_page, offer, preview_page, rule_in, saved
from cnapp.web.history import entry_lines

bp = Blueprint("rules", __name__, url_prefix="/roulements")


@bp.get("")
def index() -> str:
    listed, today = rules.rules_listed(), day_of(now())
    active = groupby((rule for rule in listed if not rule.is_over(today)), key=lambda rule: rule.conseiller)
    return render_template(
        "coordination/rules/index.html",
        active=[(conseiller, list(own)) for conseiller, own in active],
        over=[rule for rule in listed if rule.is_over(today)],
        today=today,
        words=rule_words,
    )


@bp.get("/nouveau")
def new() -> str:
    """What stands in the address is filled in."""
    return form_page(RuleForm.read(request.args) if request.args else RuleForm(from_on=day_of(now())), None)


@bp.post("/nouveau")
def create() -> ResponseReturnValue:
    form, by = RuleForm(), by_me()
    offer(form, None)
    if rules.made_with(form.key.data or "", by):
        return _done(gettext("Le roulement est enregistré."))
    if not form.validate():
        return form_page(form, None), 422
    try:
        with transaction(*rules.people_concerned(form.wanted(None), now=now())):
            offer(form, None)
            plan = rules.create(form.wanted(None), agreed_in(form), by=by, now=now())
    except PlanDiffers:
        offer(form, None)
        return preview_page(form, None, differs=True), 409
    return saved(plan)


@bp.get("/<public_id>")
def edit(public_id: str) -> str:
    rule = rule_in(public_id)
    return form_page(RuleForm.read(request.args) if request.args else RuleForm(**values_of(rule)), rule)


@bp.post("/<public_id>")
def update(public_id: str) -> ResponseReturnValue:
    form, by, rule = RuleForm(), by_me(), rule_in(public_id)
    offer(form, rule)
    if not form.validate():
        return form_page(form, rule), 422
    try:
        with transaction(*rules.people_concerned(form.wanted(rule), now=now())):
            rule = rule_in(public_id)
            offer(form, rule)
            plan = rules.change(form.wanted(rule), agreed_in(form), by=by, now=now())
    except (ChangedMeanwhile, PlanDiffers) as refusal:
        return _again(form, public_id, refusal), 409
    return saved(plan)


def _again(form: RuleForm, public_id: str, refusal: ChangedMeanwhile | PlanDiffers) -> str:
    """What would follow now, with what others have changed."""
    rule = rule_in(public_id)
    offer(form, rule)
    if isinstance(refusal, ChangedMeanwhile):
        return preview_page(form, rule, changes=entry_lines(refusal.entries))
    return preview_page(form, rule, differs=True)


def _done(sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("coordination.rules.index"), 303)
