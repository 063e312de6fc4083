"""Minutes between places, for one place at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.ahead import TravelTooLong
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.places import DEFAULT_TRAVEL_MINUTES, Place
from cnapp.services import travel
from cnapp.services.changes import hold
from cnapp.services.journal import last_number_of
from cnapp.services.people import all_who_receive, places_to_choose
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.fields import Between, ChangeForm, NumberField

bp = Blueprint("travel", __name__, url_prefix="/trajets")

LONGEST_MINUTES = 240


@bp.get("")
def edit() -> str:
    """`?lieu=`: from where; the first place otherwise."""
    places = places_to_choose(now=now())
    here = _here(places)
    if here is None:
        return render_template("coordination/travel/empty.html")
    minutes = travel.minutes_from(here)
    form = _form(places, here, {place.id: minutes.get(place.id) for place in places})
    return _page(form, places, here)


@bp.post("")
def update() -> ResponseReturnValue:
    places = places_to_choose(now=now())
    here = _here(places) or abort(404)
    form = _form(places, here, {})
    if not form.validate():
        return _page(form, places, here), 422
    wanted = {place.id: form[_field(place)].data for place in places if place is not here}
    try:
        with transaction(*all_who_receive()):
            hold(travel.ABOUT, form.seen)
            travel.change(here, wanted, by=by_me(), now=now())
    except ChangedMeanwhile as refusal:
        return _page(form, places, here, changes=form.catch_up(travel.ABOUT, refusal)), 409
    except TravelTooLong:
        return _page(form, places, here, broken=travel.broken(here, wanted, now=now())), 409
    flash(gettext("Les minutes de trajet sont enregistrées."))
    return redirect(url_for("coordination.travel.edit", lieu=here.slug), 303)


def _here(places: Sequence[Place]) -> Place | None:
    asked = request.args.get("lieu")
    if asked is None:
        return places[0] if places else None
    return next((place for place in places if place.slug == asked), None) or abort(404)


def _form(places: Sequence[Place], here: Place, minutes: Mapping[int, int | None]) -> ChangeForm:
    """A field for each other place, by its slug; nothing typed: the default."""

    class MinutesForm(ChangeForm):
        pass

    others = [place for place in places if place is not here]
    for place in others:
        setattr(MinutesForm, _field(place), NumberField(place.name, [Between(0, LONGEST_MINUTES)]))
    values: dict[str, Any] = {_field(place): minutes.get(place.id) for place in others}
    return MinutesForm(data={**values, "number": last_number_of(travel.ABOUT)})


def _field(place: Place) -> str:
    return f"to-{place.slug}"


def _page(
    form: ChangeForm,
    places: Sequence[Place],
    here: Place,
    *,
    changes: Sequence[str] = (),
    broken: Sequence[travel.Trip] = (),
) -> str:
    shown = {"places": places, "here": here, "default": DEFAULT_TRAVEL_MINUTES, "changes": changes, "broken": broken}
    return render_template("coordination/travel/edit.html", form=form, **shown)
