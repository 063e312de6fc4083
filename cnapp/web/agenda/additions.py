"""« Ajouter quelqu’un »: somebody who stands there, or is on the phone, takes a free time at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from cnapp.base.contacts import read_phone
from cnapp.base.database import transaction
from cnapp.base.tokens import new_token
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment, Origin
from cnapp.domain.commitments import SlotTaken
from cnapp.domain.motifs import Mode, Motif
from cnapp.domain.slots import Choice
from cnapp.services import additions, schedule
from cnapp.services.additions import Gap
from cnapp.services.appointments import Taking
from cnapp.services.journal import By
from cnapp.services.parties import Party, Someone
from cnapp.services.slots import conseillers_at
from cnapp.web.account.signed_in import me
from cnapp.web.agenda.addresses import instant_in
from cnapp.web.application import now, settings
from cnapp.web.forms import NAME_MISSING, AtMost, Form, LineField, Required, is_name, is_phone
from cnapp.web.public.forms import TickField
from cnapp.wording.dates import show_minutes

bp = Blueprint("additions", __name__)


class AdditionForm(Form):
    name = LineField(lazy_gettext("Prénom et nom"), [Required(NAME_MISSING), is_name])
    phone = LineField(lazy_gettext("Téléphone"), [is_phone, AtMost(40)])
    no_reminders = TickField(lazy_gettext("Pas de rappel avant le rendez-vous"))
    motif = SelectField(lazy_gettext("Motif"), [Required(lazy_gettext("Choisissez un motif."))], validate_choice=False)
    key = HiddenField()
    """One form, one booking."""

    def offer(self, gap: Gap) -> None:
        choose = SelectChoice("", gettext("Choisissez"))
        self.motif.choices = [choose, *(SelectChoice(motif.slug, _words(motif)) for motif in gap.motifs)]

    @property
    def party(self) -> Party:
        phone, no_reminders = read_phone(self.phone.data or ""), bool(self.no_reminders.data)
        return Party(Someone(self.name.data or "", phone, no_reminders=no_reminders), Origin.CONSEILLER)


def _words(motif: Motif) -> str:
    length = show_minutes(motif.duration_minutes)
    if motif.mode is Mode.FOR:
        return str(gettext("%(title)s, à sa place (%(length)s)", title=motif.title, length=length))
    return f"{motif.title} ({length})"


@bp.get("/ajouter/<day>/<hour>")
def new(day: str, hour: str) -> str:
    gap = additions.gap_at(me().id, instant_in(day, hour), now=now())
    return _page(AdditionForm(key=new_token()), gap)


@bp.post("/ajouter/<day>/<hour>")
def create(day: str, hour: str) -> ResponseReturnValue:
    form, at = AdditionForm(), instant_in(day, hour)
    made = additions.made_with(form.key.data or "", By.staff(me()))
    if made:
        return _done(made)
    try:
        gap = additions.gap_at(me().id, at, now=now())
        return _add(form, gap) if form.validate() else (_page(form, gap), 422)
    except SlotTaken:
        return _elsewhere(form, at), 409


def _add(form: AdditionForm, gap: Gap) -> ResponseReturnValue:
    choice = Choice(gap.presence.place.slug, gap.starts_at)
    with transaction(me().id, *conseillers_at(choice)):
        made = additions.made_with(form.key.data or "", By.staff(me())) or _take(form, choice)
    flash(gettext("Le rendez-vous est pris."))
    return _done(made)


def _take(form: AdditionForm, choice: Choice) -> Appointment:
    """Everything is read again under the lock."""
    gap = additions.gap_at(me().id, choice.starts_at, now=now())
    taking = Taking(form.key.data or new_token(), gap.wish(form.motif.data), choice)
    return additions.add(taking, form.party, by=By.staff(me()), link_key=settings().link_key, now=now())


def _elsewhere(form: AdditionForm, taken: datetime) -> str:
    """What was typed, with the other free times of the day. Raises SlotTaken where there is none."""
    others = [start for start in schedule.starts_of_day(me().id, day_of(taken), now=now()) if start != taken]
    if not others:
        raise SlotTaken
    return _page(form, additions.gap_at(me().id, others[0], now=now()), others)


def _page(form: AdditionForm, gap: Gap, others: Sequence[datetime] = ()) -> str:
    form.offer(gap)
    return render_template("agenda/additions/new.html", form=form, gap=gap, others=others)


def _done(appointment: Appointment) -> ResponseReturnValue:
    return redirect(url_for("agenda.slips.show", public_id=appointment.public_id), 303)
