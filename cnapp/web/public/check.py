"""Everything once more before it is done; confirming books, once, however often it is sent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.base.workdays import local
from cnapp.domain.answers import Answers
from cnapp.domain.appointments import AnswersLost
from cnapp.domain.citizens import TooManyUpcoming
from cnapp.domain.commitments import OutsidePresence, SlotTaken
from cnapp.domain.places import Place
from cnapp.domain.slots import Choice
from cnapp.services.answers import forget_time
from cnapp.services.appointments import Taking, book, booked_with, people_concerned
from cnapp.services.catalogue import place_known
from cnapp.services.holds import held_by
from cnapp.services.parties import party_of
from cnapp.services.wishes import motif_of, wish_of
from cnapp.web.application import now, settings
from cnapp.web.forms import Form
from cnapp.web.public import journey
from cnapp.web.public.check_rows import answered, lines, named, person_rows
from cnapp.web.public.receipt import receipt_address
from cnapp.web.public.taken import taken
from cnapp.web.public.warning import sentence_for_answers
from cnapp.web.public.wording import length_line, mode_line
from cnapp.wording.dates import show_hour, show_long_day

bp = Blueprint("check", __name__, url_prefix="/rendez-vous/verifier")


class CheckForm(Form):
    key = HiddenField()
    """The draft's id: the same key books the same appointment."""
    seen = HiddenField()
    """The seal of the answers that the page shows."""


@bp.get("")
def edit() -> str:
    given = journey.answers_before("check")
    return _page(CheckForm(key=journey.draft_id()), given)


@bp.post("")
def create() -> ResponseReturnValue:
    form = CheckForm()
    key = form.key.data or ""
    if key != journey.draft_id() or not journey.is_begun():
        return _confirmed(_made_before(key))
    given = journey.answers_before("check")
    if form.seen.data != given.seal:
        flash(gettext("Vos réponses ont changé dans une autre fenêtre. Vérifiez-les encore."))
        return _page(form, given), 409
    return _book(Taking(key, wish_of(given, now=now()), _choice(given)), given)


def _page(form: CheckForm, given: Answers) -> str:
    form.seen.data = given.seal
    sentence = sentence_for_answers(given)
    return render_template("public/check/edit.html", form=form, rows=_rows(given), sentence=sentence)


def _made_before(key: str) -> str:
    """The address of what an earlier submission booked. Raises AnswersLost."""
    made = booked_with(key) if key else None
    if made is None:
        raise AnswersLost
    return receipt_address(made)


def _book(taking: Taking, given: Answers) -> ResponseReturnValue:
    try:
        with transaction(*people_concerned(taking)):
            address = receipt_address(book(taking, party_of(given), link_key=settings().link_key, now=now()))
    except (SlotTaken, OutsidePresence):
        return _taken(taking)
    except TooManyUpcoming as refusal:
        return render_template("public/check/too_many.html", sentence=gettext(refusal.sentence)), 409
    return _confirmed(address)


def _confirmed(address: str) -> ResponseReturnValue:
    """The draft is dead: going back shows nobody."""
    journey.forget()
    return redirect(address, 303)


def _taken(taking: Taking) -> ResponseReturnValue:
    """Every answer stays but the time."""
    with transaction(*people_concerned(taking)):
        forget_time(journey.draft_in_transaction(), now=now())
    return taken(taking.choice, taking.wish, again="public.time.update", others="public.time.edit")


def _choice(given: Answers) -> Choice:
    if given.choice is None:
        raise AnswersLost
    return given.choice


def _rows(given: Answers) -> list[dict[str, Any]]:
    """What will be booked, each line with the way to change it."""
    motif = motif_of(given)
    how = [motif.title, length_line(motif.duration_minutes), mode_line(motif.mode)]
    return [
        answered(gettext("Sujet"), lines(how), "topic", gettext("le sujet")),
        answered(gettext("Jour et heure"), _moment(given), "time", gettext("le jour et l’heure")),
        answered(gettext("Lieu"), _place(given), "place", gettext("le lieu")),
        *person_rows(given),
    ]


def _moment(given: Answers) -> str:
    starts_at = local(_choice(given).starts_at)
    return str(gettext("%(day)s à %(hour)s", day=show_long_day(starts_at), hour=show_hour(starts_at)))


def _place(given: Answers) -> Markup:
    """With whom, as long as the time is held."""
    place: Place = place_known(_choice(given).slug)
    held = held_by(journey.draft_id())
    who = gettext("avec %(name)s", name=held.presence.conseiller.first_name) if held else ""
    return lines([named(place.name), named(f"{place.address}, {place.postcode} {place.town}"), who])
