"""How a place ends: with a last day; or deleted, when it has never served."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.base.workdays import day_of
from cnapp.domain.ahead import BookingsAhead
from cnapp.domain.places import Place, PlaceInUse
from cnapp.domain.plans import RecoveryPlan
from cnapp.services import place_endings, places
from cnapp.services.changes import hold_still
from cnapp.services.people import all_who_receive
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.fields import NearDayField
from cnapp.web.coordination.places import somewhere
from cnapp.web.coordination.plan_addresses import plan_address
from cnapp.web.fields import Given
from cnapp.web.forms import Form
from cnapp.wording.dates import show_long_day

bp = Blueprint("endings", __name__, url_prefix="/lieux/<slug>")


class EndingForm(Form):
    last = NearDayField(
        lazy_gettext("Dernier jour du lieu"),
        [Given(lazy_gettext("Écrivez le dernier jour, par exemple 31/12/2026."))],
    )
    displaces = HiddenField()
    """The last day for which somebody pressed « Continuer » : whoever is expected then becomes a line of a plan."""


@bp.get("/fin")
def new(slug: str) -> str:
    place = somewhere(slug)
    return _page(place, EndingForm(last=place.valid_until))


@bp.post("/fin")
def create(slug: str) -> ResponseReturnValue:
    place, form = somewhere(slug), EndingForm()
    if not (form.validate() and _is_after_its_first_day(place, form)):
        return _page(place, form), 422
    thing = places.about(place)
    try:
        with transaction(*all_who_receive()):
            hold_still(thing)
            plan = _end(somewhere(slug), form)
    except BookingsAhead:
        form.last.errors = [
            gettext("Des rendez-vous ou des ateliers sont prévus après ce jour. Rien n’est enregistré.")
        ]
        return _page(place, form), 409
    flash(gettext("Le dernier jour du lieu est le %(day)s.", day=show_long_day(form.last.data)))
    return redirect(plan_address(plan) if plan else url_for("coordination.places.edit", slug=slug), 303)


def _end(place: Place, form: EndingForm) -> RecoveryPlan | None:
    if form.displaces.data == form.last.data.isoformat():
        return place_endings.end(place, form.last.data, by=by_me(), now=now())
    places.end(place, form.last.data, by=by_me(), now=now())
    return None


@bp.post("/supprimer")
def destroy(slug: str) -> ResponseReturnValue:
    """Only where nothing has ever happened."""
    place = somewhere(slug)
    thing = places.about(place)
    try:
        with transaction(*all_who_receive()):
            hold_still(thing)
            places.delete_unused(somewhere(slug), by=by_me(), now=now())
    except PlaceInUse as refusal:
        form = EndingForm(formdata=None, last=place.valid_until)
        form.form_errors.append(gettext(refusal.sentence))
        return _page(place, form), 409
    flash(gettext("Le lieu est supprimé."))
    return redirect(url_for("coordination.places.index"), 303)


def _is_after_its_first_day(place: Place, form: EndingForm) -> bool:
    if form.last.data < place.valid_from:
        form.last.errors = [gettext("Le dernier jour vient après le premier.")]
        return False
    return True


def _page(place: Place, form: EndingForm) -> str:
    """With all who are expected there after the day that is asked, or from now on."""
    last = form.last.data or day_of(now()) - places.THE_DAY_BEFORE
    reaches = places.outside(place, place.valid_from, last, now=now())
    context: dict[str, Any] = {
        "bookings": places.bookings(reaches, now=now()),
        "gatherings": places.gatherings(reaches, now=now()),
        "presences": places.presences(reaches, now=now()),
        "has_served": places.has_served(place),
    }
    is_asked = form.is_submitted() and form.last.data and (context["bookings"] or context["gatherings"])
    context["asked"] = form.last.data.isoformat() if is_asked else ""
    return render_template("coordination/endings/new.html", form=form, place=place, **context)
