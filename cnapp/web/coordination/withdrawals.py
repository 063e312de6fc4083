"""Withdrawing a presence, after a page that asks."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.planning import BookingsInside, WorkshopsInside
from cnapp.domain.plans import RecoveryPlan
from cnapp.domain.presences import Presence
from cnapp.services import planning, roster_plans
from cnapp.services.journal import last_number_of, refuse_if_changed
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.application import now
from cnapp.web.coordination.plan_addresses import plan_address
from cnapp.web.coordination.presence_pages import back_to_week, number_in, presence_or_404
from cnapp.web.forms import Form
from cnapp.web.history import entry_lines
from cnapp.wording.elisions import of

bp = Blueprint("withdrawals", __name__)


class WithdrawalForm(Form):
    number = HiddenField()
    """The last line of its journal when the page was opened."""
    displaces = HiddenField()
    """Whoever is expected then becomes a line of a plan."""


@bp.get("/permanences/<public_id>/retirer")
def new(public_id: str) -> str:
    presence = presence_or_404(public_id)
    planning.refuse_ended(presence, now=now())
    return _page(presence)


@bp.post("/permanences/<public_id>/retirer")
def create(public_id: str) -> ResponseReturnValue:
    presence, form = presence_or_404(public_id), WithdrawalForm()
    try:
        with transaction(presence.conseiller_id):
            if not presence.withdrawn_at:
                refuse_if_changed(planning.subject_of(presence), number_in(form.number.data))
            plan = _withdraw(presence, form)
    except (BookingsInside, WorkshopsInside):
        return _page(presence_or_404(public_id)), 409
    except ChangedMeanwhile as refusal:
        return _page(presence_or_404(public_id), entry_lines(refusal.entries)), 409
    flash(gettext("La permanence %(of_name)s est retirée.", of_name=of(presence.conseiller.name)))
    return redirect(plan_address(plan), 303) if plan else back_to_week(presence)


def _withdraw(presence: Presence, form: WithdrawalForm) -> RecoveryPlan | None:
    if form.displaces.data:
        return roster_plans.withdraw(presence, by=by_me(), now=now())
    planning.withdraw(presence, by=by_me(), now=now())
    return None


def _page(presence: Presence, changes: list[str] | None = None) -> str:
    """The button, or the appointments and workshops that must go first."""
    form = WithdrawalForm(formdata=None, number=str(last_number_of(planning.subject_of(presence))))
    return render_template(
        "coordination/withdrawals/new.html",
        form=form,
        presence=presence,
        changes=changes or [],
        inside=planning.appointments_of(presence),
        led=planning.workshops_of(presence),
        can_go_on=roster_plans.lost(presence, None, now=now()).can_be_displaced,
        mine=presence.conseiller_id == me().id,
    )
