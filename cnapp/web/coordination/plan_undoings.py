"""« Tout annuler »: until its letters leave, what a plan applied is as if it had never been."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from cnapp.base.database import transaction
from cnapp.domain.plans import Displacement, NothingApplied, TooLateToUndo
from cnapp.services import plan_undoings, plans
from cnapp.services.changes import hold_still
from cnapp.services.lost_sessions import session_lines
from cnapp.services.plan_undoings import Undone
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.plan_pages import plan_or_404, plan_page
from cnapp.web.coordination.plan_rows import Seen
from cnapp.web.coordination.plan_words import enumerated

bp = Blueprint("plan_undoings", __name__, url_prefix="/plans/<public_id>/retour")


@bp.post("")
def destroy(public_id: str) -> ResponseReturnValue:
    plan = plan_or_404(public_id)
    try:
        with transaction(*plan_undoings.people_applied(plan, now=now())):
            hold_still(plans.thing(plan))
            undone = plan_undoings.undo(plan_or_404(public_id), by=by_me(), now=now())
            said = _said(undone)
    except (NothingApplied, TooLateToUndo) as refusal:
        return plan_page(public_id, Seen(refusal=gettext(refusal.sentence))), 409
    for line in said:
        flash(line)
    return redirect(url_for("coordination.plans.show", public_id=public_id), 303)


def _said(undone: Undone) -> list[str]:
    """What could not be taken back is named."""
    lines = [_undone_words(undone.undone)]
    people = [line.appointment.person.short_name for line in undone.left if line.appointment]
    if people:
        who = enumerated(people)
        lines.append(gettext("Un changement est arrivé depuis pour %(who)s : leur nouvelle heure reste.", who=who))
    titles = [f"« {each.workshop.title} »" for each in session_lines(undone.left, now=now())]
    if titles:
        which = enumerated(titles)
        lines.append(gettext("On ne peut plus annuler ce qui est décidé pour %(which)s.", which=which))
    return [str(each) for each in lines]


def _undone_words(lines: Sequence[Displacement]) -> str:
    people = sum(1 for line in lines if line.appointment)
    sessions = len(lines) - people
    of_people = ngettext("%(num)d personne", "%(num)d personnes", people)
    of_sessions = ngettext("%(num)d atelier", "%(num)d ateliers", sessions)
    parts = [*([of_people] if people else []), *([of_sessions] if sessions else [])]
    if not parts:
        return str(gettext("Rien n’a pu être annulé."))
    return str(gettext("C’est annulé. De nouveau à traiter : %(what)s.", what=enumerated(parts)))
