"""Least cover of a place: rules listed, added, ended. Callers hold the place, and commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cnapp.base.database import db
from cnapp.base.tokens import new_public_id
from cnapp.domain.board import Half
from cnapp.domain.cover import CoverEndsFirst, CoverRule, CoverRuleUnknown, CoverTwice, cover_rule_named, cover_rules_of
from cnapp.domain.journal import Subject
from cnapp.domain.places import Place
from cnapp.services.journal import By, Thing, record_about
from cnapp.services.places import about as about_place


@dataclass(frozen=True)
class Terms:
    """What is asked of a place on a half-day of the week."""

    weekday: int
    half: Half
    least: int
    starts_on: date
    ends_on: date | None


def about(rule: CoverRule) -> Thing:
    return Subject.COVER, rule.id


def of_place(place: Place) -> Sequence[CoverRule]:
    """As the week goes; ended ones too."""
    return db.session.scalars(cover_rules_of(place.id)).all()


def find(place: Place, public_id: str) -> CoverRule:
    """Raises CoverRuleUnknown, also where it is another place's."""
    rule = db.session.scalar(cover_rule_named(public_id))
    if rule is None or rule.place_id != place.id:
        raise CoverRuleUnknown
    return rule


def add(place: Place, terms: Terms, *, by: By, now: datetime) -> CoverRule:
    """Raises CoverTwice, CoverEndsFirst."""
    if terms.ends_on and terms.ends_on < terms.starts_on:
        raise CoverEndsFirst
    same = [rule for rule in of_place(place) if (rule.weekday, rule.half) == (terms.weekday, terms.half)]
    if any(rule.overlaps(terms.starts_on, terms.ends_on) for rule in same):
        raise CoverTwice
    rule = CoverRule(public_id=new_public_id(), place_id=place.id, **vars(terms))
    db.session.add(rule)
    db.session.flush()
    told = {"weekday": terms.weekday, "half": terms.half, "least": terms.least}
    record_about(about(rule), "created", by=by, now=now, **told, **_days(rule))
    return rule


def end(rule: CoverRule, last: date, *, by: By, now: datetime) -> None:
    """It holds until this day, included. Raises CoverEndsFirst."""
    if last < rule.starts_on:
        raise CoverEndsFirst
    if rule.ends_on != last:
        rule.ends_on = last
        db.session.flush()
        record_about(about(rule), "ended", by=by, now=now, **_days(rule))


def remove(rule: CoverRule, *, by: By, now: datetime) -> None:
    """One that has not begun, as if it had never been; the journal of its place keeps a line."""
    record_about(about_place(rule.place), "cover_removed", by=by, now=now, weekday=rule.weekday, half=rule.half)
    db.session.delete(rule)


def _days(rule: CoverRule) -> dict[str, str | None]:
    return {"starts_on": rule.starts_on.isoformat(), "ends_on": rule.ends_on.isoformat() if rule.ends_on else None}
