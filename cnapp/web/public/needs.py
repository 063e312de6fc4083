"""What makes the visit possible: ticks only, no free text."""

from __future__ import annotations

from flask import Blueprint, render_template, session
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from wtforms.fields.choices import SelectChoice

from cnapp.domain.answers import Answers
from cnapp.services.languages import languages_spoken
from cnapp.web.application import now
from cnapp.web.forms import Form
from cnapp.web.public import journey
from cnapp.web.public.forms import ChoicesField, ListField, choices
from cnapp.web.public.languages import KEY
from cnapp.web.public.tongues import TONGUES
from cnapp.web.public.wording import NEEDS
from cnapp.web.wording import language_name

bp = Blueprint("needs", __name__, url_prefix="/rendez-vous/besoins")

SIGN_LANGUAGE = "fsl"


class NeedsForm(Form):
    needs = ChoicesField(
        lazy_gettext("Avez-vous besoin de quelque chose de particulier ?"),
        lazy_gettext("Choisissez dans la liste, ou ne cochez rien."),
        choices=choices(NEEDS),
    )
    language = ListField(lazy_gettext("Je parle mieux"), lazy_gettext("Choisissez une langue de la liste."), default="")
    """French where nothing is sent."""


@bp.get("")
def edit() -> str:
    given = journey.answers_before("needs")
    language = given.text("language") if given.has("language") else session.get(KEY, "")
    form = NeedsForm(needs=[need.value for need in given.needs], language=language)
    return _page(form, given)


@bp.post("")
def update() -> ResponseReturnValue:
    given = journey.answers_before("needs")
    form = NeedsForm()
    form.language.choices = language_choices()
    if not form.validate():
        return _page(form, given), 422
    journey.keep(needs=form.needs.data, language=form.language.data)
    return journey.go_on()


def _page(form: NeedsForm, given: Answers) -> str:
    form.language.choices = language_choices()
    back = journey.address_before("needs", given)
    return render_template("public/needs/edit.html", form=form, back=back, is_registration=given.is_registration)


def language_choices() -> list[SelectChoice]:
    """French first; those of the home page and those that somebody of the team speaks."""
    codes = {*TONGUES, *languages_spoken(now())} - {SIGN_LANGUAGE}
    named = sorted((language_name(code), code) for code in codes)
    return choices({"": language_name("fr"), **{code: name for name, code in named}})
