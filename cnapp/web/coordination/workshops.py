"""Workshops: all of them shelf by shelf, the page of one, a new one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from cnapp.base.database import transaction
from cnapp.domain.outbox import Letter
from cnapp.domain.workshop_shelves import Shelf
from cnapp.domain.workshops import Status, Workshop
from cnapp.services import workshop_moves, workshop_shelves, workshops
from cnapp.services.freed_times import freed_by
from cnapp.services.journal import last_number_of
from cnapp.services.workshop_audiences import audience
from cnapp.services.workshop_programmes import ProgrammeRefused
from cnapp.web.application import now, settings
from cnapp.web.coordination import workshop_words
from cnapp.web.coordination.workshop_facts_form import facts_of
from cnapp.web.coordination.workshop_form import CYCLE, WorkshopForm
from cnapp.web.coordination.workshop_pages import (
    NONSENSE,
    check_page,
    new_page,
    offer,
    prepare,
    refused_nonsense,
    series_id,
    workshop_or_404,
)
from cnapp.web.coordination.workshop_programme_form import USUAL_MINUTES
from cnapp.web.paging import page_asked
from cnapp.web.programmes import programme_address
from cnapp.web.wording import language_name

bp = Blueprint("workshops", __name__, url_prefix="/ateliers")

USUAL = {"language": "fr", "capacity": 8, "at_least": 3, "closes": "0", "level": "beginner"}


@bp.get("")
def index() -> str:
    shelf = _shelf()
    listing = workshop_shelves.listed(shelf, page=page_asked(), now=now())
    counted = workshop_shelves.shelves(now=now())
    return render_template(
        "coordination/workshops/index.html", listing=listing, shelf=shelf, counted=counted, words=workshop_words
    )


@bp.get("/nouveau")
def new() -> str:
    """`?copie=`: everything of an earlier one but its dates."""
    values = {**USUAL, "rows": [{"minutes": USUAL_MINUTES}], "weeks": 1, "shape": CYCLE}
    form = WorkshopForm(data={**values, **_copied(request.args.get("copie", ""))})
    form.offer_words()
    offer(form)
    return new_page(form)


@bp.post("")
def create() -> ResponseReturnValue:
    form = WorkshopForm()
    form.offer_words()
    offer(form)
    if not form.validate():
        return new_page(form), 422
    its_id = series_id(form)
    try:
        with transaction(*form.leader_ids):
            made = workshops.series(its_id) or prepare(form, its_id)
    except ProgrammeRefused as refusal:
        return check_page(form, refusal.obstacles), 409
    except NONSENSE as refusal:
        return refused_nonsense(form, refusal), 422
    return _made(list(made))


@bp.get("/<public_id>")
def show(public_id: str) -> str:
    workshop = workshop_or_404(public_id)
    is_coming, is_over = now() < workshop.starts_at, workshop.ends_at <= now()
    return render_template(
        "coordination/workshops/show.html",
        line=workshop_shelves.line_of(workshop, now=now()),
        workshop=workshop,
        kits=workshop_moves.kits_of(workshop, now()),
        words=workshop_words,
        language=language_name(workshop.language),
        programme=programme_address(workshop),
        number=last_number_of(workshops.thing(workshop)),
        told=audience(workshop.id, Letter.WORKSHOP_CHANGED, settings=settings()),
        can_change=workshop.stands and not is_over,
        can_publish=workshop.status in (Status.DRAFT, Status.WITHDRAWN) and is_coming,
        can_withdraw=workshop.status is Status.PUBLISHED and not is_over,
        freed=freed_by(workshop, now=now()) if workshop.status is Status.CANCELLED else [],
    )


def _shelf() -> Shelf:
    try:
        return Shelf(request.args.get("etat", Shelf.COMING.value))
    except ValueError:
        abort(404)


def _copied(public_id: str) -> dict[str, Any]:
    if not public_id:
        return {}
    known = workshop_or_404(public_id)
    sessions = known.sessions
    minutes = sessions[0].span.minutes if sessions else USUAL_MINUTES
    return {
        **facts_of(known),
        "place": known.place.slug,
        "leaders": [each.public_id for each in workshop_moves.leaders_of(sessions)],
        "kits": [each.public_id for each in workshop_moves.kits_ever(known)],
        "rows": [{"minutes": minutes}] * max(1, len(sessions)),
    }


def _made(made: list[Workshop]) -> ResponseReturnValue:
    flash(
        ngettext(
            "L’atelier est préparé. C’est un brouillon : personne ne le voit encore sur le site.",
            "%(num)d ateliers sont préparés. Ce sont des brouillons : personne ne les voit encore sur le site.",
            len(made),
        )
    )
    if len(made) == 1:
        return redirect(url_for("coordination.workshops.show", public_id=made[0].public_id), 303)
    return redirect(url_for("coordination.workshops.index", etat=Shelf.DRAFTS.value), 303)
