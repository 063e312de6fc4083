"""A registration once more before it is done; confirming registers, once, however often it is sent."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.answers import Answers
from cnapp.domain.appointments import AnswersLost
from cnapp.domain.citizens import Need, TooManyUpcoming
from cnapp.domain.outbox import Channel
from cnapp.domain.registrations import RegisteredAlready, Registration
from cnapp.domain.workshops import NothingToLend, Workshop, WorkshopFull
from cnapp.services import lost_codes, workshops
from cnapp.services.journal import By
from cnapp.services.parties import booker_of, party_of, person_of
from cnapp.services.registrations import Application, join_waiting_list, register, registered_with
from cnapp.services.workshop_answers import forget_device
from cnapp.web.application import now, settings
from cnapp.web.public import journey
from cnapp.web.public.check import CheckForm
from cnapp.web.public.check_rows import answered, lines, named, person_rows, row
from cnapp.web.public.device import DEVICES, none_left
from cnapp.web.public.enrolments import CLOSED, closed, full
from cnapp.web.public.registration import registration_page
from cnapp.web.public.retrieval import open_channels
from cnapp.web.public.warning import sentence_for_answers
from cnapp.web.public.workshop_words import cycle_words, session_words

bp = Blueprint("registration_check", __name__, url_prefix="/inscription/verifier")


@bp.get("")
def edit() -> str:
    given = journey.answers_before("registration_check")
    return _page(CheckForm(key=journey.draft_id()), given)


@bp.post("")
def create() -> ResponseReturnValue:
    form = CheckForm()
    key = form.key.data or ""
    if key != journey.draft_id() or not journey.is_begun():
        return _confirmed(_made_before(key))
    given = journey.answers_before("registration_check")
    if form.seen.data != given.seal:
        flash(gettext("Vos réponses ont changé dans une autre fenêtre. Vérifiez-les encore."))
        return _page(form, given), 409
    return _register(given, key)


def _register(given: Answers, key: str) -> ResponseReturnValue:
    workshop = _workshop(given)
    try:
        with transaction():
            address = registration_page(_made(workshop, given, key))
    except WorkshopFull:
        return full(workshop)
    except CLOSED as refusal:
        return closed(workshop, refusal)
    except NothingToLend:
        return _without_device(given)
    except (RegisteredAlready, TooManyUpcoming):
        return not_online(is_written=_write_codes(given))
    return _confirmed(address)


def _made(workshop: Workshop, given: Answers, key: str) -> Registration:
    verb = join_waiting_list if given.waits else register
    application = Application(party_of(given), given.borrows, draft_id=key)
    return verb(workshop.id, application, by=By.citizen(), settings=settings(), now=now())


def not_online(*, is_written: bool = False) -> ResponseReturnValue:
    """The same whether somebody is registered already or has too many: a page tells nobody who comes (K04)."""
    return render_template("public/registration_check/refused.html", is_written=is_written), 409


def _write_codes(given: Answers) -> bool:
    """To the contact that was typed, as for lost codes; whether such a letter may leave, whoever has anything ahead."""
    contacts = _contacts(given)
    with suppress(TooManyTries), transaction():
        for channel, contact in contacts:
            lost_codes.ask(channel, contact, address=request.remote_addr or "", now=now())
    return bool(contacts)


def _contacts(given: Answers) -> list[tuple[Channel, str]]:
    people = [each for each in (person_of(given), booker_of(given)) if each]
    emails = [(Channel.EMAIL, each.email) for each in people if each.email]
    phones = [(Channel.SMS, each.phone.number) for each in people if each.phone and each.has_mobile]
    return [each for each in (*emails, *phones) if each[0] in open_channels()]


def _without_device(given: Answers) -> ResponseReturnValue:
    with transaction():
        forget_device(journey.draft_in_transaction(), now=now())
    return none_left(given)


def _made_before(key: str) -> str:
    """The address of what an earlier submission made. Raises AnswersLost."""
    made = registered_with(key) if key else None
    if made is None:
        raise AnswersLost
    return registration_page(made)


def _confirmed(address: str) -> ResponseReturnValue:
    """The draft is dead: going back shows nobody."""
    journey.forget()
    return redirect(address, 303)


def _workshop(given: Answers) -> Workshop:
    return workshops.find(given.text("workshop"))


def _page(form: CheckForm, given: Answers) -> str:
    workshop = _workshop(given)
    form.seen.data = given.seal
    return render_template(
        "public/registration_check/edit.html",
        form=form,
        given=given,
        rows=_rows(given, workshop),
        sentence=sentence_for_answers(given),
        has_steps=Need.WHEELCHAIR in given.needs and workshop.place.step_free is False,
        back=url_for("public.device.edit" if workshop.lendable else "public.contact.edit"),
    )


def _rows(given: Answers, workshop: Workshop) -> list[dict[str, Any]]:
    """What one registers for, each line with the way to change it."""
    place, sessions = workshop.place, [session_words(each) for each in workshop.sessions]
    when = [cycle_words(workshop), *sessions] if workshop.is_cycle else sessions
    where = lines([named(place.name), named(f"{place.address}, {place.postcode} {place.town}")])
    rows = [
        row(gettext("Atelier"), workshop.title, url_for("public.workshops.index"), gettext("l’atelier")),
        {"label": gettext("Quand"), "value": lines(when)},
        {"label": gettext("Lieu"), "value": where},
        *person_rows(given),
    ]
    if workshop.lendable:
        device = str(DEVICES[given.text("device")])
        rows.append(answered(gettext("Ordinateur"), device, "device", gettext("l’ordinateur")))
    return rows
