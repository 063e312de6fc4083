"""One registration as a desk sees it, and what its person answers to a seat that is offered."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.database import transaction
from cnapp.domain.journal import Subject
from cnapp.domain.registrations import NO_OFFER_WITHIN, Registration, Standing
from cnapp.services import desk_workshops, waiting_list
from cnapp.services.journal import history
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.application import now, settings
from cnapp.web.desk.grants import desk_registration
from cnapp.web.history import entry_lines

bp = Blueprint("registrations", __name__, url_prefix="/inscriptions/<public_id>")

Answer = Callable[[Registration], None]
TOO_LATE = lazy_gettext("Le temps pour répondre est passé : la place est proposée à la personne suivante.")


@bp.get("")
def show(public_id: str) -> str:
    registration = desk_registration(public_id)
    entries, has_more = history((Subject.REGISTRATION, registration.id))
    is_waiting = registration.status is Standing.WAITING
    workshop = registration.workshop
    is_ours = desk_workshops.opens(me(), registration, now=now())
    return render_template(
        "desk/registrations/show.html",
        registration=registration,
        workshop=workshop,
        position=waiting_list.position(registration) if is_waiting else None,
        can_be_called=is_waiting and now() < workshop.starts_at <= now() + NO_OFFER_WITHIN and workshop.left > 0,
        is_ours=is_ours,
        lines=entry_lines(entries),
        has_more=has_more,
        now=now(),
    )


@bp.post("/reponse")
def update(public_id: str) -> ResponseReturnValue:
    """What somebody answered at the counter or by telephone. Raises NoSeatToHave, RegistrationOver, WorkshopFull."""
    registration = desk_registration(public_id)
    answer = ANSWERS.get(request.form.get("answer", "")) or abort(422)
    with transaction():
        answer(registration)
    return redirect(url_for("desk.registrations.show", public_id=public_id), 303)


def _take(registration: Registration) -> None:
    is_theirs = waiting_list.accept(registration, by=by_me(), settings=settings(), now=now())
    flash(gettext("La place est prise.") if is_theirs else str(TOO_LATE))


def _decline(registration: Registration) -> None:
    waiting_list.decline(registration, by=by_me(), settings=settings(), now=now())
    flash(gettext("C’est noté. La place est proposée à la personne suivante."))


def _wait(registration: Registration) -> None:
    waiting_list.wait_again(registration, by=by_me(), settings=settings(), now=now())
    flash(gettext("La personne est de nouveau sur la liste d’attente."))


def _seat(registration: Registration) -> None:
    desk_workshops.seat_called(registration, by=by_me(), now=now())
    flash(gettext("La place est prise."))


ANSWERS: dict[str, Answer] = {"prendre": _take, "non": _decline, "attendre": _wait, "donner": _seat}
