"""Places with their next free time, 50 a page, for the town's own site."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from cnapp.base.workdays import day_of, local
from cnapp.domain.places import Place
from cnapp.domain.slots import Slot, Wish
from cnapp.services.catalogue import places_listed
from cnapp.services.slots import next_slots
from cnapp.web.application import now
from cnapp.web.feeds.addresses import absolute
from cnapp.web.feeds.answers import A_PAGE, motif_given_or_shortest, page_given, public_json

bp = Blueprint("places", __name__)


@bp.get("/lieux.json")
@public_json
def index() -> dict[str, Any]:
    page, motif = page_given(), motif_given_or_shortest()
    places, goes_on = places_listed(day_of(now()), page=page, size=A_PAGE)
    wish = motif and Wish(motif=motif, place_ids=tuple(place.id for place in places))
    soonest = next_slots(wish, now=now()) if wish else {}
    return {
        "motif": motif.slug if motif else None,
        "lieux": [_shown(place, soonest.get(place.id)) for place in places],
        "page": page,
        "page_suivante": _address(page + 1) if goes_on else None,
    }


def _address(page: int) -> str:
    return absolute(url_for("feeds.places.index", motif=request.args.get("motif"), page=page))


def _shown(place: Place, soonest: Slot | None) -> dict[str, Any]:
    return {
        "slug": place.slug,
        "nom": place.name,
        "adresse": f"{place.address}, {place.postcode} {place.town}",
        "acces": place.way_in,
        "plain_pied": place.step_free,
        "telephone": place.phone,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "donnees_de_demonstration": place.is_demonstration,
        "page": absolute(f"/lieux/{place.slug}"),
        "prochain": local(soonest.starts_at).isoformat() if soonest else None,
    }
