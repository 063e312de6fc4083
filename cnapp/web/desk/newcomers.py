"""« Qui est là ? »: a name, a phone or a code, sent so that it stands in no address; else a visit begins with it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.refusals import Refusal
from cnapp.base.tokens import new_token
from cnapp.base.workdays import day_of
from cnapp.domain.newcomers import Found
from cnapp.services import newcomers
from cnapp.services.newcomers import Counter
from cnapp.web.application import now
from cnapp.web.desk.here import day_address, my_place, my_places
from cnapp.web.desk.visits import VisitForm
from cnapp.web.forms import AtMost, Form, LineField, Required

bp = Blueprint("newcomers", __name__)


class NewcomerForm(Form):
    who = LineField(
        lazy_gettext("Qui est là ?"), [Required(lazy_gettext("Écrivez un nom, un téléphone ou un code.")), AtMost(80)]
    )


@bp.get("/qui-est-la")
def new() -> ResponseReturnValue:
    """An answer that is opened again has been forgotten."""
    return redirect(day_address(day_of(now())), 303)


@bp.post("/qui-est-la")
def create() -> ResponseReturnValue:
    form, counter = NewcomerForm(), Counter(my_place(), [place.id for place in my_places()])
    found = _find(form, counter) if form.validate() else None
    return _page(form, counter, found), 200 if found else 422


def _find(form: NewcomerForm, counter: Counter) -> Found | None:
    try:
        return newcomers.find(form.who.data, counter, now=now())
    except Refusal as refusal:
        form.who.errors = [gettext(refusal.sentence)]
        return None


def _page(form: NewcomerForm, counter: Counter, found: Found | None) -> str:
    return render_template(
        "desk/newcomers/show.html",
        form=form,
        place=counter.place,
        found=found,
        visit=VisitForm(formdata=None, first_name=found.first_name if found else "", key=new_token()),
        day=day_address(day_of(now())),
        now=now(),
    )
