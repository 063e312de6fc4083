"""« Annuler la dernière modification »: of one presence, or of all that one press changed; a page to read before."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.presences import Presence
from cnapp.domain.undoings import PressUnknown, Undo, Undoing
from cnapp.services import planning, undoings
from cnapp.services.journal import last_number_of, refuse_if_changed
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.agenda.addresses import monday_in
from cnapp.web.application import now
from cnapp.web.coordination import undoing_words
from cnapp.web.coordination.presence_pages import number_in, presence_or_404
from cnapp.web.forms import Form
from cnapp.web.history import entry_lines

bp = Blueprint("undoings", __name__)


class UndoingForm(Form):
    number = HiddenField()
    """The last line of its journal when the page was opened."""


@bp.get("/permanences/<public_id>/annuler")
def new(public_id: str) -> str:
    presence = presence_or_404(public_id)
    return _page(presence, undoings.look(presence))


@bp.post("/permanences/<public_id>/annuler")
def create(public_id: str) -> ResponseReturnValue:
    presence, form = presence_or_404(public_id), UndoingForm()
    try:
        with transaction(presence.conseiller_id):
            refuse_if_changed(planning.subject_of(presence), number_in(form.number.data))
            again = undoings.undo(presence, by=by_me(), now=now())
    except ChangedMeanwhile as refusal:
        presence = presence_or_404(public_id)
        return _page(presence, undoings.look(presence), changes=entry_lines(refusal.entries)), 409
    except Refusal as refusal:
        presence = presence_or_404(public_id)
        return _page(presence, undoings.look(presence), refused=gettext(refusal.sentence)), 409
    flash(gettext("La dernière modification est annulée."))
    if again:
        flash(undoing_words.expected_again(len(again)))
    return redirect(url_for("coordination.presences.show", public_id=public_id), 303)


@bp.get("/semaine/<week>/annuler/<number>")
def several(week: str, number: str) -> str:
    return _page_of_several(_week(week), number_in(number))


@bp.post("/semaine/<week>/annuler/<number>")
def create_several(week: str, number: str) -> ResponseReturnValue:
    _week(week)
    line = number_in(number)
    try:
        with transaction(*undoings.people_concerned(line)):
            undoings.undo_press(line, by=by_me(), now=now())
    except PressUnknown:
        abort(404)
    except Refusal as refusal:
        return _page_of_several(week, line, gettext(refusal.sentence)), 409
    flash(gettext("Tout est annulé : ces permanences sont comme avant."))
    return redirect(url_for("coordination.week.show", week=week), 303)


def _week(week: str) -> str:
    """One that exists."""
    monday_in(week)
    return week


def _page(presence: Presence, undoing: Undoing, *, changes: list[str] | None = None, refused: str = "") -> str:
    """What would be taken back, and the bookings that must go first."""
    form = UndoingForm(formdata=None, number=str(last_number_of(planning.subject_of(presence))))
    is_emptied = undoing.undo is Undo.WITHDRAW
    return render_template(
        "coordination/undoings/new.html",
        form=form,
        presence=presence,
        sentence=undoing_words.sentence(undoing),
        told=entry_lines([undoing.entry]),
        changes=changes or [],
        refused=refused,
        inside=planning.appointments_of(presence) if is_emptied else [],
        led=planning.workshops_of(presence) if is_emptied else [],
        mine=presence.conseiller_id == me().id,
    )


def _page_of_several(week: str, number: int, refused: str = "") -> str:
    """Line by line; once something has changed since, why nothing can be taken back at once."""
    lines = []
    try:
        lines = [undoing_words.line(each) for each in undoings.look_at_press(number).undoings]
    except PressUnknown:
        abort(404)
    except Refusal as refusal:
        refused = gettext(refusal.sentence)
    return render_template("coordination/undoings/several.html", week=week, number=number, lines=lines, refused=refused)
