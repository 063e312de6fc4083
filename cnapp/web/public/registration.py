"""The page of whoever is registered for a workshop, waits for a seat or is offered one; past or over, it shows nobody.

Opening it answers nothing.
"""

from __future__ import annotations

from flask import Blueprint, abort, render_template, url_for
from flask_babel import gettext
from markupsafe import Markup

from cnapp.domain.registrations import Registration, RegistrationUnknown, Standing
from cnapp.services.registrations import by_link
from cnapp.services.reminders import readers_of
from cnapp.services.waiting_list import position
from cnapp.web.application import now, settings
from cnapp.web.public import workshop_words
from cnapp.web.public.warning import participant_can_be_told, sentence_for_registration
from cnapp.web.public.workshop_words import device_words, leaders, place_in_line
from cnapp.web.public.workshops import others_like
from cnapp.web.qr import qr
from cnapp.web.wording import need_line

bp = Blueprint("registration", __name__, url_prefix="/i/<token>")


@bp.get("")
def show(token: str) -> str:
    registration = registration_at(token)
    if not registration.shows_its_person(now()) or _came_to_nothing(registration):
        return over(registration, token)
    pages = {Standing.OFFERED: _offered, Standing.WAITING: _waiting}
    return pages.get(registration.status, _registered)(registration, token)


def over(registration: Registration, token: str) -> str:
    """What became of it, and what else there is."""
    workshop = registration.workshop
    can_wait = state_of(registration) in ("expired", "declined") and workshop.takes_registrations(now())
    values = {"workshop": workshop, "can_wait": can_wait, **others_like(workshop)}
    return render_template("public/registration/over.html", state=state_of(registration), token=token, **values)


def state_of(registration: Registration) -> str:
    """No more is told than how it ended."""
    if registration.workshop.is_past(now()):
        return "past"
    if is_too_late(registration):
        return "expired"
    ended = {
        Standing.EXCUSED: "excused",
        Standing.LEFT: "left",
        Standing.REVOKED: "revoked",
        Standing.DECLINED: "declined",
        Standing.EXPIRED: "expired",
    }
    return ended.get(registration.status, "past")


def is_too_late(registration: Registration) -> bool:
    """The time to answer has ended, whether anybody has swept the offer or not."""
    return registration.answer_by is not None and registration.answer_by <= now()


def registration_at(token: str) -> Registration:
    """404 for an address that was never given, was revoked, or is 30 days past."""
    try:
        return by_link(token, now=now())
    except RegistrationUnknown:
        abort(404)


def registration_page(registration: Registration) -> str:
    return url_for("public.registration.show", token=registration.link(settings().link_key))


def slip_rows(registration: Registration) -> list[dict[str, object]]:
    """What to know before coming; lines without an answer are left out."""
    workshop = registration.workshop
    facts = (
        (gettext("Pour"), Markup('<span translate="no">{}</span>').format(registration.person.name)),
        (gettext("Avec"), leaders(workshop)),
        (gettext("Pour entrer"), workshop.place.way_in),
        (gettext("À apporter"), workshop.bring),
        (gettext("Ordinateur"), device_words(registration)),
    )
    return [{"label": label, "value": value} for label, value in facts if value]


def _came_to_nothing(registration: Registration) -> bool:
    """It began while they still waited, or they did not answer in time."""
    has_begun = registration.workshop.is_past(now()) and registration.status is not Standing.REGISTERED
    return has_begun or is_too_late(registration)


def _registered(registration: Registration, token: str) -> str:
    return render_template(
        "public/registration/show.html",
        **_facts(registration, token),
        can_change=registration.can_be_changed(now()),
        may_be_reminded=bool(readers_of(registration)),
        qr=qr(settings().base_url + registration_page(registration)),
        find_address=settings().base_url.partition("://")[2] + url_for("public.retrieval.new"),
        needs=[need_line(code) for code in registration.needs],
    )


def _waiting(registration: Registration, token: str) -> str:
    where = place_in_line(position(registration))
    return render_template("public/registration/waiting.html", position=where, **_facts(registration, token))


def _offered(registration: Registration, token: str) -> str:
    return render_template("public/registration/offered.html", **_facts(registration, token))


def _facts(registration: Registration, token: str) -> dict[str, object]:
    return {
        "registration": registration,
        "workshop": registration.workshop,
        "rows": slip_rows(registration),
        "sentence": sentence_for_registration(registration),
        "is_told": participant_can_be_told(registration),
        "token": token,
        "words": workshop_words,
    }
