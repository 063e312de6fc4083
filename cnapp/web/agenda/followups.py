"""« Revoir cette personne »: the next free times for the same motif, the soonest chosen; one more press books it."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField, StringField

from cnapp.base.database import transaction
from cnapp.base.tokens import new_token
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import SlotTaken
from cnapp.domain.slots import SlotUnknown, read_value
from cnapp.services import additions
from cnapp.services.appointments import Taking
from cnapp.services.journal import By
from cnapp.services.slots import conseillers_at
from cnapp.web.account.signed_in import me
from cnapp.web.agenda.addresses import day_in, my_appointment, opened_appointment
from cnapp.web.application import now, settings
from cnapp.web.forms import Form

bp = Blueprint("followups", __name__)


class FollowUpForm(Form):
    slot = StringField()
    key = HiddenField()
    """One form, one booking."""


@bp.get("/rendez-vous/<public_id>/revoir")
def new(public_id: str) -> str:
    return _page(opened_appointment(public_id), FollowUpForm(key=new_token()))


@bp.post("/rendez-vous/<public_id>/revoir")
def create(public_id: str) -> ResponseReturnValue:
    form = FollowUpForm()
    try:
        made = _book(public_id, form)
    except SlotUnknown as refusal:
        form.slot.errors = [gettext(refusal.sentence)]
        return _page(opened_appointment(public_id), form), 422
    except SlotTaken as refusal:
        form.slot.errors = [gettext(refusal.sentence)]
        return _page(opened_appointment(public_id), form), 409
    flash(gettext("Le nouveau rendez-vous est pris."))
    return redirect(url_for("agenda.slips.show", public_id=made.public_id), 303)


def _book(public_id: str, form: FollowUpForm) -> Appointment:
    choice = read_value(form.slot.data or "")
    with transaction(me().id, *conseillers_at(choice)):
        earlier = my_appointment(public_id)
        taking = Taking(form.key.data or new_token(), additions.wish_to_see_again(earlier, now=now()), choice)
        party = additions.party_again(earlier)
        return additions.add(taking, party, by=By.staff(me()), link_key=settings().link_key, now=now())


def _page(appointment: Appointment, form: FollowUpForm) -> str:
    first = _first_day()
    days = additions.times_to_see_again(appointment, first, now=now())
    if days and not form.slot.errors:
        form.slot.data = days[0].slots[0].value
    later = days[-1].day + timedelta(days=1) if days else None
    return render_template("agenda/followups/new.html", appointment=appointment, form=form, days=days, later=later)


def _first_day() -> date:
    """« a-partir=2026-12-10 », today without it."""
    asked = request.args.get("a-partir")
    return day_in(asked) if asked else day_of(now())
