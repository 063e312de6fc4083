"""Where the monthly programme that a workshop is on is printed from."""

from __future__ import annotations

from flask import url_for

from cnapp.base.workdays import day_of
from cnapp.domain.workshops import Workshop


def programme_address(workshop: Workshop) -> str:
    """Of its place, in the month of its first session."""
    month = f"{day_of(workshop.starts_at):%Y-%m}"
    return url_for("public.programme.show", slug=workshop.place.slug, mois=month)
