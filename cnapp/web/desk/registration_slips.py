"""The paper that whoever is registered takes home: every session, the place, the code."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from cnapp.domain.registrations import Standing
from cnapp.web.application import settings
from cnapp.web.desk.grants import desk_registration
from cnapp.web.public import workshop_words
from cnapp.web.public.registration import slip_rows
from cnapp.web.public.warning import sentence_for_registration
from cnapp.web.qr import qr
from cnapp.wording.addresses import registration_address

bp = Blueprint("registration_slips", __name__, url_prefix="/inscriptions/<public_id>/papier")


@bp.get("")
def show(public_id: str) -> str:
    registration = desk_registration(public_id)
    return render_template(
        "desk/registration_slips/show.html",
        registration=registration,
        has_place=registration.status is Standing.REGISTERED,
        rows=slip_rows(registration),
        words=workshop_words,
        sentence=sentence_for_registration(registration),
        qr=qr(registration_address(registration, settings())),
        find_address=settings().base_url.partition("://")[2] + url_for("public.retrieval.new"),
    )
