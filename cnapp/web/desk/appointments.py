"""One appointment as a desk sees it, and the page that finds it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template
from flask_babel import lazy_gettext

from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment
from cnapp.domain.desks import FOUND_AT_MOST
from cnapp.domain.journal import Subject
from cnapp.domain.registrations import Registration
from cnapp.services import desks
from cnapp.services.desk_appointments import absences_of
from cnapp.services.journal import history
from cnapp.services.objections import objected_at
from cnapp.web.account.signed_in import me, my_sign_in
from cnapp.web.application import now
from cnapp.web.desk.cancellations import reason_words
from cnapp.web.desk.grants import desk_appointment
from cnapp.web.desk.here import day_address
from cnapp.web.forms import AtMost, Form, LineField, Required
from cnapp.web.history import entry_lines

bp = Blueprint("appointments", __name__, url_prefix="/rendez-vous")


class OpeningForm(Form):
    code = LineField(lazy_gettext("Code"), [Required(lazy_gettext("Écrivez le code du papier.")), AtMost(40)])
    letters = LineField(
        lazy_gettext("Les 3 premières lettres du nom ou du prénom"),
        [Required(lazy_gettext("Demandez le nom : écrivez-en 3 lettres.")), AtMost(80)],
    )


class SearchForm(Form):
    typed = LineField(
        lazy_gettext("Nom, prénom ou téléphone"),
        [Required(lazy_gettext("Écrivez un nom ou un numéro de téléphone.")), AtMost(80)],
    )


@bp.get("")
def index() -> str:
    return search_page()


@bp.get("/<public_id>")
def show(public_id: str) -> str:
    appointment = desk_appointment(public_id)
    entries, has_more = history((Subject.APPOINTMENT, appointment.id))
    return render_template(
        "desk/appointments/show.html",
        appointment=appointment,
        lines=entry_lines(entries),
        has_more=has_more,
        reason=reason_words(appointment),
        day_here=_day_here(appointment),
        absences=absences_of(appointment, now=now()),
        objected_at=objected_at(appointment),
        now=now(),
    )


def _day_here(appointment: Appointment) -> str | None:
    """Its line in the day of this desk, where arrivals are noted; none while this browser works elsewhere."""
    here = desks.current_place(my_sign_in(), now=now())
    if here is None or here.id != appointment.presence.place_id or not appointment.is_its_day(now()):
        return None
    return day_address(day_of(appointment.starts_at), f"rdv-{appointment.public_id}")


def search_page(
    opening: OpeningForm | None = None,
    search: SearchForm | None = None,
    found: Sequence[Appointment] | None = None,
    enrolled: Sequence[Registration] = (),
) -> str:
    """Both ways to find a booking; `found` and `enrolled`: what the second one found."""
    return render_template(
        "desk/appointments/index.html",
        form=opening or search or SearchForm(),
        opening=opening or OpeningForm(formdata=None),
        search=search or SearchForm(formdata=None),
        found=found,
        enrolled=enrolled,
        is_cut=found is not None and len(found) == FOUND_AT_MOST,
        places=None if me().phone_line else me().places,
    )
