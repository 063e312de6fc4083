"""Moving one's appointment, first page: another time. The old one is kept until the new one is confirmed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.workdays import day_of
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.answers import ANYWHERE, Answers
from cnapp.domain.appointments import Appointment, NotUpcoming
from cnapp.domain.commitments import OutsidePresence, SlotTaken
from cnapp.domain.drafts import Draft
from cnapp.domain.slots import Choice, Wish
from cnapp.services import drafts
from cnapp.services.answers import choose_time, count_hold
from cnapp.services.appointments import Taking, people_concerned
from cnapp.services.holds import TooManyHolds
from cnapp.services.times import refuse_gone
from cnapp.services.wishes import moving_wish
from cnapp.web.application import now
from cnapp.web.errors import page
from cnapp.web.public.journey import MOVE_KEY
from cnapp.web.public.receipt import appointment_at
from cnapp.web.public.taken import taken
from cnapp.web.public.times import Asked, TimeForm, choice_of, context

bp = Blueprint("move", __name__, url_prefix="/r/<token>/deplacer")


@bp.get("")
def edit(token: str) -> ResponseReturnValue:
    appointment = appointment_at(token)
    if not appointment.can_be_changed(now()):
        return redirect(url_for("public.receipt.show", token=token), 303)
    return _page(token, TimeForm(), appointment)


@bp.post("")
def update(token: str) -> ResponseReturnValue:
    appointment, form = changeable_at(token), TimeForm()
    wish, places = wish_asked(appointment), request.args.get("lieux")
    choice = choice_of(form, wish)
    if choice is None:
        return _page(token, form, appointment), 422
    try:
        session[MOVE_KEY] = _hold(appointment, wish, choice)
    except (SlotTaken, OutsidePresence):
        return taken(choice, wish, again="public.move.update", others="public.move.edit", token=token, lieux=places)
    except TooManyHolds as refusal:
        form.slot.errors = [gettext(refusal.sentence)]
        return _page(token, form, appointment), 409
    except TooManyTries as refusal:
        return page(429, gettext("Trop d’essais"), gettext(refusal.sentence))
    return redirect(url_for("public.move_check.edit", token=token), 303)


def changeable_at(token: str) -> Appointment:
    """Raises NotUpcoming."""
    appointment = appointment_at(token)
    if not appointment.can_be_changed(now()):
        raise NotUpcoming
    return appointment


def draft_for(appointment: Appointment) -> Draft | None:
    """The one that seeks a new time for this appointment."""
    draft = drafts.living(session.get(MOVE_KEY), now=now())
    return draft if draft and draft.moves_id == appointment.id else None


def wish_asked(appointment: Appointment) -> Wish:
    """The place of before, unless the address asks for all of them."""
    slug = ANYWHERE if request.args.get("lieux") == ANYWHERE else appointment.presence.place.slug
    return moving_wish(appointment, Answers({"place": slug, "needs": appointment.needs}), now=now())


def _hold(appointment: Appointment, wish: Wish, choice: Choice) -> str:
    """The id of the draft."""
    draft = draft_for(appointment)
    if draft is None:
        refuse_gone(choice, wish, now=now())
    draft_id = draft.id if draft else ""
    with transaction(*people_concerned(Taking(draft_id, wish, choice)), survives_power_cut=False):
        draft = drafts.living(draft_id, now=now()) or drafts.start(now=now(), moves=appointment)
        choose_time(draft, wish, choice, now=now())
        count_hold(request.remote_addr or "", now=now())
        return draft.id


def _page(token: str, form: TimeForm, appointment: Appointment) -> str:
    wish = wish_asked(appointment)
    everywhere = request.args.get("lieux") == ANYWHERE
    values = {"token": token, "appointment": appointment, "everywhere": everywhere, "today": day_of(now())}
    return render_template("public/move/edit.html", form=form, **values, **context(Asked.of_request(wish), wish))
