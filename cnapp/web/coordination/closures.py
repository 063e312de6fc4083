"""Days when a place, or every place, is closed; and what each closure touches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext
from wtforms.fields.choices import SelectChoice

from cnapp.base.database import transaction
from cnapp.domain.ahead import BookingsAhead
from cnapp.domain.appointments import Appointment
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.places import Closure, ClosureUnknown, Place
from cnapp.domain.workshop_days import Gathering
from cnapp.services import closures, places
from cnapp.services.changes import hold, hold_still
from cnapp.services.closures import Terms, terms_of
from cnapp.services.journal import last_number_of
from cnapp.services.people import all_who_receive
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.fields import ChangeForm, NearDayField
from cnapp.web.coordination.setting_words import days_words, place_words
from cnapp.web.fields import Given
from cnapp.web.forms import AtMost, LineField
from cnapp.web.public.forms import ListField

bp = Blueprint("closures", __name__, url_prefix="/fermetures")

EVERYWHERE = "partout"
"""No place has this slug."""
LONGEST = timedelta(days=731)


class ClosureForm(ChangeForm):
    place = ListField(lazy_gettext("Lieu"), lazy_gettext("Choisissez un lieu, ou tous."))
    starts_on = NearDayField(
        lazy_gettext("Premier jour"), [Given(lazy_gettext("Écrivez le premier jour, par exemple 31/12/2026."))]
    )
    ends_on = NearDayField(
        lazy_gettext("Dernier jour"), [Given(lazy_gettext("Écrivez le dernier jour, par exemple 31/12/2026."))]
    )
    reason = LineField(lazy_gettext("Raison"), [AtMost(120)])

    def offer(self, known: Sequence[Place]) -> None:
        self.by_slug = {place.slug: place.id for place in known}
        everywhere = SelectChoice(EVERYWHERE, gettext("Tous les lieux"))
        self.place.choices = [everywhere, *(SelectChoice(place.slug, place.name) for place in known)]

    def validate(self, extra_validators: Any = None) -> bool:
        is_good = bool(super().validate(extra_validators))
        fault = self._fault_of_days()
        if fault:
            self.ends_on.errors = [fault]
        return is_good and not fault

    @property
    def terms(self) -> Terms:
        place_id = self.by_slug.get(self.place.data)
        return Terms(place_id, self.starts_on.data, self.ends_on.data, self.reason.data or "")

    def _fault_of_days(self) -> str:
        first, last = self.starts_on.data, self.ends_on.data
        if first is None or last is None:
            return ""
        if last < first:
            return str(gettext("Le dernier jour vient après le premier."))
        if last - first > LONGEST:
            return str(gettext("Une fermeture dure 2 ans au plus. Pour fermer un lieu, donnez-lui un dernier jour."))
        return ""


@bp.get("")
def index() -> str:
    coming = closures.coming(places.everywhere(), now=now())
    words = {"days_words": days_words, "place_words": place_words}
    return render_template("coordination/closures/index.html", coming=coming, **words)


@bp.get("/nouvelle")
def new() -> str:
    """`?lieu=` is chosen already."""
    return _page(_form(place=request.args.get("lieu", "")), None)


@bp.post("")
def create() -> ResponseReturnValue:
    form = _form()
    if not form.validate():
        return _page(form, None), 422
    try:
        with transaction(*all_who_receive()):
            closures.create(form.terms, by=by_me(), now=now())
    except BookingsAhead as refusal:
        return _refuse(form, None, refusal), 409
    return _done(form)


@bp.get("/<public_id>")
def edit(public_id: str) -> str:
    known = _closure(public_id)
    slugs = {place.id: place.slug for place in places.everywhere()}
    values = {**vars(terms_of(known)), "place": slugs.get(known.place_id or 0, EVERYWHERE)}
    return _page(_form(**values, number=last_number_of(closures.about(known))), known)


@bp.post("/<public_id>")
def update(public_id: str) -> ResponseReturnValue:
    known, form = _closure(public_id), _form()
    thing = closures.about(known)
    if not form.validate():
        return _page(form, known), 422
    try:
        with transaction(*all_who_receive()):
            hold(thing, form.seen)
            closures.change(_closure(public_id), form.terms, by=by_me(), now=now())
    except ChangedMeanwhile as refusal:
        return _page(form, known, changes=form.catch_up(thing, refusal)), 409
    except BookingsAhead as refusal:
        return _refuse(form, known, refusal), 409
    return _done(form)


@bp.post("/<public_id>/retirer")
def destroy(public_id: str) -> ResponseReturnValue:
    thing = closures.about(_closure(public_id))
    with transaction():
        hold_still(thing)
        closures.remove(_closure(public_id), by=by_me(), now=now())
    flash(gettext("La fermeture est retirée : ces jours sont de nouveau proposés."))
    return redirect(url_for("coordination.closures.index"), 303)


def _closure(public_id: str) -> Closure:
    try:
        return closures.closure(public_id)
    except ClosureUnknown:
        abort(404)


def _form(**values: Any) -> ClosureForm:
    form = ClosureForm(data=values)
    form.offer(places.everywhere())
    return form


def _refuse(form: ClosureForm, known: Closure | None, refusal: BookingsAhead) -> str:
    """With those who would come to a closed door."""
    form.starts_on.errors = [gettext(refusal.sentence)]
    touched = closures.bookings_touched(form.terms, now=now()), closures.gatherings_touched(form.terms, now=now())
    return _page(form, known, touched=touched)


def _page(
    form: ClosureForm,
    known: Closure | None,
    *,
    changes: Sequence[str] = (),
    touched: tuple[Sequence[Appointment], Sequence[Gathering]] = ((), ()),
) -> str:
    """`touched`: who would come to a closed door, for an appointment or for a workshop."""
    presences = closures.presences_touched(terms_of(known), now=now()) if known else ()
    context = {"changes": changes, "bookings": touched[0], "gatherings": touched[1], "presences": presences}
    return render_template("coordination/closures/edit.html", form=form, known=known, **context)


def _done(form: ClosureForm) -> ResponseReturnValue:
    touched = len(closures.presences_touched(form.terms, now=now()))
    flash(gettext("La fermeture est enregistrée."))
    if touched:
        flash(
            ngettext(
                "1 permanence prévue ces jours-là n’offre plus de rendez-vous.",
                "%(num)d permanences prévues ces jours-là n’offrent plus de rendez-vous.",
                touched,
            )
        )
    return redirect(url_for("coordination.closures.index"), 303)
