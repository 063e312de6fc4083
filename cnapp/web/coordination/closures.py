"""Days when a place, or every place, is closed; and what each closure touches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.workdays import day_of
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.places import Closure, ClosureUnknown
from cnapp.domain.plans import RecoveryPlan
from cnapp.services import closures, places
from cnapp.services.changes import hold, hold_still
from cnapp.services.closings import Touched
from cnapp.services.closures import Entered, terms_of
from cnapp.services.journal import last_number_of
from cnapp.services.people import all_who_receive
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now, settings
from cnapp.web.coordination import closure_words
from cnapp.web.coordination.closure_form import ClosureForm, values_of
from cnapp.web.coordination.plan_addresses import plan_address
from cnapp.web.coordination.setting_words import days_words, place_words

bp = Blueprint("closures", __name__, url_prefix="/fermetures")


@bp.get("")
def index() -> str:
    coming = closures.coming(places.everywhere(), now=now())
    words = {"days_words": days_words, "place_words": place_words, "plan_address": plan_address}
    return render_template("coordination/closures/index.html", coming=coming, **words)


@bp.get("/nouvelle")
def new() -> str:
    """`?lieu=` is chosen already."""
    return _page(_form(place=request.args.get("lieu", "")), None)


@bp.post("")
def create() -> ResponseReturnValue:
    """Where somebody is touched, a page asks before."""
    form = _form()
    form.earliest = day_of(now())
    if not form.validate():
        return _page(form, None), 422
    touched = closures.touched(form.terms, now=now())
    if touched.is_anybody and not form.is_checked:
        return _page(form, None, touched=touched)
    with transaction(*all_who_receive()):
        entered = closures.create(form.terms, by=by_me(), settings=settings(), now=now())
    return _done(entered)


@bp.get("/<public_id>")
def edit(public_id: str) -> str:
    known = _closure(public_id)
    slugs = {place.id: place.slug for place in places.everywhere()}
    return _page(_form(**values_of(terms_of(known), slugs), number=last_number_of(closures.about(known))), known)


@bp.post("/<public_id>")
def update(public_id: str) -> ResponseReturnValue:
    known, form = _closure(public_id), _form()
    thing = closures.about(known)
    if not form.validate():
        return _page(form, known), 422
    touched = closures.touched(form.terms, now=now())
    if touched.is_anybody and not form.is_checked:
        return _page(form, known, touched=touched)
    try:
        with transaction(*all_who_receive()):
            hold(thing, form.seen)
            known = _closure(public_id)
            entered = closures.change(known, form.terms, by=by_me(), settings=settings(), now=now())
    except ChangedMeanwhile as refusal:
        return _page(form, _closure(public_id), changes=form.catch_up(thing, refusal)), 409
    return _done(entered)


@bp.post("/<public_id>/retirer")
def destroy(public_id: str) -> ResponseReturnValue:
    thing = closures.about(_closure(public_id))
    with transaction(*all_who_receive()):
        hold_still(thing)
        reopened = closures.remove(_closure(public_id), by=by_me(), settings=settings(), now=now())
    flash(gettext("La fermeture est retirée : ces jours sont de nouveau proposés."))
    _say(closure_words.returns_words(reopened.returns))
    return _to_plan([line.plan for line in reopened.again], closure_words.again_words(len(reopened.again)))


def _closure(public_id: str) -> Closure:
    try:
        return closures.closure(public_id)
    except ClosureUnknown:
        abort(404)


def _form(**values: Any) -> ClosureForm:
    form = ClosureForm(data=values)
    form.offer(places.everywhere())
    return form


def _page(
    form: ClosureForm, known: Closure | None, *, changes: Sequence[str] = (), touched: Touched | None = None
) -> str:
    """`touched`: who would come to a closed door, for an appointment or for a workshop; the next press goes through."""
    if touched:
        form.ask()
    context = {"changes": changes, "touched": touched, "words": closure_words, "plan_address": plan_address}
    plans = closures.plans_of(known) if known else ()
    about = {"plans": plans, "followed": closures.would_return(known, now=now()) if known else ()}
    return render_template("coordination/closures/edit.html", form=form, known=known, **about, **context)


def _done(entered: Entered) -> ResponseReturnValue:
    """To its plan, where somebody is in it."""
    flash(gettext("La fermeture est enregistrée."))
    _say([closure_words.left_words(entered.effect), *closure_words.returns_words(entered.returns)])
    plans = [line.plan for line in entered.again]
    if entered.effect.plan:
        plans.insert(0, entered.effect.plan)
    return _to_plan(plans, closure_words.again_words(len(entered.again)))


def _to_plan(plans: Sequence[RecoveryPlan], said: str) -> ResponseReturnValue:
    _say([said])
    return redirect(plan_address(plans[0]) if plans else url_for("coordination.closures.index"), 303)


def _say(sentences: Iterable[str]) -> None:
    for each in sentences:
        if each:
            flash(each)
