"""« Être rappelé »: whoever finds no time, or would rather speak to somebody, leaves a number."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import ValidationError

from cnapp.base.contacts import read_phone
from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.calls import TOPIC_LENGTH, AskedForNoCalls, Part
from cnapp.services.callbacks import Asking, ask
from cnapp.web.application import now
from cnapp.web.errors import page
from cnapp.web.forms import NAME_MISSING, AtMost, Form, LineField, Required, is_name, is_phone
from cnapp.web.public import journey
from cnapp.web.public.forms import ChoiceField, TrapField, choices

bp = Blueprint("callback", __name__, url_prefix="/etre-rappele")

PARTS = {
    Part.ANY: lazy_gettext("N’importe quand"),
    Part.MORNING: lazy_gettext("Le matin"),
    Part.AFTERNOON: lazy_gettext("L’après-midi"),
}


class CallbackForm(Form):
    name = LineField(lazy_gettext("Prénom et nom"), [Required(NAME_MISSING), is_name])
    phone = LineField(
        lazy_gettext("Téléphone"), [Required(lazy_gettext("Écrivez votre numéro de téléphone.")), AtMost(40), is_phone]
    )
    preferred = ChoiceField(
        lazy_gettext("Quand vous appeler ?"),
        lazy_gettext("Choisissez une réponse de la liste."),
        choices=choices(PARTS),
        default=Part.ANY.value,
    )
    topic = LineField(lazy_gettext("À quel sujet ?"), [AtMost(TOPIC_LENGTH)])
    website = TrapField(lazy_gettext("Ne remplissez pas ce champ"))

    def validate_website(self, field: TrapField) -> None:
        if field.data:
            raise ValidationError(str(lazy_gettext("Effacez ce qui est écrit ici : ce champ doit rester vide.")))

    @property
    def asking(self) -> Asking:
        """Of a form that was judged."""
        phone = read_phone(self.phone.data)
        assert phone
        return Asking(self.name.data, phone, Part(self.preferred.data), self.topic.data or None)


@bp.get("")
def new() -> str:
    return _page(CallbackForm())


@bp.post("")
def create() -> ResponseReturnValue:
    form = CallbackForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            ask(form.asking, address=request.remote_addr or "", now=now())
    except TooManyTries:
        return page(
            429,
            gettext("Trop de demandes"),
            gettext("Attendez quelques minutes, ou venez à l’accueil d’un de nos lieux."),
        )
    except AskedForNoCalls as refusal:
        form.phone.errors = [gettext(refusal.sentence)]
        return _page(form), 422
    return redirect(url_for("public.callback.show"), 303)


@bp.get("/merci")
def show() -> str:
    return render_template("public/callback/show.html")


def _page(form: CallbackForm) -> str:
    back = url_for("public.time.edit") if journey.is_begun() else url_for("public.home.show")
    return render_template("public/callback/new.html", form=form, back=back)
