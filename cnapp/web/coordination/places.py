"""The places: all of them, and what people are told of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.workdays import day_of
from cnapp.domain.ahead import BookingsAhead
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.places import Place, PlaceUnknown
from cnapp.services import places
from cnapp.services.catalogue import place_known
from cnapp.services.changes import hold
from cnapp.services.journal import last_number_of
from cnapp.services.people import all_who_receive
from cnapp.services.waits import counted
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now, settings
from cnapp.web.coordination.place_form import PlaceForm, values_of

bp = Blueprint("places", __name__, url_prefix="/lieux")


@bp.get("")
def index() -> str:
    waiting = counted(now=now())
    return render_template(
        "coordination/places/index.html", places=places.everywhere(), today=day_of(now()), waits=waiting
    )


@bp.get("/nouveau")
def new() -> str:
    unknown = {"step_free": "unknown", "hearing_loop": "unknown"}
    form = PlaceForm(data={**unknown, "town": settings().town, "valid_from": day_of(now())})
    return render_template("coordination/places/new.html", form=form)


@bp.post("")
def create() -> ResponseReturnValue:
    form = PlaceForm()
    if not form.validate():
        return render_template("coordination/places/new.html", form=form), 422
    with transaction():
        slug = places.create(form.facts, by=by_me(), now=now()).slug
    flash(gettext("Le lieu est ajouté. Écrivez maintenant ses heures d’ouverture."))
    return redirect(url_for("coordination.places.edit", slug=slug), 303)


@bp.get("/<slug>")
def edit(slug: str) -> str:
    place = somewhere(slug)
    return _page(place, PlaceForm(data={**values_of(place), "number": last_number_of(places.about(place))}))


@bp.post("/<slug>")
def update(slug: str) -> ResponseReturnValue:
    place, form = somewhere(slug), PlaceForm()
    thing = places.about(place)
    if not form.validate():
        return _page(place, form), 422
    try:
        with transaction(*all_who_receive()):
            hold(thing, form.seen)
            places.change(somewhere(slug), form.facts, by=by_me(), now=now())
    except ChangedMeanwhile as refusal:
        return _page(place, form, changes=form.catch_up(thing, refusal)), 409
    except BookingsAhead as refusal:
        return _refuse_dates(place, form, refusal), 409
    flash(gettext("C’est enregistré."))
    return redirect(url_for("coordination.places.edit", slug=slug), 303)


def somewhere(slug: str) -> Place:
    try:
        return place_known(slug)
    except PlaceUnknown:
        abort(404)


def _refuse_dates(place: Place, form: PlaceForm, refusal: BookingsAhead) -> str:
    """With those who would come for nothing."""
    reaches = places.outside(place, form.facts.valid_from, form.facts.valid_until, now=now())
    form.valid_until.errors = [gettext(refusal.sentence)]
    stand: dict[str, Any] = {
        "bookings": places.bookings(reaches, now=now()),
        "gatherings": places.gatherings(reaches, now=now()),
    }
    return _page(place, form, **stand)


def _page(place: Place, form: PlaceForm, **shown: Sequence[Any]) -> str:
    """`shown`: changes; bookings and sessions of workshops (gatherings) that would be left outside."""
    context: dict[str, Any] = {"changes": (), "bookings": (), "gatherings": (), **shown}
    return render_template("coordination/places/edit.html", form=form, place=place, **context, today=day_of(now()))
