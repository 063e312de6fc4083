"""Subjects that are booked online, for the town's own site."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from cnapp.domain.motifs import Mode, Motif
from cnapp.services.catalogue import motifs_listed
from cnapp.web.feeds.answers import public_json

bp = Blueprint("motifs", __name__)


@bp.get("/motifs.json")
@public_json
def index() -> dict[str, Any]:
    return {"motifs": [_shown(motif) for motif in motifs_listed()]}


def _shown(motif: Motif) -> dict[str, Any]:
    return {
        "slug": motif.slug,
        "titre": motif.title,
        "theme": motif.word.value,
        "duree_minutes": motif.duration_minutes,
        "a_votre_place": motif.mode is Mode.FOR,
        "a_apporter": motif.bring,
        "delai_minutes": motif.least_notice_minutes,
        "horizon_jours": motif.horizon_days,
    }
