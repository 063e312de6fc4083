"""« Changer mes coordonnées »: another phone or e-mail for an appointment that one holds the address of.

What is noted is never shown whole: a paper that was found would tell whose it is.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.contacts import read_email, read_phone
from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import TooManyUpcoming
from cnapp.services.contact_changes import Contacts, conseillers_concerned, correct, people_of
from cnapp.services.journal import By
from cnapp.web import errors
from cnapp.web.application import now, settings
from cnapp.web.forms import AtMost, Form, LineField, is_email, is_phone
from cnapp.web.public.move import changeable_at
from cnapp.web.public.receipt import appointment_at, receipt_address

bp = Blueprint("coordinates", __name__, url_prefix="/r/<token>/coordonnees")
PHONE, EMAIL = lazy_gettext("Téléphone"), lazy_gettext("E-mail")


class CoordinatesForm(Form):
    phone = LineField(PHONE, validators=[AtMost(40), is_phone])
    email = LineField(EMAIL, validators=[AtMost(254), is_email])
    booker_phone = LineField(lazy_gettext("Votre téléphone"), validators=[AtMost(40), is_phone])
    booker_email = LineField(lazy_gettext("Votre e-mail"), validators=[AtMost(254), is_email])

    @property
    def typed(self) -> list[tuple[LineField, LineField]]:
        """Of the person, then of whoever booked."""
        return [(self.phone, self.email), (self.booker_phone, self.booker_email)]


@bp.get("")
def edit(token: str) -> ResponseReturnValue:
    appointment = appointment_at(token)
    if not appointment.can_be_changed(now()):
        return redirect(url_for("public.receipt.show", token=token), 303)
    return _page(token, CoordinatesForm(), appointment)


@bp.post("")
def update(token: str) -> ResponseReturnValue:
    """The browser goes on at the new address. Raises NotUpcoming."""
    appointment, form = changeable_at(token), CoordinatesForm()
    if not form.validate():
        return _page(token, form, appointment), 422
    try:
        has_changed = _correct(appointment, form)
    except TooManyUpcoming as refusal:
        form.form_errors.append(gettext(refusal.sentence))
        return _page(token, form, appointment_at(token)), 409
    except TooManyTries as refusal:
        return errors.page(429, gettext("Trop d’essais"), gettext(refusal.sentence))
    flash(gettext("Vos coordonnées sont changées.") if has_changed else gettext("Rien n’a changé."))
    return redirect(receipt_address(appointment), 303)


def _correct(appointment: Appointment, form: CoordinatesForm) -> bool:
    with transaction(*conseillers_concerned(appointment, now=now())):
        wanted = _wanted(appointment, form)
        return correct(appointment, wanted, by=By.citizen(), link_key=settings().link_key, now=now())


def _wanted(appointment: Appointment, form: CoordinatesForm) -> list[Contacts]:
    """What was left empty stays as it is."""
    wanted = []
    for citizen, (phone, email) in zip(people_of(appointment), form.typed, strict=False):
        kept = Contacts.of(citizen)
        wanted.append(Contacts(read_phone(phone.data or "") or kept.phone, read_email(email.data or "") or kept.email))
    return wanted


def _page(token: str, form: CoordinatesForm, appointment: Appointment) -> str:
    people = people_of(appointment)
    noted = [(_phone_hint(each.phone), _email_hint(each.email)) for each in people]
    return render_template("public/coordinates/edit.html", form=form, appointment=appointment, noted=noted, token=token)


def _phone_hint(number: str | None) -> str:
    if not number:
        return str(gettext("Par exemple 06 12 34 56 78."))
    return str(gettext("Noté : un numéro qui finit par %(end)s. Laissez vide pour le garder.", end=number[-2:]))


def _email_hint(email: str | None) -> str:
    if not email:
        return str(gettext("Par exemple nom@exemple.fr."))
    return str(gettext("Noté : une adresse qui commence par %(start)s. Laissez vide pour la garder.", start=email[0]))
