"""Booking for somebody who stands at the counter or is on the telephone: one page, four fields, anywhere in town.

The page is sent to see other times too, so that no name or telephone ever stands in an address.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.tokens import new_token
from cnapp.domain.answers import ANYWHERE
from cnapp.domain.appointments import Appointment, Origin
from cnapp.domain.codes import CodeNotReserved
from cnapp.domain.commitments import OutsidePresence, SlotTaken
from cnapp.domain.motifs import MotifUnknown
from cnapp.domain.places import PlaceUnknown
from cnapp.domain.slots import Choice, SlotUnknown, read_value
from cnapp.services import additions, desks
from cnapp.services.appointments import Taking
from cnapp.services.desk_times import NotStepFree, Quest
from cnapp.services.slots import conseillers_at
from cnapp.web.account.signed_in import by_me, me, my_sign_in
from cnapp.web.application import now, settings
from cnapp.web.desk.booking_form import BookingForm
from cnapp.web.desk.grants import grant
from cnapp.web.desk.offers import asked_by, offer

bp = Blueprint("bookings", __name__, url_prefix="/rendez-vous/nouveau")

SEE = "see"
"""Name of the buttons that only show times; their value says which, as web/desk/offers names them."""


@bp.get("")
def new() -> str:
    """« ?sujet=… » and « ?lieu=… » may come from another page of the desk."""
    return _page(_form(request.args.get("sujet"), request.args.get("lieu")))


@bp.post("")
def create() -> ResponseReturnValue:
    form = _form()
    if SEE in request.form:
        form.first.data = request.form[SEE]
        return _page(form)
    made = additions.made_with(form.key.data or "", by_me())
    if made:
        return _done(made)
    return _book(form) if form.validate() else (_page(form), 422)


def _form(subject: str | None = None, slug: str | None = None) -> BookingForm:
    here = desks.current_place(my_sign_in(), now=now())
    origin = Origin.PHONE if me().phone_line else Origin.COUNTER
    place = slug or (here.slug if here else ANYWHERE)
    form = BookingForm(motif=subject, place=place, origin=origin.value, key=new_token())
    form.offer()
    return form


def _book(form: BookingForm) -> ResponseReturnValue:
    choice = None
    try:
        choice = read_value(form.slot.data or "")
        made = _take(form, form.quest, choice)
    except MotifUnknown as refusal:
        form.motif.errors = [gettext(refusal.sentence)]
    except (SlotUnknown, NotStepFree) as refusal:
        form.slot.errors = [gettext(refusal.sentence)]
    except CodeNotReserved as refusal:
        form.code.errors = [gettext(refusal.sentence)]
    except (SlotTaken, OutsidePresence) as refusal:
        form.slot.errors = [gettext(refusal.sentence)]
        return _page(form, choice), 409
    else:
        flash(gettext("Le rendez-vous est pris."))
        return _done(made)
    return _page(form), 422


def _take(form: BookingForm, quest: Quest, choice: Choice) -> Appointment:
    wish = quest.at(choice, now=now())
    with transaction(*conseillers_at(choice)):
        taking = Taking(form.key.data or new_token(), wish, choice)
        return additions.add(taking, form.party, by=by_me(), link_key=settings().link_key, now=now())


def _done(made: Appointment) -> ResponseReturnValue:
    """Whoever booked at another place may print its paper and put a mistake right."""
    grant(made)
    return redirect(url_for("desk.slips.show", public_id=made.public_id), 303)


def _page(form: BookingForm, taken: Choice | None = None) -> str:
    return render_template("desk/bookings/new.html", form=form, SEE=SEE, **_times(form, taken))


def _times(form: BookingForm, taken: Choice | None) -> dict[str, Any]:
    """None before a subject is chosen: how long it takes says which times are free."""
    try:
        return {"is_offered": True, **offer(form.quest, asked_by(form.first.data or ""), taken)}
    except (MotifUnknown, PlaceUnknown):
        return {"is_offered": False}
