"""The invented week: who is where, morning and afternoon. Thursday morning is the team's meeting: nobody receives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cnapp.base.database import db
from cnapp.base.workdays import monday_of
from cnapp.domain.roster import RosterRule
from cnapp.services.demo.chance import Chance
from cnapp.services.demo.hours import WEEKDAYS, read_stretch
from cnapp.services.demo.places import Places
from cnapp.services.demo.team import Team
from cnapp.services.presences import make_presences

BEGINS_BEFORE = timedelta(weeks=1)
WEEKS = 12


@dataclass(frozen=True)
class Kind:
    """How somebody receives during a half-day. `turn`: the first or second of two weeks."""

    pause: str = ""
    walk_in_minutes: int = 0
    is_walk_in_only: bool = False
    turn: int | None = None
    every_weeks: int = 1


USUAL = Kind()
LAST_HOUR_OPEN = Kind(walk_in_minutes=60)
OPEN_DOOR = Kind(is_walk_in_only=True)
EVEN, ODD = Kind(turn=0, every_weeks=2), Kind(turn=1, every_weeks=2)

Line = tuple[str, str, str, Kind]

WEEK: dict[str, tuple[Line, ...]] = {
    "nadia": (
        ("lun", "8:30-12:00", "mairie-borny", USUAL),
        ("lun", "13:30-17:00", "mairie-borny", LAST_HOUR_OPEN),
        ("mar", "9:00-12:00", "mairie-bellecroix", USUAL),
        ("mar", "14:00-18:00", "mediatheque-jean-mace", USUAL),
        ("mer", "8:30-12:00", "mairie-borny", OPEN_DOOR),
        ("jeu", "13:30-17:00", "mairie-borny", USUAL),
        ("ven", "9:00-12:00", "mairie-borny", EVEN),
        ("ven", "9:00-12:00", "mairie-grange-aux-bois", ODD),
    ),
    "thomas": (
        ("lun", "8:30-12:00", "mairie-queuleu", USUAL),
        ("lun", "13:45-17:00", "mairie-sablon", USUAL),
        ("mar", "8:30-12:00", "mairie-queuleu", LAST_HOUR_OPEN),
        ("mar", "13:30-17:00", "mairie-queuleu", USUAL),
        ("mer", "9:00-12:00", "mairie-magny", USUAL),
        ("mer", "13:45-17:00", "mairie-sablon", USUAL),
        ("jeu", "13:30-17:00", "mairie-queuleu", USUAL),
        ("ven", "8:30-12:00", "mairie-queuleu", EVEN),
        ("ven", "14:00-18:00", "mediatheque-magny", USUAL),
    ),
    "elif": (
        ("lun", "8:30-12:00", "mairie-patrotte", USUAL),
        ("lun", "13:30-17:00", "mairie-patrotte", USUAL),
        ("mar", "9:00-12:00", "mairie-devant-les-ponts", USUAL),
        ("mar", "14:00-16:45", "mairie-patrotte", OPEN_DOOR),
        ("mer", "8:30-12:00", "mairie-patrotte", USUAL),
        ("mer", "13:30-17:00", "mediatheque-agora", USUAL),
        ("jeu", "13:30-17:00", "mairie-patrotte", LAST_HOUR_OPEN),
        ("ven", "9:00-12:00", "mairie-devant-les-ponts", EVEN),
        ("ven", "9:00-12:00", "mairie-vallieres", ODD),
    ),
    "aminata": (
        ("lun", "8:30-12:00", "mairie-bellecroix", USUAL),
        ("lun", "13:30-17:00", "mairie-bellecroix", USUAL),
        ("mar", "9:00-12:00", "mairie-vallieres", USUAL),
        ("mar", "13:30-17:00", "mairie-bellecroix", USUAL),
        ("mer", "9:00-12:00", "mairie-bellecroix", LAST_HOUR_OPEN),
        ("mer", "14:00-17:00", "mediatheque-bellecroix", USUAL),
        ("jeu", "13:30-17:00", "mairie-bellecroix", USUAL),
        ("ven", "9:00-12:00", "mairie-vallieres", EVEN),
        ("ven", "9:00-12:00", "mairie-bellecroix", ODD),
    ),
    "hugo": (
        ("mar", "9:30-12:00", "mediatheque-agora", USUAL),
        ("mar", "13:00-18:00", "mediatheque-verlaine", Kind(pause="15:30-15:45")),
        ("mer", "10:00-17:00", "mediatheque-verlaine", Kind(pause="12:30-13:30")),
        ("jeu", "13:00-18:00", "mediatheque-verlaine", Kind(pause="15:30-15:45", walk_in_minutes=60)),
        ("ven", "14:00-18:00", "mediatheque-sablon", USUAL),
        ("sam", "10:00-17:00", "mediatheque-verlaine", Kind(pause="12:30-13:30", turn=0, every_weeks=2)),
        ("dim", "14:00-17:00", "mediatheque-verlaine", Kind(is_walk_in_only=True, turn=1, every_weeks=4)),
    ),
    "ines": (
        ("mar", "14:00-18:00", "mediatheque-sablon", USUAL),
        ("mer", "10:00-17:00", "mediatheque-sablon", Kind(pause="12:00-14:00")),
        ("jeu", "13:30-18:00", "mediatheque-agora", Kind(pause="15:45-16:00")),
        ("ven", "9:30-12:00", "mediatheque-agora", USUAL),
        ("ven", "13:30-18:00", "mediatheque-verlaine", Kind(pause="15:45-16:00")),
        ("sam", "10:00-12:00", "mediatheque-jean-mace", ODD),
    ),
    "coordination": (
        ("mar", "8:30-12:00", "mairie-sablon", USUAL),
        ("mar", "13:30-17:00", "mairie-magny", EVEN),
        ("mar", "13:30-17:00", "mairie-grange-aux-bois", ODD),
        ("ven", "8:30-12:00", "mairie-sablon", USUAL),
    ),
}


def make_roster(day: date, places: Places, team: Team, *, now: datetime) -> None:
    """The rules, and what follows from them from the Monday of last week to twelve weeks ahead."""
    begins = monday_of(day) - BEGINS_BEFORE
    lines = [(account, line) for account, week in WEEK.items() for line in week]
    chance = Chance(day, "rules")
    for account, line in lines:
        rule = _rule(line, places, begins)
        rule.public_id, rule.conseiller_id, rule.updated_at = chance.hexadecimal(), team[account].id, now
        db.session.add(rule)
    db.session.flush()
    chance = Chance(day, "presences")
    make_presences(begins, day + timedelta(weeks=WEEKS), now=now, new_id=chance.hexadecimal)


def _rule(line: Line, places: Places, begins: date) -> RosterRule:
    weekday, hours, slug, kind = line
    starts, ends = read_stretch(hours)
    pause_starts, pause_ends = _pause(kind)
    return RosterRule(
        place_id=places[slug].id,
        room_id=places.room_of(slug),
        weekday=WEEKDAYS.index(weekday),
        starts=starts,
        ends=ends,
        pause_starts=pause_starts,
        pause_ends=pause_ends,
        every_weeks=kind.every_weeks,
        from_on=begins + timedelta(weeks=kind.turn or 0),
        takes_appointments=not kind.is_walk_in_only,
        takes_walk_ins=kind.is_walk_in_only or kind.walk_in_minutes > 0,
        walk_in_minutes=kind.walk_in_minutes,
    )


def _pause(kind: Kind) -> tuple[time | None, time | None]:
    return read_stretch(kind.pause) if kind.pause else (None, None)
