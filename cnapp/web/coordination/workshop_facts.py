"""Changing what is said of a workshop, and how many can come. Nobody is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.workshops import CapacityTooSmall, Workshop
from cnapp.services import workshop_changes, workshops
from cnapp.services.changes import hold
from cnapp.services.journal import last_number_of
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now, settings
from cnapp.web.coordination.workshop_facts_form import FactsForm, facts_of
from cnapp.web.coordination.workshop_pages import workshop_or_404
from cnapp.web.coordination.workshop_words import capacity_words

bp = Blueprint("workshop_facts", __name__, url_prefix="/ateliers/<public_id>/modifier")


@bp.get("")
def edit(public_id: str) -> str:
    workshop = workshop_or_404(public_id)
    workshop_changes.refuse_over(workshop, now())
    form = FactsForm(data={**facts_of(workshop), "number": last_number_of(workshops.thing(workshop))})
    form.offer_words(workshop)
    return _page(form, workshop)


@bp.post("")
def update(public_id: str) -> ResponseReturnValue:
    workshop, form = workshop_or_404(public_id), FactsForm()
    form.offer_words(workshop)
    thing = workshops.thing(workshop)
    if not form.validate():
        return _page(form, workshop), 422
    try:
        with transaction():
            hold(thing, form.seen)
            facts = form.facts_at(workshop.place)
            workshop_changes.change_facts(workshop.id, facts, by=by_me(), settings=settings(), now=now())
    except ChangedMeanwhile as refusal:
        return _page(form, workshop, form.catch_up(thing, refusal)), 409
    except CapacityTooSmall as refusal:
        form.capacity.errors = [capacity_words(refusal)]
        return _page(form, workshop), 409
    flash(gettext("C’est enregistré."))
    return redirect(url_for("coordination.workshops.show", public_id=public_id), 303)


def _page(form: FactsForm, workshop: Workshop, changes: Sequence[str] = ()) -> str:
    return render_template("coordination/workshop_facts/edit.html", form=form, workshop=workshop, changes=changes)
