"""« Changer d’atelier »: another one of the same kind where a seat is free; the old seat is kept until then."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.database import transaction
from cnapp.domain.registrations import RegisteredAlready, Registration, RegistrationOver, Standing
from cnapp.domain.workshops import NothingToLend, RegistrationClosed, Workshop, WorkshopFull, WorkshopOver
from cnapp.services.journal import By
from cnapp.services.registrations import move
from cnapp.services.similar_workshops import same
from cnapp.services.vacancies import vacancies
from cnapp.web.application import now, settings
from cnapp.web.forms import Form
from cnapp.web.public.forms import ChoiceField, choices
from cnapp.web.public.registration import registration_at, registration_page
from cnapp.web.public.registration_check import not_online
from cnapp.web.public.workshop_words import cycle_words, session_words, vacancy_words

bp = Blueprint("registration_move", __name__, url_prefix="/i/<token>/changer")


class MoveForm(Form):
    workshop = ChoiceField(
        lazy_gettext("À quel atelier voulez-vous venir ?"), lazy_gettext("Choisissez un atelier de la liste.")
    )


@bp.get("")
def edit(token: str) -> ResponseReturnValue:
    registration = registration_at(token)
    if not _can_move(registration):
        return redirect(url_for("public.registration.show", token=token), 303)
    return _page(MoveForm(), registration, token)


@bp.post("")
def update(token: str) -> ResponseReturnValue:
    """Raises RegistrationOver."""
    registration, form = registration_at(token), MoveForm()
    if not _can_move(registration):
        raise RegistrationOver
    others = {each.public_id: each for each in same(registration.workshop, now=now())}
    form.workshop.choices = choices(dict.fromkeys(others))
    if not form.validate():
        return _page(form, registration, token), 422
    try:
        address = _move(registration, others[form.workshop.data or ""])
    except (WorkshopFull, NothingToLend, RegistrationClosed, WorkshopOver) as refusal:
        form.workshop.errors = [gettext(refusal.sentence)]
        return _page(form, registration_at(token), token), 409
    except RegisteredAlready:
        return not_online()
    flash(gettext("C’est fait. Voici votre nouvelle inscription, avec un nouveau code."))
    return redirect(address, 303)


def _can_move(registration: Registration) -> bool:
    return registration.status is Standing.REGISTERED and registration.can_be_changed(now())


def _move(registration: Registration, workshop: Workshop) -> str:
    """Without a device where the page said that there is none."""
    borrows = registration.borrows and workshop.can_lend
    with transaction():
        moved = move(registration, workshop.id, borrows=borrows, by=By.citizen(), settings=settings(), now=now())
        return registration_page(moved)


def _page(form: MoveForm, registration: Registration, token: str) -> str:
    others = same(registration.workshop, now=now())
    left = vacancies(others, now=now())
    form.workshop.choices = choices({each.public_id: session_words(each.sessions[0]) for each in others})
    details = {
        each.public_id: {"lines": [*_lines(each, registration), vacancy_words(left[each.id])]} for each in others
    }
    values = {"workshop": registration.workshop, "token": token, "details": details}
    return render_template("public/registration_move/edit.html", form=form, **values)


def _lines(workshop: Workshop, registration: Registration) -> list[str]:
    device = gettext("Pas d’ordinateur à prêter : apportez le vôtre.")
    is_without = registration.borrows and not workshop.can_lend
    cycle = [cycle_words(workshop)] if workshop.is_cycle else []
    return [*cycle, workshop.place.name, *([str(device)] if is_without else [])]
