"""How many people some places must have: on most weeks of the demonstration somebody is lacking somewhere."""

from __future__ import annotations

from datetime import date

from cnapp.base.database import db
from cnapp.domain.board import Half
from cnapp.domain.cover import CoverRule
from cnapp.services.demo.chance import Chance
from cnapp.services.demo.places import Places

LINES = (
    ("mairie-borny", 0, Half.MORNING),
    ("mairie-borny", 3, Half.MORNING),
    ("mediatheque-verlaine", 5, Half.MORNING),
)
"""Place, day of the week, half: one person at least."""


def make_covers(day: date, places: Places) -> None:
    """In force since the first of January of that year."""
    chance = Chance(day, "covers")
    for slug, weekday, half in LINES:
        terms = {"weekday": weekday, "half": half, "least": 1, "starts_on": date(day.year, 1, 1)}
        db.session.add(CoverRule(public_id=chance.hexadecimal(), place_id=places[slug].id, **terms))
