"""Publishing a workshop, after a page that asks."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from cnapp.domain.workshops import Status, Workshop
from cnapp.services import workshop_changes, workshops
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.workshop_pages import workshop_or_404
from cnapp.web.coordination.workshop_presses import Press, ask, carry_out

bp = Blueprint("workshop_publications", __name__, url_prefix="/ateliers/<public_id>/publication")


@bp.get("")
def new(public_id: str) -> str:
    workshop = workshop_or_404(public_id)
    workshop_changes.refuse_over(workshop, now())
    return ask(workshop, _question(workshop))


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    act = _publish_series if request.form.get("which") == "series" else _publish
    return carry_out(public_id, Status.PUBLISHED, act, _question)


def _publish(workshop: Workshop) -> str:
    workshops.publish(workshop, by=by_me(), now=now())
    return str(gettext("L’atelier est publié : les gens peuvent s’inscrire."))


def _publish_series(workshop: Workshop) -> str:
    published = workshops.publish_series(workshop, by=by_me(), now=now())
    sentence = ngettext(
        "%(num)d atelier de la série est publié : les gens peuvent s’inscrire.",
        "%(num)d ateliers de la série sont publiés : les gens peuvent s’inscrire.",
        published,
    )
    return str(sentence)


def _question(workshop: Workshop) -> Press:
    drafts = len(workshops.drafts_of(workshop, now=now()))
    lines = [
        gettext("Les gens le voient sur le site et peuvent s’inscrire tout de suite."),
        gettext("Vous pourrez le retirer, le changer ou l’annuler."),
    ]
    return Press(
        gettext("Publier cet atelier ?"),
        "coordination.workshop_publications.create",
        gettext("Oui, publier l’atelier"),
        lines,
        wider=gettext("Publier les %(n)d dates de la série", n=drafts) if drafts > 1 else "",
    )
