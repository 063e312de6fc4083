"""What stands on the paper that somebody who is registered takes home, beside the registration itself."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from cnapp.domain.registrations import Registration
from cnapp.web.application import settings
from cnapp.web.qr import qr
from cnapp.wording.addresses import registration_address


def slip_facts(registration: Registration) -> dict[str, Any]:
    return {
        "rows": slip_rows(registration),
        "qr": qr(registration_address(registration, settings())),
        "find_address": settings().base_url.partition("://")[2] + url_for("public.retrieval.new"),
    }


def slip_rows(registration: Registration) -> list[dict[str, object]]:
    """What to know before coming; lines without an answer are left out."""
    workshop = registration.workshop
    leaders = {each.id: each.first_name for session in workshop.sessions for each in session.leaders}
    facts = (
        (gettext("Pour"), Markup('<span translate="no">{}</span>').format(registration.person.name)),
        (gettext("Avec"), ", ".join(leaders.values())),
        (gettext("Pour entrer"), workshop.place.way_in),
        (gettext("À apporter"), workshop.bring),
        (gettext("Ordinateur"), gettext("Nous vous en prêtons un.") if registration.is_lent else ""),
    )
    return [{"label": label, "value": value} for label, value in facts if value]
