"""What stands on the paper that the person takes home, beside the appointment itself."""

from __future__ import annotations

from typing import Any

from flask import url_for

from cnapp.domain.appointments import Appointment
from cnapp.web.application import settings
from cnapp.web.public.receipt import receipt_address, slip_rows
from cnapp.web.public.warning import sentence_for
from cnapp.web.qr import qr


def slip_facts(appointment: Appointment) -> dict[str, Any]:
    return {
        "rows": slip_rows(appointment),
        "sentence": sentence_for(appointment),
        "qr": qr(settings().base_url + receipt_address(appointment)),
        "find_address": settings().base_url.partition("://")[2] + url_for("public.retrieval.new"),
    }
