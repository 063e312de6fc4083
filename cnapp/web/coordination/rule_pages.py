"""The two pages of a roster rule: its form, and what would follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.tokens import new_token
from cnapp.base.workdays import day_of
from cnapp.domain.roster import RosterRule, RuleUnknown
from cnapp.domain.rule_plan import RulePlan
from cnapp.services import rules
from cnapp.services.journal import history, last_number_of
from cnapp.services.rule_plan import plan_for
from cnapp.services.rules import Agreed, PlanDiffers
from cnapp.web.application import now, settings
from cnapp.web.coordination.plan_addresses import plans_address
from cnapp.web.coordination.presence_form import Choices
from cnapp.web.coordination.rule_form import RuleForm
from cnapp.web.coordination.rule_plan_words import summary_words, tables, warnings
from cnapp.web.coordination.rule_words import rule_sentence
from cnapp.web.history import entry_lines


def rule_in(public_id: str) -> RosterRule:
    try:
        return rules.rule_known(public_id)
    except RuleUnknown:
        abort(404)


def offer(form: RuleForm, rule: RosterRule | None) -> None:
    form.offer(Choices(*rules.to_choose(rule, now=now())), day_of(now()))


def agreed_in(form: RuleForm) -> Agreed:
    key = form.key.data or new_token()
    displaces = bool(form.displaces.data)
    return Agreed(settings().roster_weeks, form.agreed.data or "", number=form.seen, key=key, displaces=displaces)


def form_page(form: RuleForm, rule: RosterRule | None) -> str:
    offer(form, rule)
    if rule is None:
        return render_template("coordination/rules/new.html", form=form)
    form.number.data = form.number.data or str(last_number_of(rules.about(rule)))
    lines, has_more = history(rules.about(rule))
    sentence = rule_sentence(rule, day_of(now()))
    return render_template(
        "coordination/rules/edit.html",
        form=form,
        rule=rule,
        sentence=sentence,
        history=entry_lines(lines),
        has_more=has_more,
    )


def preview_page(form: RuleForm, rule: RosterRule | None, *, changes: Sequence[str] = (), differs: bool = False) -> str:
    """What would follow now; sent from there, it goes through knowingly."""
    wanted = form.wanted(rule)
    plan = plan_for(wanted, weeks=settings().roster_weeks, displaces=bool(form.displaces.data), now=now())
    agree(form, rule, plan)
    back, save = _ways(form, rule)
    on = url_for("coordination.rule_previews.show", **going_on(form, rule)) if rule else ""
    return shown(form, wanted, plan, changes=changes, differs=differs, back=back, save=save, on=on)


def going_on(form: RuleForm, rule: RosterRule) -> dict[str, Any]:
    """The address of the same page, where whoever is booked is found another time."""
    return {**form.sent, "public_id": rule.public_id, "number": form.number.data, "displaces": "1"}


def agree(form: RuleForm, rule: RosterRule | None, plan: RulePlan) -> None:
    """What is shown is what the form will agree to."""
    form.agreed.data, form.key.data = plan.fingerprint, form.key.data or new_token()
    form.number.data = str(last_number_of(rules.about(rule))) if rule else ""


def shown(form: RuleForm, wanted: RosterRule, plan: RulePlan, *, differs: bool, **more: Any) -> str:
    """`more`: the changes made meanwhile, and the ways `back` and to `save`."""
    return render_template(
        "coordination/rule_previews/show.html",
        form=form,
        wanted=wanted,
        plan=plan,
        sentence=rule_sentence(wanted, day_of(now())),
        summary=summary_words(plan),
        tables=tables(plan, wanted),
        warnings=list(warnings(plan, wanted)),
        touched=rules.touched_by(plan, now=now()),
        differs=gettext(PlanDiffers.sentence) if differs else "",
        until=day_of(now()) + timedelta(weeks=settings().roster_weeks),
        **more,
    )


def saved(plan: RulePlan) -> ResponseReturnValue:
    """To the plans, where somebody is to be found another time."""
    flash(gettext("Le roulement est enregistré. %(summary)s", summary=summary_words(plan)))
    return redirect(plans_address() if plan.displaces else url_for("coordination.rules.index"), 303)


def _ways(form: RuleForm, rule: RosterRule | None) -> tuple[str, str]:
    """Back to the form as it was filled in, and on."""
    sent: dict[str, Any] = form.sent
    if rule is None:
        return url_for("coordination.rules.new", **sent), url_for("coordination.rules.create")
    here, sent["number"] = rule.public_id, form.number.data
    back = url_for("coordination.rules.edit", public_id=here, **sent)
    return back, url_for("coordination.rules.update", public_id=here)
