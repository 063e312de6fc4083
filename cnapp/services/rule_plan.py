"""What would follow from a roster rule: all that it depends on is read at once, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import joinedload

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_days
from cnapp.domain.commitments import Kind
from cnapp.domain.places import closures_between, travels_among
from cnapp.domain.presences import Presence, presences_during
from cnapp.domain.roster import RosterRule, presences_by_rule, promises_by_presence
from cnapp.domain.rule_plan import Bookings, Known, RulePlan, plan_of_rule
from cnapp.domain.travels import by_pair


def plan_for(wanted: RosterRule, *, weeks: int, displaces: bool = False, now: datetime) -> RulePlan:
    """What would follow from a rule as it is wanted; `wanted` has the id of the one that it changes, or none.

    `displaces`: whoever is booked is found another time, instead of keeping their presence as it is.
    """
    known = _known(wanted, date.min, day_of(now) + timedelta(weeks=weeks), now)
    return plan_of_rule(wanted, replace(known, displaces=displaces))


def plan_from(wanted: RosterRule, *, weeks: int, displaces: bool = False, now: datetime) -> RulePlan:
    """The same where it is changed from the first day of `wanted` on only: what it made before stays."""
    known = _known(wanted, wanted.from_on, day_of(now) + timedelta(weeks=weeks), now)
    return plan_of_rule(wanted, replace(known, displaces=displaces))


def _known(wanted: RosterRule, since: date, last: date, now: datetime) -> Known:
    whole = (joinedload(Presence.place), joinedload(Presence.room), joinedload(Presence.conseiller))
    made = db.session.scalars(presences_by_rule(wanted.id or 0, now).options(*whole)).all()
    own = [each for each in made if (each.rule_day or date.max) >= since]
    last = max([last, *(each.rule_day for each in own if each.rule_day)])
    others = _others(wanted, own, span_of_days(day_of(now) - timedelta(days=1), last + timedelta(days=1)))
    places = sorted({wanted.place_id, *(each.place_id for each in (*own, *others))})
    return Known(
        own=own,
        others=others,
        bookings=_bookings(wanted, now),
        closures=db.session.scalars(closures_between(day_of(now), last)).all(),
        travels=by_pair(db.session.scalars(travels_among(places))),
        now=now,
        last=last,
    )


def _others(wanted: RosterRule, own: Sequence[Presence], during: Span) -> Sequence[Presence]:
    people = {wanted.conseiller_id, *(each.conseiller_id for each in own)}
    known = [each.id for each in own]
    theirs = presences_during(during).where(Presence.conseiller_id.in_(people), Presence.id.not_in(known))
    return db.session.scalars(theirs.options(joinedload(Presence.place), joinedload(Presence.conseiller))).all()


def _bookings(wanted: RosterRule, now: datetime) -> dict[int, Bookings]:
    ids = presences_by_rule(wanted.id or 0, now).with_only_columns(Presence.id).order_by(None)
    counts: dict[int, dict[Kind, int]] = defaultdict(dict)
    for presence_id, kind, count in db.session.execute(promises_by_presence(ids, now)):
        counts[presence_id or 0][kind] = count
    return {presence_id: Bookings(each) for presence_id, each in counts.items()}
