"""Workshops to come, with the seats that are left, for the town's own site."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext

from cnapp.base.workdays import local
from cnapp.domain.workshop_calendar import Wanted
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Level, Workshop
from cnapp.services.catalogue import place_known
from cnapp.services.workshop_calendar import Offered, offered
from cnapp.web.application import now, settings
from cnapp.web.feeds.addresses import absolute
from cnapp.web.feeds.answers import A_PAGE, Fault, needed, page_given, public_json
from cnapp.wording.themes import THEMES
from cnapp.wording.workshop_addresses import session_file_address, workshop_address
from cnapp.wording.workshop_words import LEVEL_SLUGS, level_called

bp = Blueprint("workshops", __name__)

FILTERS = ("lieu", "theme", "niveau")


@bp.get("/ateliers.json")
@public_json
def index() -> dict[str, Any]:
    page, wanted = page_given(), _wanted()
    found, goes_on = offered(wanted, page=page, size=A_PAGE, now=now())
    return {
        "ateliers": [_shown(each) for each in found],
        "page": page,
        "page_suivante": _address(page + 1) if goes_on else None,
    }


def _wanted() -> Wanted:
    """Raises Fault, PlaceUnknown."""
    return Wanted(
        place_id=place_known(needed("lieu")).id if "lieu" in request.args else None,
        theme=_theme() if "theme" in request.args else None,
        level=_level() if "niveau" in request.args else None,
    )


def _theme() -> str:
    theme = needed("theme")
    if theme not in THEMES:
        raise Fault(gettext("« theme » n’est pas un code de thème de la Coop de la médiation numérique."))
    return theme


def _level() -> Level:
    level = level_called(needed("niveau"))
    if level is None:
        raise Fault(gettext("« niveau » est debutant, intermediaire ou avance."))
    return level


def _address(page: int) -> str:
    asked: dict[str, Any] = {name: request.args[name] for name in FILTERS if name in request.args}
    return absolute(url_for("feeds.workshops.index", **asked, page=page))


def _shown(each: Offered) -> dict[str, Any]:
    workshop = each.workshop
    return {
        "titre": workshop.title,
        "apprendre": workshop.learn,
        "niveau": LEVEL_SLUGS[workshop.level],
        "theme": workshop.theme,
        "langue": workshop.language,
        "public": workshop.audience,
        "prerequis": workshop.prerequisite,
        "a_apporter": workshop.bring,
        "pret_d_ordinateur": workshop.can_lend,
        "lieu": _where(workshop),
        "seances": [_session(workshop, number, session) for number, session in enumerate(workshop.sessions, 1)],
        "places": workshop.capacity,
        "places_restantes": each.left,
        "liste_d_attente": each.is_waited_for,
        "inscription_jusqu_a": local(workshop.closes_at).isoformat(),
        "page": workshop_address(workshop, settings()),
    }


def _where(workshop: Workshop) -> dict[str, Any]:
    place = workshop.place
    address = f"{place.address}, {place.postcode} {place.town}"
    return {"slug": place.slug, "nom": place.name, "adresse": address, "plain_pied": place.step_free}


def _session(workshop: Workshop, number: int, session: WorkshopSession) -> dict[str, str]:
    return {
        "debut": local(session.starts_at).isoformat(),
        "fin": local(session.ends_at).isoformat(),
        "agenda": session_file_address(workshop, number, settings()),
    }
