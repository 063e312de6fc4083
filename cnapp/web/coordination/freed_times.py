"""The time that a cancelled workshop gives back, opened to appointments by one press."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from cnapp.base.database import transaction
from cnapp.services.freed_times import freed_by, open_to_appointments, wanting_at
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.workshop_pages import workshop_or_404

bp = Blueprint("freed_times", __name__, url_prefix="/ateliers/<public_id>/temps-libre")


@bp.get("")
def show(public_id: str) -> str:
    workshop = workshop_or_404(public_id)
    return render_template(
        "coordination/freed_times/show.html",
        workshop=workshop,
        freed=freed_by(workshop, now=now()),
        wanting=wanting_at(workshop.place, now=now()),
    )


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    """Pressed again, nothing is left to open."""
    workshop = workshop_or_404(public_id)
    people = {each.conseiller.id for each in freed_by(workshop, now=now())}
    with transaction(*people):
        made = open_to_appointments(workshop_or_404(public_id), by=by_me(), now=now())
    flash(_told(len(made)))
    return redirect(url_for("coordination.workshops.show", public_id=public_id), 303)


def _told(count: int) -> str:
    if not count:
        return str(gettext("Aucun temps à ouvrir : les personnes sont déjà ailleurs, ou le lieu est fermé."))
    return str(
        ngettext(
            "%(num)d permanence est ouverte. Ces heures sont proposées aux personnes qui attendent.",
            "%(num)d permanences sont ouvertes. Ces heures sont proposées aux personnes qui attendent.",
            count,
        )
    )
