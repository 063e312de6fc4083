"""When: one group of radios a day. Choosing a time holds it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.commitments import OutsidePresence, SlotTaken
from cnapp.domain.slots import Choice, Wish
from cnapp.services.answers import choose_time, count_hold
from cnapp.services.appointments import Taking, people_concerned
from cnapp.services.holds import TooManyHolds
from cnapp.services.times import refuse_gone
from cnapp.services.wishes import wish_of
from cnapp.web.application import now
from cnapp.web.errors import page
from cnapp.web.public import journey
from cnapp.web.public.taken import taken
from cnapp.web.public.times import Asked, TimeForm, choice_of, context

bp = Blueprint("time", __name__, url_prefix="/rendez-vous/heure")


@bp.get("")
def edit() -> str:
    given = journey.answers_before("time")
    return _page(TimeForm(slot=given.text("time")), wish_of(given, now=now()))


@bp.post("")
def update() -> ResponseReturnValue:
    wish, form = wish_of(journey.answers_before("time"), now=now()), TimeForm()
    choice = choice_of(form, wish)
    if choice is None:
        return _page(form, wish), 422
    try:
        _hold(wish, choice)
    except (SlotTaken, OutsidePresence):
        return taken(choice, wish, again="public.time.update", others="public.time.edit")
    except TooManyHolds as refusal:
        form.slot.errors = [gettext(refusal.sentence)]
        return _page(form, wish), 409
    except TooManyTries as refusal:
        return page(429, gettext("Trop d’essais"), gettext(refusal.sentence))
    return journey.go_on()


def _hold(wish: Wish, choice: Choice) -> None:
    if not journey.answers().has("time"):
        refuse_gone(choice, wish, now=now())
    with transaction(*people_concerned(Taking(journey.draft_id(), wish, choice)), survives_power_cut=False):
        draft = journey.draft_in_transaction()
        choose_time(draft, wish, choice, now=now())
        count_hold(request.remote_addr or "", now=now())
        journey.remember(draft)


def _page(form: TimeForm, wish: Wish) -> str:
    return render_template("public/time/edit.html", form=form, **context(Asked.of_request(wish), wish))
