"""Withdrawing a workshop from the site, after a page that asks."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.domain.workshops import Status, Workshop
from cnapp.services import workshop_changes, workshops
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.workshop_pages import workshop_or_404
from cnapp.web.coordination.workshop_presses import Press, ask, carry_out

bp = Blueprint("workshop_withdrawals", __name__, url_prefix="/ateliers/<public_id>/retrait")


@bp.get("")
def new(public_id: str) -> str:
    workshop = workshop_or_404(public_id)
    workshop_changes.refuse_over(workshop, now())
    return ask(workshop, _question(workshop))


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    return carry_out(public_id, Status.WITHDRAWN, _withdraw, _question)


def _withdraw(workshop: Workshop) -> str:
    workshops.withdraw(workshop, by=by_me(), now=now())
    return str(gettext("L’atelier est retiré du site. Les personnes inscrites le restent."))


def _question(_workshop: Workshop) -> Press:
    lines = [
        gettext("Plus personne ne le voit sur le site ni ne peut s’y inscrire."),
        gettext("Les personnes inscrites le restent : l’atelier a lieu. Personne n’est prévenu."),
        gettext("S’il n’a pas lieu, annulez-le plutôt. Vous pourrez le publier de nouveau."),
    ]
    return Press(
        gettext("Retirer cet atelier du site ?"),
        "coordination.workshop_withdrawals.create",
        gettext("Oui, retirer du site"),
        lines,
    )
