"""The pages around one presence: what its forms offer, and how they are shown again when something is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.refusals import Refusal
from cnapp.base.tokens import fingerprint
from cnapp.base.workdays import day_of, week_code
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.places import Place, hours_on
from cnapp.domain.planning import BookingsInside, BookingUnderWay, Plan, PresenceUnknown, WorkshopsInside
from cnapp.domain.presences import Presence, PresenceHasBookings, TooLittleTravel, TwoPlacesAtOnce
from cnapp.domain.workshop_days import Gathering
from cnapp.services import planning, roster_plans, undoings
from cnapp.services.journal import last_number_of
from cnapp.web.account.signed_in import me
from cnapp.web.application import now
from cnapp.web.coordination.presence_form import ChangeForm, Choices, PresenceForm
from cnapp.web.coordination.wording import open_words, who_is_in_the_way
from cnapp.web.history import entry_lines

NAMED = (TwoPlacesAtOnce, TooLittleTravel)
CONFLICTS = (*NAMED, PresenceHasBookings, BookingUnderWay, ChangedMeanwhile)
"""What others have done stands in the way; whatever else is refused is for whoever typed it to mend."""


def presence_or_404(public_id: str) -> Presence:
    try:
        return planning.find(public_id)
    except PresenceUnknown:
        abort(404)


def undo_address(presence: Presence) -> str | None:
    """Where its last change is taken back, when it is one that can be."""
    try:
        undoings.look(presence)
    except Refusal:
        return None
    return url_for("coordination.undoings.new", public_id=presence.public_id)


def choices(presence: Presence | None = None) -> Choices:
    """The present place of a presence stays one of them, even when it is no longer in service."""
    people, places = planning.to_choose(now=now())
    kept = [presence.place] if presence and presence.place not in places else []
    return Choices(people, [*kept, *places])


def number_in(text: str | None) -> int:
    """The line of the journal that a form was opened at; a form without it knows nothing of what happened."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def status_of(refusal: Refusal) -> int:
    return 409 if isinstance(refusal, CONFLICTS) else 422


def new_page(form: PresenceForm) -> str:
    chosen, day = form.choices.where(form.where.data), form.day.data
    hint = hours_hint(chosen[0], day) if chosen and day else ""
    back = url_for("coordination.week.show", week=week_code(day or day_of(now())))
    return render_template("coordination/presences/new.html", form=form, hint=hint, back=back)


def refused_new(form: PresenceForm, refusal: Refusal, plan: Callable[[], Plan]) -> ResponseReturnValue:
    form.offer(choices())
    form.say(refusal, sentence_of(refusal, plan))
    return new_page(form), status_of(refusal)


def edit_page(form: ChangeForm, presence: Presence, refusal: Refusal | None = None) -> str:
    """With what happened meanwhile, when that was it: then the form goes on from there."""
    changes = entry_lines(refusal.entries) if isinstance(refusal, ChangedMeanwhile) else []
    if changes or not form.is_submitted():
        form.number.data = str(last_number_of(planning.subject_of(presence)))
    in_the_way = {"inside": bookings_in_the_way(presence, refusal), "led": workshops_in_the_way(presence, refusal)}
    return render_template(
        "coordination/presences/edit.html",
        form=form,
        presence=presence,
        changes=changes,
        **(in_the_way | _going_on(form, presence, refusal)),
        mine=presence.conseiller_id == me().id,
        hint=hours_hint(presence.place, day_of(presence.starts_at)),
    )


NOT_ON: dict[str, Any] = {"can_go_on": False, "seal": ""}


def _going_on(form: ChangeForm, presence: Presence, refusal: Refusal | None) -> dict[str, Any]:
    """Whether those who stand in the way can become lines of a plan, and what the press says of the wish."""
    if not isinstance(refusal, BookingsInside | WorkshopsInside):
        return NOT_ON
    wanted = form.plan_for(presence)
    gone = roster_plans.lost(presence, wanted, now=now())
    if gone.can_be_displaced:
        form.form_errors = [gettext("Des personnes sont attendues à ces heures. Rien n’est encore enregistré.")]
    touched = {"inside": gone.appointments, "led": [each.gathering for each in gone.led]}
    return {"can_go_on": True, "seal": seal_of(wanted), **touched} if gone.can_be_displaced else NOT_ON


def seal_of(wanted: Plan) -> str:
    """Another wish is asked about anew."""
    return fingerprint(repr(sorted(wanted.columns.items())))[:32]


def refused_change(form: ChangeForm, public_id: str, refusal: Refusal) -> ResponseReturnValue:
    """What was typed is kept; the presence is read again."""
    presence = presence_or_404(public_id)
    form.offer(choices(presence))
    if isinstance(refusal, PresenceHasBookings | ChangedMeanwhile):
        form.form_errors = [gettext(refusal.sentence)]
    else:
        form.say(refusal, sentence_of(refusal, lambda: form.plan_for(presence), presence))
    return edit_page(form, presence, refusal), status_of(refusal)


def bookings_in_the_way(presence: Presence, refusal: Refusal | None) -> list[object]:
    """Read again, whole: what was refused has been rolled back."""
    if not isinstance(refusal, BookingsInside):
        return []
    return [each for each in planning.appointments_of(presence) if each in refusal.appointments]


def workshops_in_the_way(presence: Presence, refusal: Refusal | None) -> list[Gathering]:
    """Read again, as above."""
    if not isinstance(refusal, WorkshopsInside):
        return []
    spans = {each.span for each in refusal.gatherings}
    return [each for each in planning.workshops_of(presence) if each.span in spans]


def sentence_of(refusal: Refusal, plan: Callable[[], Plan], presence: Presence | None = None) -> str:
    """The refusal's own, or one that names the other presence."""
    if isinstance(refusal, NAMED):
        wished = plan()
        other = planning.in_the_way(refusal, wished, presence)
        if other:
            return who_is_in_the_way(other, wished)
    return str(gettext(refusal.sentence))


def hours_hint(place: Place, day: date) -> str:
    """When a place is open by its hours, for whoever is about to write some."""
    hours = hours_on(place.opening_hours, day)
    return open_words(place, hours) if hours else str(gettext("Par ses heures, ce lieu est fermé ce jour-là."))


def back_to_week(presence: Presence) -> ResponseReturnValue:
    """Its line on the board."""
    week = week_code(day_of(presence.starts_at))
    return redirect(url_for("coordination.week.show", week=week, _anchor=f"permanence-{presence.public_id}"), 303)
