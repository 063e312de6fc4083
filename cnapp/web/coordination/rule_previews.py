"""What a roster rule would make, change, withdraw or leave: a page to read before anything is written."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cnapp.domain.roster import RosterRule
from cnapp.services import rules
from cnapp.services.journal import changes_since
from cnapp.web.coordination.rule_form import RuleForm
from cnapp.web.coordination.rule_pages import form_page, offer, preview_page, rule_in
from cnapp.web.history import entry_lines

bp = Blueprint("rule_previews", __name__, url_prefix="/roulements")


@bp.get("/nouveau/apercu")
def new() -> ResponseReturnValue:
    return _page(RuleForm.read(request.args), None)


@bp.get("/<public_id>/apercu")
def show(public_id: str) -> ResponseReturnValue:
    return _page(RuleForm.read(request.args), rule_in(public_id))


def _page(form: RuleForm, rule: RosterRule | None) -> ResponseReturnValue:
    offer(form, rule)
    if not form.validate():
        return form_page(form, rule), 422
    changes = entry_lines(changes_since(rules.about(rule), form.seen)) if rule and form.number.data else []
    return preview_page(form, rule, changes=changes), 409 if changes else 200
