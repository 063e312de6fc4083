"""Free times of one place for one subject, for the town's own site: the same search as our pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint
from flask_babel import gettext

from cnapp.base.workdays import day_of, local
from cnapp.domain.slots import Slot, Wish
from cnapp.services.catalogue import motif_online, place_known
from cnapp.services.slots import search
from cnapp.web.application import now
from cnapp.web.feeds.answers import Fault, day_given, needed, public_json

bp = Blueprint("slots", __name__)

DAYS_AT_MOST = 60
DAYS_BY_DEFAULT = 28


@bp.get("/creneaux.json")
@public_json
def index() -> dict[str, Any]:
    motif, place = needed("motif"), needed("lieu")
    first, last = _days(day_of(now()))
    wish = Wish(motif=motif_online(motif), place_ids=(place_known(place).id,))
    slots = search(wish, max(first, day_of(now())), last, now=now())
    return {"creneaux": [_shown(slot) for slot in slots]}


def _shown(slot: Slot) -> dict[str, str]:
    start, end = local(slot.starts_at), local(slot.ends_at)
    return {"debut": start.isoformat(), "fin": end.isoformat(), "lieu": slot.place_slug}


def _days(today: date) -> tuple[date, date]:
    """From `du` to `au` included; four weeks from today where they are not given."""
    first = day_given("du", today)
    last = day_given("au", first + timedelta(days=DAYS_BY_DEFAULT - 1))
    if last < first:
        raise Fault(gettext("« au » est avant « du »."))
    if (last - first).days >= DAYS_AT_MOST:
        raise Fault(gettext("Demandez %(days)s jours au plus.", days=DAYS_AT_MOST))
    return first, last
