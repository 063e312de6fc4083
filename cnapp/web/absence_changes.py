"""An absence that ends sooner or is taken back: what its owner and the coordination do, each from their own pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import HourDoesNotExist, day_of, instant_at, local
from cnapp.domain.absences import Absence, AbsenceIsOver, ReturnOutside, refuse_return
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.plans import Displacement
from cnapp.services import absence_lists, absences
from cnapp.services.journal import last_number_of, refuse_if_changed
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.fields import DayField, Given, HourField
from cnapp.web.forms import Form
from cnapp.web.history import entry_lines

NEAR = range(2000, 2101)


@dataclass(frozen=True)
class Door:
    """From which area somebody comes, and which absences it opens."""

    area: str
    find: Callable[[str], Absence]

    def address(self, page: str, public_id: str) -> str:
        return url_for(f"{self.area}.{page}", public_id=public_id)

    def page(self, template: str, absence: Absence, **shown: Any) -> str:
        return render_template(f"components/absences/{template}.html", door=self, absence=absence, **shown)


class NumberForm(Form):
    number = HiddenField()
    """The last line of the absence’s journal when the page was opened."""

    @property
    def seen(self) -> int:
        text = self.number.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class ReturnForm(NumberForm):
    day = DayField(lazy_gettext("Jour du retour"), [Given(lazy_gettext("Écrivez le jour du retour."))])
    hour = HourField(lazy_gettext("Heure du retour"), [Given(lazy_gettext("Écrivez l’heure du retour."))])

    def instant(self, absence: Absence) -> datetime:
        """Once it is valid. Raises ReturnOutside, HourDoesNotExist."""
        at = self.typed
        refuse_return(absence, at)
        return at

    @property
    def typed(self) -> datetime:
        """Once it is valid. Raises ReturnOutside for another century, HourDoesNotExist."""
        if self.day.data is None or self.hour.data is None or self.day.data.year not in NEAR:
            raise ReturnOutside
        return instant_at(self.day.data, self.hour.data)


def ask_return(door: Door, public_id: str) -> ResponseReturnValue:
    """The form; with « ?day=2026-12-03&hour=14:00 », who would be expected again."""
    absence = _changeable(door, public_id)
    if not request.args:
        return _return_page(door, absence, ReturnForm(formdata=None, **_guess(absence)))
    form = ReturnForm(request.args, meta={"csrf": False})
    try:
        at = form.instant(absence) if form.validate() else None
    except (ReturnOutside, HourDoesNotExist) as refusal:
        return _refused(door, absence, form, refusal)
    if at is None:
        return _return_page(door, absence, form), 422
    form.number.data = _number(absence)
    return _check_page(door, absence, form, at)


def come_back(door: Door, public_id: str) -> ResponseReturnValue:
    """Pressed twice, it is done once."""
    absence, form = door.find(public_id), ReturnForm()
    try:
        at = form.instant(absence) if form.validate() and absence.ends_at != form.typed else None
        if at:
            again = _shorten(door, public_id, form, at)
            _tell(again)
    except ChangedMeanwhile as refusal:
        return _changed(door, public_id, form, refusal)
    except (ReturnOutside, HourDoesNotExist) as refusal:
        return _refused(door, door.find(public_id), form, refusal)
    if form.errors:
        return _return_page(door, absence, form), 422
    return redirect(door.address("absences.show", public_id), 303)


def ask_withdrawal(door: Door, public_id: str) -> str:
    absence = _changeable(door, public_id)
    return _withdrawal_page(door, absence)


def take_back(door: Door, public_id: str) -> ResponseReturnValue:
    """Pressed twice, it is done once."""
    form = NumberForm()
    if not door.find(public_id).withdrawn_at:
        try:
            _tell(_withdraw(door, public_id, form))
        except ChangedMeanwhile as refusal:
            changes = entry_lines(refusal.entries)
            return _withdrawal_page(door, _changeable(door, public_id), changes), 409
    return redirect(door.address("absences.show", public_id), 303)


def _shorten(door: Door, public_id: str, form: ReturnForm, at: datetime) -> list[Displacement]:
    with transaction(door.find(public_id).conseiller_id):
        absence = door.find(public_id)
        refuse_if_changed(absences.about(absence), form.seen)
        refuse_return(absence, at)
        return absences.shorten(absence, at, by=by_me(), now=now())


def _withdraw(door: Door, public_id: str, form: NumberForm) -> list[Displacement]:
    with transaction(door.find(public_id).conseiller_id):
        absence = door.find(public_id)
        refuse_if_changed(absences.about(absence), form.seen)
        return absences.withdraw(absence, by=by_me(), now=now())


def _changeable(door: Door, public_id: str) -> Absence:
    """Raises AbsenceIsOver."""
    absence = door.find(public_id)
    if not absence.can_be_changed(now()):
        raise AbsenceIsOver
    return absence


def _guess(absence: Absence) -> dict[str, Any]:
    """Today where it lasts, or its last day: the hour is theirs to say."""
    at = now() if absence.has_begun(now()) else absence.starts_at
    return {"day": day_of(at)}


def _number(absence: Absence) -> str:
    return str(last_number_of(absences.about(absence)))


def _refused(door: Door, absence: Absence, form: ReturnForm, refusal: Refusal) -> ResponseReturnValue:
    form.hour.errors = [gettext(refusal.sentence)]
    return _return_page(door, absence, form), 422


def _changed(door: Door, public_id: str, form: ReturnForm, refusal: ChangedMeanwhile) -> ResponseReturnValue:
    """What others did, and the question anew where it still has a meaning."""
    changes, absence = entry_lines(refusal.entries), _changeable(door, public_id)
    try:
        at = form.instant(absence)
    except ReturnOutside as outside:
        form.hour.errors = [gettext(outside.sentence)]
        return _return_page(door, absence, form, changes), 409
    form.number.data = _number(absence)
    return _check_page(door, absence, form, at, changes), 409


def _return_page(door: Door, absence: Absence, form: ReturnForm, changes: Sequence[str] = ()) -> str:
    return door.page("return", absence, form=form, changes=changes, start=local(absence.starts_at))


def _check_page(door: Door, absence: Absence, form: ReturnForm, at: datetime, changes: Sequence[str] = ()) -> str:
    back = absence_lists.return_of(absence, at, now=now())
    return door.page("return_check", absence, form=form, at=at, back=back, changes=changes)


def _withdrawal_page(door: Door, absence: Absence, changes: Sequence[str] = ()) -> str:
    form = NumberForm(formdata=None, number=_number(absence))
    back = absence_lists.return_of(absence, max(now(), absence.starts_at), now=now())
    return door.page("withdrawal", absence, form=form, back=back, changes=changes, has_begun=absence.has_begun(now()))


def _tell(again: Sequence[Displacement]) -> None:
    flash(gettext("C’est enregistré."))
    if again:
        flash(
            ngettext(
                "1 rendez-vous ou atelier est de nouveau prévu. Les personnes sont prévenues.",
                "%(num)d rendez-vous ou ateliers sont de nouveau prévus. Les personnes sont prévenues.",
                len(again),
            )
        )
