"""Somebody is lacking somewhere: who could go and what it costs, then one press that sends them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms.fields.choices import SelectChoice

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of, week_code
from cnapp.domain.board import Half
from cnapp.domain.people import Staff, StaffUnknown
from cnapp.domain.places import Place, PlaceUnknown
from cnapp.services import planning, reinforcements
from cnapp.services.reinforcements import Asked, Reinforcement
from cnapp.web.account.signed_in import by_me
from cnapp.web.agenda.addresses import day_in
from cnapp.web.application import now
from cnapp.web.coordination import reinforcement_words
from cnapp.web.fields import DayField, Given
from cnapp.web.forms import Form
from cnapp.web.public.forms import ListField

bp = Blueprint("reinforcements", __name__)

HALVES = {"matin": Half.MORNING, "apres-midi": Half.AFTERNOON}
"""As an address says them."""
LABELS = {"matin": lazy_gettext("le matin"), "apres-midi": lazy_gettext("l’après-midi")}


class WhereForm(Form):
    """Which half-day of which place; sent by GET."""

    lieu = ListField(lazy_gettext("Lieu"), lazy_gettext("Choisissez un lieu de la liste."))
    jour = DayField(lazy_gettext("Jour"), [Given(lazy_gettext("Écrivez le jour."))])
    demi = ListField(lazy_gettext("Demi-journée"), lazy_gettext("Choisissez le matin ou l’après-midi."))

    def offer(self, places: Sequence[Place]) -> None:
        first = SelectChoice("", gettext("Choisissez"))
        self.lieu.choices = [first, *(SelectChoice(place.slug, place.name) for place in places)]
        self.demi.choices = [SelectChoice(value, label) for value, label in LABELS.items()]


@dataclass(frozen=True)
class Found:
    """What was asked, and the answer, or why nobody is needed."""

    asked: Asked
    answer: Reinforcement | None
    nobody: str = ""


@bp.get("/renfort")
def new() -> str:
    return _page(_look(_asked()) if request.args else None)


@bp.post("/renfort")
def create() -> ResponseReturnValue:
    asked = _asked()
    who = _person(asked)
    agreed = request.form.get("agreed", "")
    try:
        with transaction(who.id):
            reinforcements.send(_asked(), who.id, agreed, by=by_me(), now=now())
    except Refusal as refusal:
        return _page(_look(_asked()), gettext(refusal.sentence)), 409
    flash(gettext("%(name)s y va : la permanence est ajoutée.", name=_person(asked).name))
    return redirect(url_for("coordination.week.show", week=week_code(asked.day)), 303)


def _asked() -> Asked:
    """« ?lieu=borny&jour=2026-12-03&demi=matin »; anything else is no page."""
    half = HALVES.get(request.args.get("demi", "")) or abort(404)
    try:
        place = reinforcements.place(request.args.get("lieu", ""))
    except PlaceUnknown:
        abort(404)
    return Asked(place, day_in(request.args.get("jour", "")), half)


def _person(asked: Asked) -> Staff:
    try:
        return reinforcements.person(request.form.get("person", ""), asked.day)
    except StaffUnknown:
        abort(404)


def _look(asked: Asked) -> Found:
    try:
        return Found(asked, reinforcements.look(asked, now=now()))
    except Refusal as refusal:
        return Found(asked, None, gettext(refusal.sentence))


def _page(found: Found | None, refused: str = "") -> str:
    form = WhereForm(formdata=None, meta={"csrf": False}, **_values(found))
    form.offer(planning.to_choose(now=now())[1])
    day = found.asked.day if found else day_of(now())
    return render_template(
        "coordination/reinforcements/new.html",
        form=form,
        found=found,
        refused=refused,
        words=reinforcement_words,
        here=_address(found) if found else "",
        by_hand=_by_hand(found),
        week=week_code(day),
    )


def _values(found: Found | None) -> dict[str, Any]:
    if found is None:
        return {"jour": day_of(now())}
    demi = next(name for name, half in HALVES.items() if half is found.asked.half)
    return {"lieu": found.asked.place.slug, "jour": found.asked.day, "demi": demi}


def _address(found: Found) -> str:
    values = _values(found)
    return url_for("coordination.reinforcements.create", **{**values, "jour": found.asked.day.isoformat()})


def _by_hand(found: Found | None) -> str:
    """The form of one presence, with what is known of it."""
    if found is None or found.answer is None:
        return url_for("coordination.presences.new")
    hours = reinforcement_words.clock_values(found.answer.need)
    asked: dict[str, Any] = {
        "lieu": found.asked.place.slug,
        "jour": found.asked.day.isoformat(),
        "de": hours[0],
        "a": hours[1],
    }
    return url_for("coordination.presences.new", **asked)
