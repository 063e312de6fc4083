"""« Je voudrais venir plus tôt »: whoever has an appointment waits for an earlier time, and keeps theirs meanwhile."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.waits import TooManyWaits, WaitsAlready
from cnapp.services import waits
from cnapp.services.answers import count_hold
from cnapp.services.appointments import by_link
from cnapp.services.desk_times import places_of_town
from cnapp.services.parties import Someone
from cnapp.services.waits import Request, channel_to, told_about, waiting_about
from cnapp.web.application import now, settings
from cnapp.web.errors import page
from cnapp.web.public.receipt import appointment_at
from cnapp.web.public.wait_check import wait_page
from cnapp.web.public.wait_form import USUAL_NOTICE, EarlierForm, TermsForm, promise, terms_of

bp = Blueprint("earlier", __name__, url_prefix="/r/<token>/plus-tot")


@bp.get("")
def new(token: str) -> ResponseReturnValue:
    appointment = appointment_at(token)
    if not may_be_earlier(appointment):
        return redirect(url_for("public.receipt.show", token=token), 303)
    known = waiting_about(appointment)
    if known:
        return redirect(wait_page(known), 303)
    usual = {"places": [appointment.presence.place.slug], "half": "", "notice_days": USUAL_NOTICE}
    return _page(token, _form(appointment, **usual), appointment)


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    appointment = appointment_at(token)
    form = _form(appointment)
    if not may_be_earlier(appointment):
        return redirect(url_for("public.receipt.show", token=token), 303)
    if not form.validate():
        return _page(token, form, appointment), 422
    try:
        address = _begin(token, form)
    except WaitsAlready:
        return redirect(url_for("public.earlier.new", token=token), 303)
    except TooManyWaits as refusal:
        return page(409, gettext("Ce n’est pas possible"), gettext(refusal.sentence))
    except TooManyTries as refusal:
        return page(429, gettext("Trop d’essais"), gettext(refusal.sentence))
    return redirect(address, 303)


def may_be_earlier(appointment: Appointment) -> bool:
    """Not on its own day, nor without any time: there is nothing earlier to be told of."""
    return appointment.is_upcoming(now()) and not appointment.is_its_day(now())


def _begin(token: str, form: TermsForm) -> str:
    with transaction():
        count_hold(request.remote_addr or "", now=now())
        appointment = by_link(token, now=now())
        terms, needs = terms_of(form.data, places_of_town(now=now())), tuple(appointment.needs)
        asked = Request(appointment.motif, _who(form, appointment), terms, needs, appointment)
        return wait_page(waits.begin(asked, settings=settings(), now=now()))


def _who(form: TermsForm, appointment: Appointment) -> Someone | Citizen:
    """Whoever is told of its changes; a contact that is given here serves the waiting alone."""
    if isinstance(form, EarlierForm):
        return form.somebody(appointment.person.name)
    return told_about(appointment, settings()) or appointment.person


def _form(appointment: Appointment, **usual: object) -> TermsForm:
    kind = TermsForm if told_about(appointment, settings()) else EarlierForm
    form = kind(data=usual)
    form.offer(places_of_town(now=now()))
    return form


def _page(token: str, form: TermsForm, appointment: Appointment) -> str:
    told: Citizen | None = told_about(appointment, settings())
    sentence = promise(channel_to(told, settings())) if told else ""
    values = {"token": token, "appointment": appointment, "asks_contact": told is None, "sentence": sentence}
    return render_template("public/earlier/new.html", form=form, **values)
