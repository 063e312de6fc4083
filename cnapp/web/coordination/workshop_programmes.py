"""Changing when and where a workshop is held, by whom, with which kits; people are told of another time or place."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.kits import DevicesPromised
from cnapp.domain.outbox import Letter
from cnapp.domain.workshops import Workshop, WorkshopBegun
from cnapp.services import workshop_changes, workshop_moves, workshops
from cnapp.services.changes import hold
from cnapp.services.journal import last_number_of
from cnapp.services.workshop_audiences import audience
from cnapp.services.workshop_programmes import ProgrammeRefused
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now, settings
from cnapp.web.coordination.workshop_pages import NONSENSE, offer, programme_page, workshop_or_404
from cnapp.web.coordination.workshop_programme_form import MoveForm, rows_of
from cnapp.web.coordination.workshop_words import audience_words, devices_words, obstacle_lines

bp = Blueprint("workshop_programmes", __name__, url_prefix="/ateliers/<public_id>/dates")


@bp.get("")
def edit(public_id: str) -> str:
    workshop = workshop_or_404(public_id)
    workshop_changes.refuse_over(workshop, now())
    ahead = workshop_moves.ahead(workshop, now())
    values = {
        "place": workshop.place.slug,
        "rows": rows_of(ahead),
        "leaders": [each.public_id for each in workshop_moves.leaders_of(ahead or workshop.sessions)],
        "kits": [each.public_id for each in workshop_moves.kits_of(workshop, now())],
        "number": last_number_of(workshops.thing(workshop)),
    }
    form = MoveForm(data=values)
    offer(form, workshop)
    return _page(form, workshop)


@bp.post("/seances")
def more(public_id: str) -> str:
    """One more date to fill in; nothing is written."""
    workshop, form = workshop_or_404(public_id), MoveForm()
    offer(form, workshop)
    form.add_row()
    return _page(form, workshop)


@bp.post("")
def update(public_id: str) -> ResponseReturnValue:
    workshop, form = workshop_or_404(public_id), MoveForm()
    offer(form, workshop)
    form.keep_to(workshop.is_past(now()))
    if not form.validate():
        return _page(form, workshop), 422
    thing = workshops.thing(workshop)
    leading = {each.id for session in workshop.sessions for each in session.leaders}
    try:
        with transaction(*leading, *form.leader_ids):
            hold(thing, form.seen)
            told = workshop_moves.change_programme(
                workshop.id, form.where, form.programme, by=by_me(), settings=settings(), now=now()
            )
    except ChangedMeanwhile as refusal:
        return _page(form, workshop, changes=form.catch_up(thing, refusal)), 409
    except ProgrammeRefused as refusal:
        return _page(form, workshop, troubles=obstacle_lines(refusal.obstacles, form.where)), 409
    except (*NONSENSE, WorkshopBegun, DevicesPromised) as refusal:
        return _refused(form, workshop, refusal)
    flash(_done(told))
    return redirect(url_for("coordination.workshops.show", public_id=public_id), 303)


def _refused(form: MoveForm, workshop: Workshop, refusal: Refusal) -> ResponseReturnValue:
    if isinstance(refusal, DevicesPromised):
        form.kits.errors = [devices_words(refusal)]
        return _page(form, workshop), 409
    if isinstance(refusal, WorkshopBegun):
        form.place.errors = [gettext(refusal.sentence)]
        return _page(form, workshop), 409
    form.say(refusal)
    return _page(form, workshop), 422


def _done(told: int) -> str:
    if not told:
        return str(gettext("C’est enregistré. Personne n’a besoin d’être prévenu."))
    return str(
        ngettext(
            "C’est enregistré. Les messages partent : %(num)d personne est concernée.",
            "C’est enregistré. Les messages partent : %(num)d personnes sont concernées.",
            told,
        )
    )


def _page(form: MoveForm, workshop: Workshop, **more: object) -> str:
    told = audience(workshop.id, Letter.WORKSHOP_CHANGED, settings=settings())
    return programme_page(form, workshop, told=audience_words(told), is_told=bool(told.people), **more)
