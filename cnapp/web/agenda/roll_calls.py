"""« Faire l'appel »: boxes for who came, how many came unregistered, whether the session was held; one press."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.journal import ChangedMeanwhile, Subject
from cnapp.domain.registrations import Registration
from cnapp.domain.roll_calls import NobodyWasThere, RollCall, obstacle
from cnapp.domain.workshop_sessions import DROP_INS_AT_MOST, Outcome, WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services import roll_calls
from cnapp.services.journal import last_number_of
from cnapp.web.account.signed_in import by_me
from cnapp.web.agenda.workshops import my_workshop
from cnapp.web.application import now
from cnapp.web.coordination.fields import ChangeForm
from cnapp.web.fields import CountField
from cnapp.web.public.forms import ChoiceField, ChoicesField, choices
from cnapp.web.sign_in_sheets import session_in

bp = Blueprint("roll_calls", __name__, url_prefix="/ateliers/<public_id>/seances/<session>/appel")

OUTCOMES = {
    Outcome.HELD: lazy_gettext("La séance a eu lieu"),
    Outcome.NOT_HELD: lazy_gettext("La séance n’a pas eu lieu"),
}
TOO_MANY = lazy_gettext("Écrivez un nombre de 0 à %(n)d.", n=DROP_INS_AT_MOST)


class DropInsField(CountField):
    """What was typed stands there again, whatever it was."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else str(self.data or 0)


class RollCallForm(ChangeForm):
    came = ChoicesField(
        lazy_gettext("Qui est là ?"), lazy_gettext("La liste a changé : quelqu’un n’y est plus. Vérifiez-la.")
    )
    drop_ins = DropInsField(lazy_gettext("Venus sans inscription"))
    outcome = ChoiceField(
        lazy_gettext("La séance"),
        lazy_gettext("Dites si la séance a eu lieu."),
        choices=choices(OUTCOMES),
        default=Outcome.HELD,
    )

    def offer(self, people: Sequence[Registration]) -> None:
        self.people = {each.public_id: each.id for each in people}
        self.came.choices = [SelectChoice(each.public_id, each.person.name) for each in people]

    def validate_drop_ins(self, field: CountField) -> None:
        if field.data is not None and not field.errors and not 0 <= field.data <= DROP_INS_AT_MOST:
            raise ValidationError(str(TOO_MANY))

    @property
    def call(self) -> RollCall:
        """Of a form that was judged."""
        listed = (self.people.get(each) for each in request.form.getlist("listed"))
        came = frozenset(self.people[each] for each in self.came.data or ())
        shown = frozenset(each for each in listed if each) | came
        return RollCall(Outcome(self.outcome.data), shown, came, self.drop_ins.data or 0)


@bp.get("")
def edit(public_id: str, session: str) -> str:
    """Raises NotToBeHeld, RollCallTooEarly, RollCallOver."""
    workshop = my_workshop(public_id)
    held = session_in(workshop, session)
    _refuse_closed(held, workshop)
    form = RollCallForm(data=_noted(workshop, held))
    return _page(workshop, held, form)


@bp.post("")
def update(public_id: str, session: str) -> ResponseReturnValue:
    """Raises NotToBeHeld, RollCallTooEarly, RollCallOver."""
    workshop, form = my_workshop(public_id), RollCallForm()
    held = session_in(workshop, session)
    form.offer(roll_calls.people_of(workshop))
    if not form.validate():
        return _page(workshop, held, form), 422
    try:
        with transaction():
            roll_calls.note(held, form.call, number=form.seen, by=by_me(), now=now())
    except NobodyWasThere as refusal:
        form.outcome.errors = [gettext(refusal.sentence)]
        return _again(public_id, session, form), 422
    except ChangedMeanwhile as refusal:
        changes = form.catch_up((Subject.WORKSHOP, held.workshop_id), refusal)
        return _again(public_id, session, form, changes), 409
    flash(gettext("L’appel est noté."))
    return redirect(url_for("agenda.workshops.show", public_id=public_id), 303)


def _refuse_closed(session: WorkshopSession, workshop: Workshop) -> None:
    refusal: Refusal | None = obstacle(session, workshop, now())
    if refusal:
        raise refusal


def _noted(workshop: Workshop, session: WorkshopSession) -> dict[str, object]:
    came = roll_calls.came_to(session)
    return {
        "came": [each.public_id for each in roll_calls.people_of(workshop) if came.get(each.id)],
        "drop_ins": session.drop_ins,
        "outcome": (session.outcome or Outcome.HELD).value,
        "number": str(last_number_of((Subject.WORKSHOP, workshop.id))),
    }


def _again(public_id: str, session: str, form: RollCallForm, changes: Sequence[str] = ()) -> str:
    """What was typed is kept; the workshop is read again."""
    db.session.rollback()
    workshop = my_workshop(public_id)
    return _page(workshop, session_in(workshop, session), form, changes)


def _page(workshop: Workshop, session: WorkshopSession, form: RollCallForm, changes: Sequence[str] = ()) -> str:
    people = roll_calls.people_of(workshop)
    form.offer(people)
    number = workshop.sessions.index(session) + 1
    shown = {"session": session, "number": number, "people": people, "changes": changes}
    return render_template("agenda/roll_calls/edit.html", workshop=workshop, form=form, **shown)
