"""What somebody should look at, although it is allowed: presences where nobody can be received.

Not faults: search offers nothing on such days, and only a person can say whether the presence or the closure is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, holiday_name
from cnapp.domain.closed_time import is_shut, service_of
from cnapp.domain.places import Closure, closures_between
from cnapp.domain.presences import presences_dated

NAMED_AT_MOST = 100


def to_check(*, now: datetime) -> list[str]:
    """Sentences on presences that lie ahead, at most a hundred."""
    closures = _closures_by_place(db.session.scalars(closures_between(day_of(now), date.max)))
    found: list[str] = []
    for row in db.session.execute(presences_dated(now)):
        wrong = _what_is_wrong(row, closures)
        if wrong:
            found.append(f"permanence {row.id} du {day_of(row.starts_at).isoformat()} : {wrong}.")
        if len(found) == NAMED_AT_MOST:
            break
    return found


def _closures_by_place(closures: Iterable[Closure]) -> dict[int | None, list[Closure]]:
    by_place = defaultdict(list)
    for closure in closures:
        by_place[closure.place_id].append(closure)
    return by_place


def _what_is_wrong(row: Row[Any], closures: dict[int | None, list[Closure]]) -> str | None:
    day = day_of(row.starts_at)
    if name := holiday_name(day):
        return f"jour férié ({name})"
    if any(each.holds(row.place_id, day) for each in [*closures.get(None, []), *closures.get(row.place_id, [])]):
        return "le lieu est fermé"
    service = service_of(takes_appointments=row.takes_appointments, takes_walk_ins=row.takes_walk_ins)
    theirs = [*closures.get(None, []), *closures.get(row.place_id, [])]
    if is_shut(row.place_id, Span(row.starts_at, row.ends_at), theirs, service):
        return "le lieu est fermé à ces heures"
    if not row.valid_from <= day <= (row.valid_until or date.max):
        return "le lieu n’est pas encore ouvert, ou ne l’est plus"
    if not row.in_post_from <= day <= (row.in_post_until or date.max):
        return "le conseiller n’est pas en poste"
    return None
