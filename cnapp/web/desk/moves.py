"""Another time for somebody, on one page: here, elsewhere, later. The old time is theirs until the new one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.database import transaction
from cnapp.domain.answers import ANYWHERE
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import OutsidePresence, SlotTaken
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.places import PlaceUnknown
from cnapp.domain.slots import Choice, SlotUnknown, read_value
from cnapp.services.desk_appointments import move
from cnapp.services.desk_times import NotStepFree, Quest, quest_of
from cnapp.services.notices import is_team_asked
from cnapp.services.slots import conseillers_at
from cnapp.web.application import now
from cnapp.web.desk.changing import ChangingForm, told
from cnapp.web.desk.grants import desk_appointment, grant
from cnapp.web.desk.offers import offer
from cnapp.web.forms import LineField, Required
from cnapp.web.public.times import Asked

bp = Blueprint("moves", __name__, url_prefix="/rendez-vous/<public_id>/deplacer")


class MoveForm(ChangingForm):
    slot = LineField(lazy_gettext("Jour et heure"), [Required(lazy_gettext("Choisissez une heure."))])


@bp.get("")
def edit(public_id: str) -> str:
    appointment = desk_appointment(public_id)
    return _page(appointment, MoveForm())


@bp.post("")
def update(public_id: str) -> ResponseReturnValue:
    """Raises NotUpcoming."""
    form, appointment = MoveForm(), desk_appointment(public_id)
    if not form.validate():
        return _page(appointment, form), 422
    quest = _quest(appointment)
    try:
        choice = read_value(form.slot.data)
        _move(appointment, quest, choice, form)
    except (SlotUnknown, NotStepFree) as refusal:
        form.slot.errors = [gettext(refusal.sentence)]
        return _page(desk_appointment(public_id), form), 422
    except (SlotTaken, OutsidePresence) as refusal:
        form.slot.errors = [gettext(refusal.sentence)]
        return _page(desk_appointment(public_id), form, taken=choice), 409
    except ChangedMeanwhile as refusal:
        changes = told(refusal)
        return _page(desk_appointment(public_id), form, changes=changes), 409
    grant(appointment)
    flash(gettext("Le rendez-vous est déplacé. Donnez le nouveau papier à la personne."))
    return redirect(url_for("desk.slips.show", public_id=public_id), 303)


def _move(appointment: Appointment, quest: Quest, choice: Choice, form: MoveForm) -> None:
    wish = quest.at(choice, now=now())
    with transaction(appointment.conseiller_id, *conseillers_at(choice)):
        move(appointment, wish, choice, press=form.press, now=now())


def _quest(appointment: Appointment) -> Quest:
    """The same place, unless the address asks for another or for all: « ?lieux=partout »."""
    slug = request.args.get("lieux") or appointment.presence.place.slug
    return quest_of(appointment, slug, now=now())


def _page(appointment: Appointment, form: MoveForm, *, changes: Sequence[str] = (), taken: Choice | None = None) -> str:
    if changes or not form.number.data:
        form.read_again(appointment)
    times = _times(appointment, taken) if appointment.can_be_changed(now()) else {}
    values = {"appointment": appointment, "form": form, "changes": changes, "anywhere": ANYWHERE}
    values["is_team_asked"] = is_team_asked(appointment)
    return render_template("desk/moves/edit.html", **values, **times, now=now())


def _times(appointment: Appointment, taken: Choice | None) -> dict[str, Any]:
    quest = _quest(appointment)
    try:
        return {"quest": quest, **offer(quest, Asked.of_request(quest.here), taken)}
    except PlaceUnknown:
        abort(404)
