"""The workshops of a desk's places: which are to come, who comes to each, and registering somebody in two fields."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import new_token
from cnapp.domain.registrations import RegisteredAlready, Registration, Standing
from cnapp.domain.workshops import NothingToLend, Workshop, WorkshopFull
from cnapp.services import desk_workshops, waiting_list
from cnapp.services.desk_workshops import Request, made_with
from cnapp.services.waits import NotReachable
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.application import now, settings
from cnapp.web.desk.grants import grant_registration
from cnapp.web.desk.registration_form import RegistrationForm, empty_form
from cnapp.web.programmes import programme_address

bp = Blueprint("workshops", __name__, url_prefix="/ateliers")

WAITS = "attente"
"""Value of the button that asks for the waiting list."""
STATUS = {NotReachable: 422, WorkshopFull: 409, NothingToLend: 409, RegisteredAlready: 409}
NOT_REACHABLE = lazy_gettext("Nous ne pourrions pas prévenir cette personne. Écrivez un téléphone.")
SAID: dict[type[Refusal], LazyString] = {NotReachable: NOT_REACHABLE}
"""To a desk, in other words than to the person."""
WHERE = {NotReachable: "contact", NothingToLend: "borrows", RegisteredAlready: "name"}
"""Beside which field each refusal is said."""


@bp.get("")
def index() -> str:
    lines = desk_workshops.listing(me(), now=now())
    return render_template("desk/workshops/index.html", lines=lines, now=now())


@bp.get("/<public_id>")
def show(public_id: str) -> str:
    return _page(workshop_here(public_id), empty_form())


@bp.post("/<public_id>")
def create(public_id: str) -> ResponseReturnValue:
    """Raises WorkshopUnknown, WorkshopOver."""
    workshop, form = workshop_here(public_id), RegistrationForm()
    made = made_with(form.key.data or "", by_me())
    if made:
        return _done(made)
    if not form.validate():
        return _page(workshop, form), 422
    try:
        return _done(_register(workshop, form))
    except tuple(STATUS) as refusal:
        db.session.rollback()
        _say(form, refusal)
        return _page(workshop_here(public_id), form), STATUS[type(refusal)]


def workshop_here(public_id: str) -> Workshop:
    """At one of this desk's places; any other is no page."""
    return desk_workshops.workshop_for(me(), public_id, now=now()) or abort(404)


def _register(workshop: Workshop, form: RegistrationForm) -> Registration:
    verb = desk_workshops.join if request.form.get("way") == WAITS else desk_workshops.register
    asked = Request(workshop.id, form.application, form.key.data or new_token())
    with transaction():
        return verb(asked, by=by_me(), settings=settings(), now=now())


def _say(form: RegistrationForm, refusal: Refusal) -> None:
    sentence = str(SAID.get(type(refusal)) or gettext(refusal.sentence))
    field = WHERE.get(type(refusal))
    if field:
        form[field].errors = [sentence]
    else:
        form.form_errors = [sentence]


def _done(made: Registration) -> ResponseReturnValue:
    grant_registration(made)
    if made.status is Standing.REGISTERED:
        flash(gettext("L’inscription est faite."))
        return redirect(url_for("desk.registration_slips.show", public_id=made.public_id), 303)
    if made.status is Standing.WAITING:
        position = waiting_list.position(made)
        flash(gettext("La personne est sur la liste d’attente : position %(n)d.", n=position))
    elif made.status is Standing.OFFERED:
        flash(gettext("Une place vient de se libérer : elle est proposée à la personne. Dites si elle la prend."))
    return redirect(url_for("desk.registrations.show", public_id=made.public_id), 303)


def _page(workshop: Workshop, form: RegistrationForm) -> str:
    room = desk_workshops.room_of(workshop)
    is_open = workshop.is_open_at_desks(now())
    shown = {"room": room, "is_open": is_open, "takes": room.takes(now()), "is_by_call": room.is_by_call(now())}
    shown |= {"programme": programme_address(workshop), "sends_mail": settings().sends_mail}
    return render_template("desk/workshops/show.html", workshop=workshop, form=form, **shown, WAITS=WAITS, now=now())
