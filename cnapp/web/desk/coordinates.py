"""Another phone or e-mail for whoever comes, or booked: said at the counter or on the telephone."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.contacts import read_email, read_phone, show_phone
from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.services.contact_changes import Contacts, conseillers_concerned, people_of
from cnapp.services.desk_appointments import correct
from cnapp.web.application import now, settings
from cnapp.web.desk.changing import ChangingForm, told
from cnapp.web.desk.grants import desk_appointment
from cnapp.web.forms import AtMost, LineField, is_email, is_phone

bp = Blueprint("coordinates", __name__, url_prefix="/rendez-vous/<public_id>/coordonnees")


class CoordinatesForm(ChangingForm):
    phone = LineField(lazy_gettext("Téléphone"), validators=[AtMost(40), is_phone])
    email = LineField(lazy_gettext("E-mail"), validators=[AtMost(254), is_email])
    booker_phone = LineField(lazy_gettext("Son téléphone"), validators=[AtMost(40), is_phone])
    booker_email = LineField(lazy_gettext("Son e-mail"), validators=[AtMost(254), is_email])

    @property
    def wanted(self) -> list[Contacts]:
        """Of the person, then of whoever booked; what is empty is none."""
        pairs = (self.phone, self.email), (self.booker_phone, self.booker_email)
        return [Contacts(read_phone(phone.data or ""), read_email(email.data or "")) for phone, email in pairs]


@bp.get("")
def edit(public_id: str) -> str:
    appointment = desk_appointment(public_id)
    return _page(appointment, CoordinatesForm(data=_noted(appointment)))


@bp.post("")
def update(public_id: str) -> ResponseReturnValue:
    """Raises NotUpcoming."""
    form, appointment = CoordinatesForm(), desk_appointment(public_id)
    if not form.validate():
        return _page(appointment, form), 422
    had = appointment.link_version
    try:
        _correct(appointment, form)
    except ChangedMeanwhile as refusal:
        changes = told(refusal)
        return _page(desk_appointment(public_id), form, changes), 409
    flash(gettext("Les coordonnées sont notées."))
    if appointment.link_version != had:
        flash(
            gettext("Donnez un nouveau papier à la personne : l’ancienne adresse ne marche plus. Le code est le même.")
        )
    return redirect(url_for("desk.appointments.show", public_id=public_id), 303)


def _correct(appointment: Appointment, form: CoordinatesForm) -> None:
    with transaction(*conseillers_concerned(appointment, now=now())):
        wanted = form.wanted[: len(people_of(appointment))]
        correct(appointment, wanted, press=form.press, link_key=settings().link_key, now=now())


def _noted(appointment: Appointment) -> dict[str, str]:
    person, booker = appointment.person, appointment.booker
    mine = {"phone": _typed(person), "email": person.email or ""}
    theirs = {"booker_phone": _typed(booker), "booker_email": booker.email or ""} if booker else {}
    return {**mine, **theirs}


def _typed(citizen: Citizen) -> str:
    return show_phone(citizen.phone) if citizen.phone else ""


def _page(appointment: Appointment, form: CoordinatesForm, changes: Sequence[str] = ()) -> str:
    if changes or not form.number.data:
        form.read_again(appointment)
    shown = {"appointment": appointment, "form": form, "changes": changes, "now": now()}
    return render_template("desk/coordinates/edit.html", **shown)
