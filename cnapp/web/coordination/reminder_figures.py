"""Who came and who did not, by the reminder that had left: for a period that the coordination chooses."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from cnapp.base.workdays import day_of
from cnapp.domain.outbox import Channel
from cnapp.services.reminder_figures import figures, together
from cnapp.web.application import now
from cnapp.web.coordination.fields import NearDayField
from cnapp.web.fields import Given
from cnapp.web.forms import Form

bp = Blueprint("reminder_figures", __name__, url_prefix="/courrier/absences")

A_MONTH = timedelta(days=30)
REMINDED = {
    Channel.SMS: lazy_gettext("Par SMS"),
    Channel.EMAIL: lazy_gettext("Par e-mail"),
    Channel.CALL: lazy_gettext("Par un appel"),
    Channel.PAPER: lazy_gettext("Par une lettre sur papier"),
    None: lazy_gettext("Sans rappel"),
}


class PeriodForm(Form):
    """Sent by an address: nothing is written, so no secret is asked for."""

    first = NearDayField(lazy_gettext("Du"), [Given(lazy_gettext("Écrivez le premier jour."))], name="du")
    last = NearDayField(lazy_gettext("Au"), [Given(lazy_gettext("Écrivez le dernier jour."))], name="au")

    def validate_last(self, field: NearDayField) -> None:
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(gettext("Le dernier jour vient après le premier."))


@bp.get("")
def show() -> ResponseReturnValue:
    form = _form()
    if not form.validate():
        return render_template("coordination/reminder_figures/show.html", form=form, lines=None), 422
    lines = figures(form.first.data, form.last.data, now=now())
    shown = {"lines": lines, "together": together(lines), "reminded": REMINDED}
    return render_template("coordination/reminder_figures/show.html", form=form, **shown)


def _form() -> PeriodForm:
    """Unless the address says otherwise, the last thirty days."""
    if "du" in request.args or "au" in request.args:
        return PeriodForm(request.args, meta={"csrf": False})
    yesterday = day_of(now()) - timedelta(days=1)
    asked = {"du": (yesterday - A_MONTH + timedelta(days=1)).isoformat(), "au": yesterday.isoformat()}
    return PeriodForm(MultiDict(asked), meta={"csrf": False})
