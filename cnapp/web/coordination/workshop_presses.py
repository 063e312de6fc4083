"""Pages that ask before a workshop is published, withdrawn or cancelled, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cnapp.base.database import transaction
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.workshops import Status, Workshop
from cnapp.services import workshop_shelves, workshops
from cnapp.services.changes import hold_still
from cnapp.services.journal import last_number_of, refuse_if_changed
from cnapp.web.application import now
from cnapp.web.coordination import workshop_words
from cnapp.web.coordination.fields import ChangeForm
from cnapp.web.coordination.workshop_pages import workshop_or_404


@dataclass(frozen=True)
class Press:
    """What is asked; where it is sent, under which words; what follows from it, line by line."""

    question: str
    endpoint: str
    button: str
    lines: Sequence[str]
    kind: str = "primary"
    wider: str = ""
    """The words of a second button, which does it for the whole series."""


def ask(workshop: Workshop, press: Press, changes: Sequence[str] = ()) -> str:
    return render_template(
        "coordination/workshop_presses/new.html",
        workshop=workshop,
        line=workshop_shelves.line_of(workshop, now=now()),
        press=press,
        changes=changes,
        number=last_number_of(workshops.thing(workshop)),
        words=workshop_words,
    )


def carry_out(
    public_id: str, becomes: Status, act: Callable[[Workshop], str], question: Callable[[Workshop], Press]
) -> ResponseReturnValue:
    """A second press changes nothing; what somebody else did meanwhile is shown first. `act` answers what to say."""
    workshop, form = workshop_or_404(public_id), ChangeForm()
    thing = workshops.thing(workshop)
    leaders = {each.id for session in workshop.sessions for each in session.leaders}
    try:
        with transaction(*leaders):
            hold_still(thing)
            workshop = workshop_or_404(public_id)
            if workshop.status is not becomes:
                refuse_if_changed(thing, form.seen)
            sentence = act(workshop)
    except ChangedMeanwhile as refusal:
        changes = form.catch_up(thing, refusal)
        workshop = workshop_or_404(public_id)
        return ask(workshop, question(workshop), changes), 409
    flash(sentence)
    return redirect(url_for("coordination.workshops.show", public_id=public_id), 303)
