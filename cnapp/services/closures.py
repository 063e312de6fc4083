"""Days when a place, or every place, is closed although its hours say open; and what they touch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta

from cnapp.base.database import db
from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.domain.ahead import Reach, presences_in
from cnapp.domain.journal import Subject
from cnapp.domain.places import Closed, Closure, ClosureUnknown, Place, closure_named, closures_from
from cnapp.domain.plan_queries import plans_of_closures
from cnapp.domain.plans import Displacement, RecoveryPlan
from cnapp.domain.presences import Presence
from cnapp.services.changes import hold_still, write
from cnapp.services.closings import Effect, Touched, lost_of, take_effect, touched_by
from cnapp.services.journal import By, Thing, record_about
from cnapp.services.presence_cuts import States
from cnapp.services.reopenings import Turn, expect_again, forget, give_back, keep_closed
from cnapp.services.workshop_returns import Returns, Way, follow, ways_of

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Terms:
    """What is written of one; no place: all of them."""

    place_id: int | None
    starts_on: date
    ends_on: date
    reason: str = ""
    from_time: time | None = None
    """With `until_time`: only between these hours of each of its days."""
    until_time: time | None = None
    closes: Closed = Closed.EVERYTHING
    provisional_place_id: int | None = None
    """Where they are received meanwhile; of whole days only."""

    def reach(self, today: date) -> Reach:
        """What is left of it."""
        return Reach(self.place_id, max(self.starts_on, today), self.ends_on)


@dataclass(frozen=True)
class Touching:
    """A closure and the presences within it that stand all the same, which offer nothing."""

    closure: Closure
    place: Place | None
    presences: list[Presence]
    plans: list[RecoveryPlan]
    """Of those whom it touched, the newest first."""


@dataclass(frozen=True)
class Entered:
    """A closure as it stands now, what it did, who is expected again, and which workshops went with their place."""

    closure: Closure
    effect: Effect
    again: Sequence[Displacement] = ()
    returns: Returns = field(default_factory=Returns)


@dataclass(frozen=True)
class Reopened:
    """The same of one that is taken back."""

    again: Sequence[Displacement]
    returns: Returns


def about(closure: Closure) -> Thing:
    return Subject.CLOSURE, closure.id


def closure(public_id: str) -> Closure:
    """Raises ClosureUnknown."""
    found = db.session.scalar(closure_named(public_id))
    if found is None:
        raise ClosureUnknown
    return found


def terms_of(known: Closure) -> Terms:
    return Terms(**{each.name: getattr(known, each.name) for each in fields(Terms)})


def coming(places: Iterable[Place], *, now: datetime) -> list[Touching]:
    """Those that have not ended, each with what it touches: as many queries however many there are."""
    today, by_id = day_of(now), {place.id: place for place in places}
    found = db.session.scalars(closures_from(today)).all()
    reaches = [terms_of(each).reach(today) for each in found]
    there = db.session.scalars(presences_in(reaches, now)).all() if reaches else []
    plans = db.session.scalars(plans_of_closures([each.id for each in found])).all()
    return [
        Touching(
            each,
            by_id.get(each.place_id or 0),
            _standing(each, reach, there, now),
            [plan for plan in plans if plan.closure_id == each.id],
        )
        for each, reach in zip(found, reaches, strict=True)
    ]


def _standing(closure: Closure, reach: Reach, there: Sequence[Presence], now: datetime) -> list[Presence]:
    return [row for row in there if reach.holds(row) and lost_of(closure, row, now)]


def plans_of(known: Closure) -> Sequence[RecoveryPlan]:
    """Of those whom it touched, the newest first."""
    return db.session.scalars(plans_of_closures([known.id])).all()


def would_return(known: Closure, *, now: datetime) -> Sequence[Way]:
    """The workshops that followed because of it, if it were taken back or moved elsewhere."""
    return [each for each in ways_of(Turn(known, known), now) if each.away.closure_id == known.id]


def touched(terms: Terms, *, now: datetime) -> Touched:
    """What would lie inside it: for a page that asks before."""
    return touched_by(Closure(**vars(terms)), now=now)


def create(terms: Terms, *, by: By, settings: Settings, now: datetime) -> Entered:
    """Whoever is expected inside is displaced, in the same transaction: the caller locks everybody."""
    made = Closure(**vars(terms))
    db.session.add(made)
    db.session.flush()
    _record(made, "created", by, now)
    return Entered(made, take_effect(made, by=by, settings=settings, now=now))


def change(known: Closure, terms: Terms, *, by: By, settings: Settings, now: datetime) -> Entered:
    """What it touches no more stands again, and whoever waits still is expected again; the caller holds it too."""
    turn = Turn(Closure(**vars(terms_of(known))), known)
    if not write(known, terms):
        return Entered(known, Effect())
    db.session.flush()
    db.session.expire(known, ["provisional_place"])
    _record(known, "changed", by, now)

    def rearrange(states: States) -> Effect:
        _give_back(turn, states, by, settings, now)
        return take_effect(known, by=by, settings=settings, now=now)

    effect, returns = follow(turn, rearrange, by=by, settings=settings, now=now)
    return Entered(known, effect, expect_again(turn, by=by, now=now), returns)


def remove(known: Closure, *, by: By, settings: Settings, now: datetime) -> Reopened:
    """What is left of it goes: these days are offered again, presences stand again, whoever waits is expected again.

    The caller holds it and locks everybody; its place's journal keeps a line, where people look for it.
    """
    _record(known, "removed", by, now)
    if known.place_id is not None:
        place = (Subject.PLACE, known.place_id)
        hold_still(place)
        record_about(place, "closure_removed", by=by, now=now, **_days(known))
    turn, has_begun = Turn(Closure(**vars(terms_of(known))), known), known.starts_on < day_of(now)
    known.ends_on = day_of(now) - A_DAY
    known.starts_on = min(known.starts_on, known.ends_on)
    db.session.flush()

    def rearrange(states: States) -> None:
        _give_back(turn, states, by, settings, now)

    _, returns = follow(turn, rearrange, by=by, settings=settings, now=now)
    again = expect_again(turn, by=by, now=now)
    if not has_begun:
        forget(known, by=by, now=now)
    return Reopened(again, returns)


def _give_back(turn: Turn, states: States, by: By, settings: Settings, now: datetime) -> None:
    back = give_back(turn, states, by=by, now=now)
    keep_closed(turn.known, back, by=by, settings=settings, now=now)


def _record(known: Closure, what: str, by: By, now: datetime) -> None:
    record_about(about(known), what, by=by, now=now, place_id=known.place_id, **_days(known))


def _days(known: Closure) -> dict[str, str]:
    return {"starts_on": known.starts_on.isoformat(), "ends_on": known.ends_on.isoformat()}
