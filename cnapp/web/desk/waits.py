"""Who waits for a time at this desk's places, what is offered to them, and their answer by telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.base.tokens import fingerprint, new_token
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import OutsidePresence, SlotTaken
from cnapp.domain.offers import Offer
from cnapp.domain.outbox import Channel
from cnapp.domain.waits import LISTED_AT_MOST, TooManyWaits, Wait, WaitUnknown
from cnapp.services import waits
from cnapp.services.catalogue import motif_online
from cnapp.services.desk_times import places_of_town
from cnapp.services.offers import decline, offer_called, offers_to, people_to_lock, take
from cnapp.services.waits import Request, hold_still, leave
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now, settings
from cnapp.web.desk.grants import grant
from cnapp.web.desk.here import my_places
from cnapp.web.forms import NAME_MISSING, AtMost, Form, LineField, Required, is_email, is_name, is_phone
from cnapp.web.public.forms import ChoiceField, ChoicesField, ListField, TickField, choices
from cnapp.web.public.wait_form import (
    NOTICES,
    OTHER_LIST,
    SUBJECT_MISSING,
    USUAL_NOTICE,
    WaitForm,
    rows_of,
    subject_title,
    terms_agreed,
    terms_of,
)

bp = Blueprint("waits", __name__, url_prefix="/attente")
TAKE, DECLINE, LEAVE = "prendre", "non", "quitter"


class AnswerForm(Form):
    offer = HiddenField()
    answer = HiddenField()


class DeskWaitForm(WaitForm):
    """The same as a desk reads it, its fields in the order of the page."""

    def what_is_missing(self) -> str:
        return str(gettext("Écrivez un téléphone ou un e-mail : il faut pouvoir prévenir la personne."))

    key = HiddenField()
    name = LineField(lazy_gettext("Prénom et nom"), validators=[Required(NAME_MISSING), is_name])
    phone = LineField(lazy_gettext("Téléphone"), validators=[AtMost(40), is_phone])
    no_calls = TickField(lazy_gettext("Ne pas appeler : la personne est sourde ou entend mal"))
    may_leave_message = TickField(lazy_gettext("On peut laisser un message"))
    email = LineField(lazy_gettext("E-mail"), validators=[AtMost(254), is_email])
    motif = ListField(lazy_gettext("Sujet"), SUBJECT_MISSING)
    places = ChoicesField(lazy_gettext("Où la personne peut-elle venir ?"), OTHER_LIST)
    notice_days = ChoiceField(
        lazy_gettext("Combien de temps avant doit-elle le savoir ?"),
        OTHER_LIST,
        choices=choices(NOTICES),
        default=USUAL_NOTICE,
    )


@dataclass(frozen=True)
class Line:
    """One person who waits, as a desk reads it."""

    wait: Wait
    offer: Offer | None
    now: datetime

    @property
    def subject(self) -> str:
        return subject_title(self.wait.motif)

    @property
    def terms(self) -> str:
        rows = rows_of(terms_agreed(self.wait))
        return ". ".join(gettext("%(label)s : %(value)s", **row) for row in rows)

    @property
    def is_offered(self) -> bool:
        return self.offer is not None and self.offer.is_held(self.now)

    @property
    def is_to_be_called(self) -> bool:
        return self.offer is not None and self.is_offered and self.offer.channel is Channel.CALL


@bp.get("")
def index() -> str:
    waiting = waits.listed([place.id for place in my_places()], now=now())
    offered = offers_to(waiting)
    lines = [Line(wait, offered.get(wait.id), now()) for wait in waiting]
    lines.sort(key=lambda line: (not line.is_to_be_called, not line.is_offered))
    return render_template("desk/waits/index.html", lines=lines, is_cut=len(lines) == LISTED_AT_MOST)


@bp.get("/nouveau")
def new() -> str:
    return _new(DeskWaitForm(data={"half": "", "notice_days": USUAL_NOTICE, "key": new_token()}))


@bp.post("/nouveau")
def create() -> ResponseReturnValue:
    """For somebody at the counter or on the telephone; pressed twice, they wait once. Raises MotifUnknown."""
    form = DeskWaitForm()
    form.offer_all()
    if not form.validate():
        return _new(form), 422
    try:
        with transaction():
            waits.begin(_request(form), settings=settings(), now=now())
    except TooManyWaits:
        form.phone.errors = [gettext("Cette personne attend déjà 3 fois avec ce contact.")]
        return _new(form), 409
    flash(gettext("La personne est sur la liste d’attente."))
    return redirect(url_for("desk.waits.index"), 303)


def _new(form: DeskWaitForm) -> str:
    form.offer_all()
    return render_template("desk/waits/new.html", form=form)


def _request(form: DeskWaitForm) -> Request:
    terms, who = terms_of(form.data, places_of_town(now=now())), form.somebody(form.name.data or "")
    return Request(motif_online(form.motif.data), who, terms, draft_id=fingerprint(f"desk {form.key.data}"))


@bp.post("/<public_id>/reponse")
def update(public_id: str) -> ResponseReturnValue:
    """What somebody answered by telephone. Raises WaitOver, OfferUnknown, NotUpcoming."""
    wait, form = _wait_here(public_id), AnswerForm()
    if form.answer.data == LEAVE:
        return _leave(wait)
    offer = offer_called(form.offer.data or "", wait)
    return _take(offer) if form.answer.data == TAKE else _decline(offer)


def _wait_here(public_id: str) -> Wait:
    """At one of this desk's places; any other is no page."""
    try:
        return waits.for_desk(public_id, [place.id for place in my_places()])
    except WaitUnknown:
        abort(404)


def _take(offer: Offer) -> ResponseReturnValue:
    try:
        with transaction(*people_to_lock(offer)):
            appointment = take(offer, by=by_me(), link_key=settings().link_key, now=now())
    except (SlotTaken, OutsidePresence):
        flash(gettext("Cette heure n’est plus libre. La personne reste sur la liste d’attente."))
        return redirect(url_for("desk.waits.index"), 303)
    return _booked(appointment)


def _booked(appointment: Appointment) -> ResponseReturnValue:
    grant(appointment)
    flash(gettext("L’heure est prise pour cette personne. Donnez-lui le code."))
    return redirect(url_for("desk.appointments.show", public_id=appointment.public_id), 303)


def _decline(offer: Offer) -> ResponseReturnValue:
    with transaction():
        decline(offer, now=now())
    flash(gettext("C’est noté. La personne reste sur la liste d’attente."))
    return redirect(url_for("desk.waits.index"), 303)


def _leave(wait: Wait) -> ResponseReturnValue:
    with transaction():
        leave(hold_still(wait.id), now=now())
    flash(gettext("La personne n’est plus sur la liste d’attente."))
    return redirect(url_for("desk.waits.index"), 303)
