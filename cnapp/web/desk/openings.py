"""Opening any booking of the town with what its person knows: the code, and three letters of a name."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.appointments import Appointment
from cnapp.domain.registrations import Registration
from cnapp.services.retrieval import retrieve
from cnapp.web.application import now
from cnapp.web.desk.appointments import OpeningForm, search_page
from cnapp.web.desk.grants import grant, grant_registration

bp = Blueprint("openings", __name__, url_prefix="/rendez-vous/code")


@bp.post("")
def create() -> ResponseReturnValue:
    form = OpeningForm()
    if not form.validate():
        return search_page(form), 422
    try:
        found = _find(form)
    except TooManyTries:
        form.code.errors = [gettext("Trop d’essais. Attendez quelques minutes, puis recopiez le code du papier.")]
        return search_page(form), 429
    if found is None:
        form.code.errors = [gettext("Nous ne trouvons rien avec ce code et ces lettres. Vérifiez les deux.")]
        return search_page(form), 422
    return _open(found)


def _find(form: OpeningForm) -> Appointment | Registration | None:
    """The try is counted, whatever it finds."""
    with transaction():
        return retrieve(form.code.data, form.letters.data, address=request.remote_addr or "", now=now())


def _open(found: Appointment | Registration) -> ResponseReturnValue:
    if isinstance(found, Registration):
        grant_registration(found)
        return redirect(url_for("desk.registrations.show", public_id=found.public_id), 303)
    grant(found)
    return redirect(url_for("desk.appointments.show", public_id=found.public_id), 303)
