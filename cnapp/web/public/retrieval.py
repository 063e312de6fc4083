"""Finding one's booking again: the code of the paper, and three letters of a name."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.appointments import Appointment
from cnapp.services.retrieval import retrieve
from cnapp.web.application import now
from cnapp.web.errors import page
from cnapp.web.forms import AtMost, Form, LineField, Required
from cnapp.web.public.receipt import receipt_address

bp = Blueprint("retrieval", __name__, url_prefix="/retrouver")


class RetrievalForm(Form):
    code = LineField(
        lazy_gettext("Code"), validators=[Required(lazy_gettext("Écrivez le code de votre papier.")), AtMost(40)]
    )
    letters = LineField(
        lazy_gettext("Les 3 premières lettres de votre nom ou prénom"),
        validators=[Required(lazy_gettext("Écrivez 3 lettres de votre nom ou prénom.")), AtMost(80)],
    )


@bp.get("")
def new() -> str:
    return render_template("public/retrieval/new.html", form=RetrievalForm())


@bp.post("")
def create() -> ResponseReturnValue:
    form = RetrievalForm()
    try:
        found = _find(form) if form.validate() else None
    except TooManyTries:
        return page(
            429,
            gettext("Trop d’essais"),
            gettext("Attendez quelques minutes, ou demandez à l’accueil d’un de nos lieux."),
        )
    if found is None:
        return render_template("public/retrieval/new.html", form=form), 422
    return redirect(receipt_address(found), 303)


def _find(form: RetrievalForm) -> Appointment | None:
    """The same sentence for a wrong code and for a wrong name."""
    address = request.remote_addr or ""
    with transaction():
        found = retrieve(form.code.data, form.letters.data, address=address, now=now())
    if found is None:
        form.code.errors = [
            gettext(
                "Nous ne trouvons pas de rendez-vous avec ce code et ces lettres. Vérifiez les deux sur votre papier."
            )
        ]
    return found
