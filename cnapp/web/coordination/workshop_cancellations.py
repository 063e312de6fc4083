"""Cancelling a workshop, after a page that says how many are told, and how."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from cnapp.domain.outbox import Letter
from cnapp.domain.workshops import Status, Workshop
from cnapp.services import workshop_changes, workshops
from cnapp.services.workshop_audiences import audience
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now, settings
from cnapp.web.coordination.workshop_pages import workshop_or_404
from cnapp.web.coordination.workshop_presses import Press, ask, carry_out
from cnapp.web.coordination.workshop_words import audience_words

bp = Blueprint("workshop_cancellations", __name__, url_prefix="/ateliers/<public_id>/annulation")


@bp.get("")
def new(public_id: str) -> str:
    workshop = workshop_or_404(public_id)
    workshop_changes.refuse_over(workshop, now())
    return ask(workshop, _question(workshop))


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    return carry_out(public_id, Status.CANCELLED, _cancel, _question)


def _cancel(workshop: Workshop) -> str:
    told = workshops.cancel(workshop, by=by_me(), settings=settings(), now=now())
    if not told:
        return str(gettext("L’atelier est annulé."))
    return str(
        ngettext(
            "L’atelier est annulé. Les messages partent : %(num)d personne est concernée.",
            "L’atelier est annulé. Les messages partent : %(num)d personnes sont concernées.",
            told,
        )
    )


def _question(workshop: Workshop) -> Press:
    told = audience(workshop.id, Letter.WORKSHOP_CANCELLED, settings=settings())
    nearby = gettext("Le message leur propose le prochain atelier semblable, quand il y en a un.")
    lines = [
        *audience_words(told),
        *([nearby] if told.people else []),
        gettext("Le temps de qui anime et les kits sont libérés."),
        gettext("Un atelier annulé ne revient pas : vous pourrez le copier."),
    ]
    return Press(
        gettext("Annuler cet atelier ?"),
        "coordination.workshop_cancellations.create",
        gettext("Oui, annuler l’atelier"),
        lines,
        "danger",
    )
