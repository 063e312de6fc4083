"""The receipt, at an unguessable address: what the citizen keeps; past or cancelled, it says only that."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, url_for
from flask_babel import gettext
from markupsafe import Markup

from cnapp.domain.answers import ANYWHERE
from cnapp.domain.appointments import Appointment, AppointmentUnknown, Status
from cnapp.domain.plans import Displacement
from cnapp.services.appointments import by_link
from cnapp.services.asked import asked_of, ended_without_time, last_line, line_awaiting
from cnapp.services.proposal_answers import choice_of
from cnapp.services.reminders import readers_of
from cnapp.web.application import now, settings
from cnapp.web.public.tongues import TONGUES
from cnapp.web.public.warning import can_be_told, sentence_for
from cnapp.web.qr import qr
from cnapp.web.wording import need_line
from cnapp.wording.dates import show_minutes
from cnapp.wording.lost_times import because, no_answer, way_there

bp = Blueprint("receipt", __name__, url_prefix="/r/<token>")


@dataclass(frozen=True)
class Proposal:
    """Another time, which a page asks about: `choice` is what a yes says yes to."""

    line: Displacement
    choice: str
    because: str
    silence: str
    """What happens without an answer."""
    way: str
    """How far the new place is; empty where it is the same, or where nobody knows."""


@bp.get("")
def show(token: str) -> str:
    return page(token)


def page(token: str, refusal: str = "") -> str:
    """How it stands now. `refusal`: why the last press did nothing."""
    appointment = appointment_at(token)
    if appointment.is_displaced:
        return _displaced(appointment, token, refusal)
    if not appointment.shows_its_person(now()):
        return render_template("public/receipt/over.html", state=state_of(appointment), refusal=refusal)
    return render_template(
        "public/receipt/show.html",
        appointment=appointment,
        proposal=proposal_to(appointment),
        refusal=refusal,
        can_change=appointment.can_be_changed(now()),
        may_be_reminded=bool(readers_of(appointment)),
        can_be_earlier=not appointment.is_its_day(now()),
        sentence=sentence_for(appointment),
        qr=qr(settings().base_url + receipt_address(appointment)),
        find_address=settings().base_url.partition("://")[2] + url_for("public.retrieval.new"),
        tongue=TONGUES.get(appointment.person.language or ""),
        rows=slip_rows(appointment),
        needs=[need_line(code) for code in appointment.needs],
        token=token,
    )


def _displaced(appointment: Appointment, token: str, refusal: str) -> str:
    """It waits for another time: never past, never cancelled."""
    line = last_line(appointment)
    return render_template(
        "public/receipt/displaced.html",
        appointment=appointment,
        because=because(line),
        is_told=can_be_told(appointment),
        reach=ANYWHERE if line and line.plan.closure_id else None,
        refusal=refusal,
        token=token,
    )


def proposal_to(appointment: Appointment) -> Proposal | None:
    """The other time that its person may say yes to; the same time with somebody else asks nothing."""
    line = line_awaiting(appointment, now=now())
    if line is None or line.is_unmoved:
        return None
    asked = asked_of(line, appointment, now=now())
    silence, way = no_answer(asked), way_there(asked, line)
    return Proposal(line, choice_of(appointment), because(line), silence, way)


def slip_rows(appointment: Appointment) -> list[dict[str, object]]:
    """What to know before coming; lines without an answer are left out."""
    presence, motif = appointment.presence, appointment.motif
    facts = (
        (gettext("Pour"), Markup('<span translate="no">{}</span>').format(appointment.person.name)),
        (gettext("Avec"), appointment.conseiller.first_name),
        (gettext("Sujet"), f"{motif.title} ({show_minutes(motif.duration_minutes)})"),
        (gettext("Pour entrer"), presence.place.way_in),
        (gettext("À apporter"), motif.bring),
    )
    return [{"label": label, "value": value} for label, value in facts if value]


def appointment_at(token: str) -> Appointment:
    """404 for an address that was never given, was revoked, or is 30 days past."""
    try:
        return by_link(token, now=now())
    except AppointmentUnknown:
        abort(404)


def receipt_address(appointment: Appointment) -> str:
    return url_for("public.receipt.show", token=appointment.link(settings().link_key))


def state_of(appointment: Appointment) -> str:
    """Cancelled by whom, or past: no more is told. `lost`: cancelled when it had no time any more; none is free now."""
    states = {Status.EXCUSED: "excused", Status.REVOKED: "revoked"}
    state = states.get(appointment.status, "past")
    return "lost" if state == "excused" and ended_without_time(appointment) else state
