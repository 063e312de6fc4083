"""How to reach the person: a phone, an e-mail, or nothing at all."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import ValidationError

from cnapp.domain.answers import Answers
from cnapp.services.workshop_answers import channel_for_waiting
from cnapp.web.application import settings
from cnapp.web.forms import ADDRESS_LENGTH, AtMost, Form, LineField, LinesField, is_email, is_phone
from cnapp.web.public import journey
from cnapp.web.public.forms import ChoiceField, TickField, TrapField, choices
from cnapp.web.public.warning import sentence_for_answers
from cnapp.web.public.wording import TOLD

bp = Blueprint("contact", __name__, url_prefix="/rendez-vous/contact")

UNREACHED = "Écrivez un téléphone ou un e-mail. Sinon, nous ne pourrons pas vous dire qu’une place est libre."
UNCALLED = "Écrivez un téléphone. Sinon, nous ne pourrons pas vous dire qu’une place est libre."
PHONE, EMAIL = lazy_gettext("Téléphone"), lazy_gettext("E-mail")


class ToldForm(Form):
    """Defined first, since errors are told in the order of the page."""

    told = ChoiceField(
        lazy_gettext("Qui devons-nous prévenir ?"),
        lazy_gettext("Dites qui nous devons prévenir."),
        choices=choices(TOLD),
    )


class ContactForm(Form):
    phone = LineField(PHONE, validators=[AtMost(40), is_phone])
    no_calls = TickField(lazy_gettext("Ne m’appelez pas, je suis sourd ou j’entends mal"))
    may_leave_message = TickField(lazy_gettext("Vous pouvez laisser un message"))
    email = LineField(EMAIL, validators=[AtMost(254), is_email])
    no_reminders = TickField(lazy_gettext("Je ne veux pas de rappel"))
    address = LinesField(lazy_gettext("Adresse"), validators=[AtMost(ADDRESS_LENGTH)])
    website = TrapField(lazy_gettext("Ne remplissez pas ce champ"))

    def validate_website(self, field: TrapField) -> None:
        if field.data:
            raise ValidationError(str(lazy_gettext("Effacez ce qui est écrit ici : ce champ doit rester vide.")))


class BothContactsForm(ToldForm, ContactForm):
    booker_phone = LineField(lazy_gettext("Votre téléphone"), validators=[AtMost(40), is_phone])
    booker_email = LineField(lazy_gettext("Votre e-mail"), validators=[AtMost(254), is_email])


@bp.get("")
def edit() -> str:
    given = journey.answers_before("contact")
    return _page(_form(given)(data=dict(given.given)), given)


@bp.post("")
def update() -> ResponseReturnValue:
    given = journey.answers_before("contact")
    form = _form(given)()
    if not form.validate() or not _reaches(form, given):
        return _page(form, given), 422
    journey.keep(**_typed(form))
    return journey.go_on()


def _reaches(form: ContactForm, given: Answers) -> bool:
    """Whoever waits for a seat must be told of it; the reason is beside the field."""
    typed = Answers({**given.given, **_typed(form)})
    if not given.waits or channel_for_waiting(typed, settings()):
        return True
    form.phone.errors = [gettext(UNREACHED if settings().sends_mail else UNCALLED)]
    return False


def _form(given: Answers) -> type[ContactForm]:
    return BothContactsForm if given.is_for_another else ContactForm


def _typed(form: ContactForm) -> dict[str, Any]:
    return {field.name: field.data for field in form if field.name not in ("csrf_token", "website")}


def _page(form: ContactForm, given: Answers) -> str:
    sentence = sentence_for_answers(given)
    return render_template("public/contact/edit.html", form=form, given=given, sentence=sentence)
