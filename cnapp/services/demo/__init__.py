"""The demonstration: an invented team and invented citizens in Metz's places, the same each time for a given day."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.workdays import day_of
from cnapp.domain.people import Role
from cnapp.services.demo.absences import make_absence
from cnapp.services.demo.bookings import make_bookings
from cnapp.services.demo.calls import make_calls
from cnapp.services.demo.covers import make_covers
from cnapp.services.demo.motifs import make_motifs
from cnapp.services.demo.places import make_places
from cnapp.services.demo.roster import make_roster
from cnapp.services.demo.team import PASSWORD, TEAM, Someone, make_team
from cnapp.services.demo.waits import make_waits
from cnapp.services.demo.walk_ins import make_walk_ins
from cnapp.services.demo.workshops import make_workshops
from cnapp.services.journal import DEMONSTRATION, THE_SERVICE, By, record_about

__all__ = ["ACCOUNTS", "PASSWORD", "fill"]

_WORDS = {Role.COORDINATOR: "coordination, reçoit aussi", Role.CONSEILLER: "conseiller numérique", Role.DESK: "accueil"}
_PHONE = "accueil, au téléphone, pour tous les lieux"


def _who(someone: Someone) -> str:
    word = _PHONE if someone.phone_line else _WORDS[someone.role]
    return f"{someone.first_name} {someone.last_name}, {word}"


ACCOUNTS = tuple((someone.email, _who(someone)) for someone in TEAM)
"""(e-mail address, who it is) of each account; all have the same password."""


def fill(*, now: datetime, link_key: str) -> None:
    """An empty database filled, within the caller's transaction; every page then says that it is a demonstration."""
    day = day_of(now)
    places = make_places(day, now=now)
    motifs = make_motifs(now=now)
    team = make_team(day, places, now=now)
    make_roster(day, places, team, now=now)
    make_covers(day, places)
    make_bookings(day, motifs, link_key=link_key)
    make_waits(day, motifs, places, link_key=link_key)
    make_calls(day, places, now=now)
    make_walk_ins(day, team.desks(places), now=now)
    make_workshops(day, places, team, link_key=link_key, now=now)
    make_absence(day, now=now)
    record_about(THE_SERVICE, DEMONSTRATION, by=By.clock(), now=now)
