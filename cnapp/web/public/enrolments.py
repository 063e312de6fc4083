"""« S’inscrire »: a seat is held, or the list is chosen, then come the questions of every booking."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.drafts import Draft
from cnapp.domain.workshops import RegistrationClosed, Workshop, WorkshopFull, WorkshopOver, WorkshopUnknown
from cnapp.services import drafts
from cnapp.services.answers import count_hold, holders
from cnapp.services.workshop_answers import choose_seat, choose_waiting
from cnapp.web.application import now
from cnapp.web.errors import page
from cnapp.web.public import journey
from cnapp.web.public.workshops import others_like, workshop_at

bp = Blueprint("enrolments", __name__, url_prefix="/ateliers/<public_id>")
CLOSED = (RegistrationClosed, WorkshopOver, WorkshopUnknown)


class Choose(Protocol):
    """Holds a seat, or chooses the list."""

    def __call__(self, draft: Draft, workshop_id: int, *, now: datetime) -> None: ...


@bp.get("/inscription")
@bp.get("/attente")
def new(public_id: str) -> ResponseReturnValue:
    """Only a button registers."""
    return redirect(url_for("public.workshops.show", public_id=public_id), 303)


@bp.post("/inscription")
def create(public_id: str) -> ResponseReturnValue:
    return _begin(workshop_at(public_id), choose_seat)


@bp.post("/attente")
def wait(public_id: str) -> ResponseReturnValue:
    return _begin(workshop_at(public_id), choose_waiting)


def _begin(workshop: Workshop, choose: Choose) -> ResponseReturnValue:
    try:
        _choose(workshop, choose)
    except WorkshopFull:
        return full(workshop)
    except CLOSED as refusal:
        return closed(workshop, refusal)
    except TooManyTries as refusal:
        return page(429, gettext("Trop d’essais"), gettext(refusal.sentence))
    return journey.go_on()


def _choose(workshop: Workshop, choose: Choose) -> None:
    draft_id = journey.draft_id()
    with transaction(*holders(draft_id), survives_power_cut=False):
        draft = drafts.living(draft_id, now=now()) or drafts.start(now=now())
        choose(draft, workshop.id, now=now())
        count_hold(request.remote_addr or "", now=now())
        journey.take_up(draft)


def full(workshop: Workshop) -> ResponseReturnValue:
    """Not an error but a page: the list, and what else there is. Answers are kept."""
    kept = journey.answers().has("needs")
    values = {"workshop": workshop, "kept": kept, **others_like(workshop)}
    return render_template("public/enrolments/full.html", **values), 409


def closed(workshop: Workshop, refusal: Refusal) -> ResponseReturnValue:
    """Meanwhile it was cancelled, withdrawn, has begun, or takes nobody any more."""
    values = {"workshop": workshop, "sentence": gettext(refusal.sentence), **others_like(workshop)}
    return render_template("public/enrolments/closed.html", **values), 409
