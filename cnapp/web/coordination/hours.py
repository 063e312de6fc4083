"""The opening hours of a place, and the presences that no longer fit: shown before they change, and afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.tokens import fingerprint
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.services import hours, places
from cnapp.services.changes import hold
from cnapp.services.journal import last_number_of
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.hours_form import HoursForm, values_of
from cnapp.web.coordination.places import somewhere

bp = Blueprint("hours", __name__, url_prefix="/lieux/<slug>/heures")


@bp.get("")
def edit(slug: str) -> str:
    place = somewhere(slug)
    stretches = hours.stretches_of(place)
    form = HoursForm(data={"lines": values_of(stretches), "number": last_number_of(places.about(place))})
    return _page(place, form, outside=hours.misfits(place, stretches, now=now()))


@bp.post("")
def update(slug: str) -> ResponseReturnValue:
    place, form = somewhere(slug), HoursForm()
    thing = places.about(place)
    if not form.validate():
        return _page(place, form), 422
    fresh = _no_longer(place, form)
    if fresh and form.agreed.data != _named(fresh):
        form.agreed.data = _named(fresh)
        return _page(place, form, fresh=fresh), 409
    try:
        with transaction():
            hold(thing, form.seen)
            hours.change(somewhere(slug), form.stretches, by=by_me(), now=now())
    except ChangedMeanwhile as refusal:
        return _page(place, form, changes=form.catch_up(thing, refusal)), 409
    flash(gettext("Les heures d’ouverture sont enregistrées."))
    return redirect(url_for("coordination.hours.edit", slug=slug), 303)


def _no_longer(place: Place, form: HoursForm) -> list[Presence]:
    """Presences that fit today's hours and would not fit these."""
    already = {each.id for each in hours.misfits(place, hours.stretches_of(place), now=now())}
    return [each for each in hours.misfits(place, form.stretches, now=now()) if each.id not in already]


def _named(presences: Sequence[Presence]) -> str:
    return fingerprint(" ".join(each.public_id for each in presences))


def _page(
    place: Place,
    form: HoursForm,
    *,
    changes: Sequence[str] = (),
    fresh: Sequence[Presence] = (),
    outside: Sequence[Presence] = (),
) -> str:
    context = {"changes": changes, "fresh": fresh, "outside": outside}
    return render_template("coordination/hours/edit.html", form=form, place=place, **context)
