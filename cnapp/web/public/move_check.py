"""Moving one's appointment, second page: the old time and the new one, then it is done."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.domain.answers import ANYWHERE, Answers
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import OutsidePresence, SlotTaken
from cnapp.domain.drafts import Draft
from cnapp.domain.slots import Choice
from cnapp.services.appointments import Taking, move, people_concerned
from cnapp.services.catalogue import place_known
from cnapp.services.journal import By
from cnapp.services.proposal_answers import choice_of
from cnapp.services.wishes import moving_wish
from cnapp.web.application import now
from cnapp.web.forms import Form
from cnapp.web.public.journey import MOVE_KEY
from cnapp.web.public.move import draft_for
from cnapp.web.public.receipt import appointment_at
from cnapp.web.public.taken import taken

bp = Blueprint("move_check", __name__, url_prefix="/r/<token>/deplacer/verifier")


class MoveForm(Form):
    slot = HiddenField()
    """The new time: sent again once it is done, it shows the same end."""


@bp.get("")
def edit(token: str) -> ResponseReturnValue:
    appointment = appointment_at(token)
    choice = _chosen(draft_for(appointment))
    if choice is None or not appointment.can_be_changed(now()):
        return redirect(url_for("public.move.edit", token=token), 303)
    return _page(appointment, choice, token)


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    appointment, asked = appointment_at(token), MoveForm().slot.data or ""
    draft = draft_for(appointment)
    if asked == choice_of(appointment) and not appointment.is_displaced:
        return _moved(token)
    choice = _chosen(draft)
    if draft is None or choice is None:
        return redirect(url_for("public.move.edit", token=token), 303)
    if asked != choice.value:
        flash(gettext("Vous avez choisi une autre heure dans une autre fenêtre. Vérifiez encore."))
        return _page(appointment, choice, token), 409
    return _move(appointment, _taking(appointment, draft, choice), token)


def _page(appointment: Appointment, choice: Choice, token: str) -> str:
    form = MoveForm(slot=choice.value)
    form.slot.data = choice.value
    values = {"choice": choice, "place": place_known(choice.slug), "appointment": appointment, "token": token}
    return render_template("public/move_check/edit.html", form=form, **values)


def _move(appointment: Appointment, taking: Taking, token: str) -> ResponseReturnValue:
    everywhere = {"token": token, "lieux": ANYWHERE}
    try:
        with transaction(appointment.conseiller_id, *people_concerned(taking)):
            move(appointment, taking, by=By.citizen(), now=now())
    except (SlotTaken, OutsidePresence):
        return taken(taking.choice, taking.wish, again="public.move.update", others="public.move.edit", **everywhere)
    return _moved(token)


def _moved(token: str) -> ResponseReturnValue:
    if session.pop(MOVE_KEY, None):
        flash(gettext("Le rendez-vous est déplacé. Voici la nouvelle heure."))
    return redirect(url_for("public.receipt.show", token=token), 303)


def _chosen(draft: Draft | None) -> Choice | None:
    return Answers(draft.answers).choice if draft else None


def _taking(appointment: Appointment, draft: Draft, choice: Choice) -> Taking:
    given = Answers({"place": choice.slug, "needs": appointment.needs})
    return Taking(draft.id, moving_wish(appointment, given, now=now()), choice)
