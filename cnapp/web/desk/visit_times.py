"""« Donner 10 h 30 »: whoever came without appointment leaves with a time, and the paper of it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.commitments import SlotTaken
from cnapp.domain.motifs import MotifUnknown
from cnapp.domain.people import StaffUnknown
from cnapp.domain.places import PlaceUnknown
from cnapp.domain.slots import SlotUnknown, read_value
from cnapp.services import walk_ins
from cnapp.services.slots import conseillers_at
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now, settings
from cnapp.web.desk import visit_page
from cnapp.web.desk.visits_here import visit_held, visit_here
from cnapp.web.forms import Form

bp = Blueprint("visit_times", __name__)

FORGED = (SlotUnknown, MotifUnknown, PlaceUnknown, StaffUnknown)
"""What no button of ours has sent."""


class TimeForm(Form):
    slot = HiddenField()
    conseiller = HiddenField()
    motif = HiddenField()


@bp.post("/passages/<public_id>/heure")
def create(public_id: str) -> ResponseReturnValue:
    form = TimeForm()
    try:
        _give(public_id, form)
    except FORGED as refusal:
        return _again(public_id, None, refusal), 422
    except SlotTaken as refusal:
        return _again(public_id, form.motif.data, refusal), 409
    flash(gettext("L’heure est donnée. Imprimez ce papier pour la personne."))
    return redirect(url_for("desk.visit_slips.show", public_id=public_id), 303)


def _give(public_id: str, form: TimeForm) -> None:
    choice = read_value(form.slot.data or "")
    with transaction(*conseillers_at(choice)):
        visit = visit_held(public_id)
        giving = walk_ins.giving(form.motif.data or "", choice, form.conseiller.data or "")
        walk_ins.give(visit, giving, by=by_me(), link_key=settings().link_key, now=now())


def _again(public_id: str, motif: str | None, refusal: Refusal) -> str:
    """The page with what is possible now."""
    return visit_page.page(visit_here(public_id), motif, refusal=gettext(refusal.sentence))
