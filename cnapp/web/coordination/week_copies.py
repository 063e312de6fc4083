"""A week copied onto another: a page that shows what would be made and what stands in the way, then the press."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from cnapp.base.database import transaction
from cnapp.base.workdays import week_code
from cnapp.domain.week_copies import CopyDiffers, CopyNotWhole
from cnapp.services import week_copies
from cnapp.services.week_copies import Agreed, Weeks
from cnapp.web.account.signed_in import by_me
from cnapp.web.agenda.addresses import monday_in
from cnapp.web.application import now
from cnapp.web.coordination import week_copy_words
from cnapp.web.forms import Form
from cnapp.web.public.forms import ChoiceField, ListField
from cnapp.wording.dates import show_day

bp = Blueprint("week_copies", __name__)

WEEK = timedelta(weeks=1)
BEFORE, AFTER = 8, 4
"""How many weeks before and after can be copied."""
POSSIBLE, WHOLE = "possible", "tout"
HOW = {
    POSSIBLE: lazy_gettext("Copier ce qui est possible"),
    WHOLE: lazy_gettext("Tout ou rien : ne rien copier tant que tout n’est pas possible"),
}


class SourceForm(Form):
    """Which week is copied; sent by GET."""

    de = ListField(lazy_gettext("Semaine à copier"), lazy_gettext("Choisissez une semaine de la liste."))


class CopyForm(Form):
    how = ChoiceField(
        lazy_gettext("Que faire de ce qui ne peut pas être copié ?"),
        lazy_gettext("Choisissez une des réponses."),
        choices=[SelectChoice(value, label) for value, label in HOW.items()],
        default=POSSIBLE,
    )
    agreed = HiddenField()
    """The fingerprint of what was shown."""


@bp.get("/semaine/<week>/copie")
def new(week: str) -> str:
    return _page(_weeks(week), CopyForm(formdata=None))


@bp.post("/semaine/<week>/copie")
def create(week: str) -> ResponseReturnValue:
    weeks, form = _weeks(week), CopyForm()
    if not form.validate():
        return _page(weeks, form), 422
    agreed = Agreed(form.agreed.data or "", whole=form.how.data == WHOLE)
    try:
        with transaction(*week_copies.people_concerned(weeks)):
            made = len(week_copies.copy(weeks, agreed, by=by_me(), now=now()).made)
    except (CopyDiffers, CopyNotWhole) as refusal:
        return _page(weeks, form, gettext(refusal.sentence)), 409
    flash(_done(made))
    return redirect(url_for("coordination.week.show", week=week), 303)


def _done(made: int) -> str:
    if not made:
        return str(gettext("Rien n’est ajouté : tout ce qui peut être copié est déjà là."))
    return str(ngettext("%(num)d permanence est ajoutée.", "%(num)d permanences sont ajoutées.", made))


def _weeks(week: str) -> Weeks:
    """The week that the address names, and the one to copy: the one before, unless « ?de=2026-W48 » says another."""
    target = monday_in(week)
    asked = request.args.get("de")
    return Weeks(monday_in(asked) if asked else target - WEEK, target)


def _page(weeks: Weeks, form: CopyForm, refused: str = "") -> str:
    plan = week_copies.plan_for(weeks, now=now())
    form.agreed.data = plan.fingerprint
    source = SourceForm(formdata=None, meta={"csrf": False}, de=week_code(weeks.source))
    source.de.choices = [SelectChoice(week_code(each), _week_words(each)) for each in _sources(weeks)]
    return render_template(
        "coordination/week_copies/new.html",
        form=form,
        source_form=source,
        refused=refused,
        plan=plan,
        weeks=weeks,
        week=week_code(weeks.target),
        source=week_code(weeks.source),
        words=week_copy_words,
    )


def _sources(weeks: Weeks) -> Sequence[date]:
    around = {weeks.target + number * WEEK for number in range(-BEFORE, AFTER + 1)} - {weeks.target}
    return sorted({*around, weeks.source} - {weeks.target}, reverse=True) or [weeks.source]


def _week_words(monday: date) -> str:
    """« du lundi 23 novembre au dimanche 29 novembre »."""
    first, last = show_day(monday), show_day(monday + timedelta(days=6))
    return str(gettext("du %(first)s au %(last)s", first=first, last=last))
