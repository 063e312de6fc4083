"""What the people of a plan have besides: read once, however many they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_days
from cnapp.domain.appointments import Appointment
from cnapp.domain.distances import Ways
from cnapp.domain.engagements import Diary, Engagement, Entry, Who, entry_of, meets, standing_of
from cnapp.domain.places import Place, Travel
from cnapp.domain.plans import Displacement
from cnapp.domain.proposals import Option
from cnapp.domain.travels import by_pair

Given = tuple[Displacement, Option]
"""A time for whoever lost theirs."""


def standing(people: Collection[Who], during: Span) -> list[Entry]:
    """What these have that stands."""
    return [entry_of(row) for row in db.session.execute(standing_of(people, during))]


def proposed(given: Iterable[Given]) -> dict[Displacement, Entry]:
    """What these would have, if all of it were applied; sessions of workshops are nobody’s."""
    return {line: _proposed(line.appointment, option) for line, option in given if line.appointment}


def _proposed(appointment: Appointment, option: Option) -> Entry:
    engagement = Engagement.of(option.span, option.place_id)
    return Entry(appointment.id, Who.of(appointment.person), appointment.span, engagement)


def crossing(given: Sequence[Given]) -> list[Displacement]:
    """Those whose person would be at two places at once, with what stands or with a line before theirs."""
    wanted = proposed(given)
    if not wanted:
        return []
    days = [day_of(option.starts_at) for _, option in given]
    diary = Diary(standing({entry.who for entry in wanted.values()}, span_of_days(min(days), max(days))))
    return list(_crossing(wanted, diary, _ways()))


def _crossing(wanted: Mapping[Displacement, Entry], diary: Diary, ways: Ways) -> Iterator[Displacement]:
    for line, entry in wanted.items():
        if meets(entry.engagement, [other.engagement for other in diary.beside(entry)], ways):
            yield line
        else:
            diary.note(entry)


def _ways() -> Ways:
    places = {place.id: place for place in db.session.scalars(select(Place))}
    return Ways(places, by_pair(db.session.scalars(select(Travel))))
