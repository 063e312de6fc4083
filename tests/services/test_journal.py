"""The journal's numbers tell a page whether somebody else changed the thing meanwhile; its pages say who did."""

from __future__ import annotations

import pytest

from cnapp.base.database import db, transaction
from cnapp.domain.journal import ChangedMeanwhile, Subject
from cnapp.services import journal
from cnapp.services.journal import HISTORY_PAGE, By, record_about
from tests.factories import make_desk, make_place, make_staff
from tests.support import FrozenClock, count_queries

pytestmark = pytest.mark.usefixtures("app")


def note(thing: journal.Thing, *whats: str, by: By, clock: FrozenClock) -> None:
    with transaction():
        for what in whats:
            record_about(thing, what, by=by, now=clock())


def test_a_page_is_told_what_changed_since_it_was_opened(clock: FrozenClock) -> None:
    place = (Subject.PLACE, make_place().id)
    assert journal.last_number_of(place) == 0
    note(place, "created", by=By.clock(), clock=clock)
    shown = journal.last_number_of(place)
    journal.refuse_if_changed(place, shown)

    note(place, "hours_changed", "closed", by=By.staff(make_staff("Claire")), clock=clock)

    with pytest.raises(ChangedMeanwhile) as refusal:
        journal.refuse_if_changed(place, shown)
    told = [(each.what, each.staff.first_name if each.staff else None) for each in refusal.value.entries]
    assert told == [("hours_changed", "Claire"), ("closed", "Claire")]
    assert journal.changes_since((Subject.STAFF, place[1]), 0) == []


def test_the_history_is_newest_first_in_pages_of_one_query(clock: FrozenClock) -> None:
    thing = (Subject.RULE, 7)
    note(thing, *(f"step_{number}" for number in range(HISTORY_PAGE + 1)), by=By.staff(make_staff()), clock=clock)
    db.session.expire_all()

    with count_queries() as asked:
        lines, has_more = journal.history(thing)
        assert {line.staff.first_name for line in lines if line.staff} == {"Nadia"}
    assert (len(lines), lines[0].what, has_more, len(asked)) == (HISTORY_PAGE, f"step_{HISTORY_PAGE}", True, 1)
    lines, has_more = journal.history(thing, page=2)
    assert ([line.what for line in lines], has_more) == (["step_0"], False)


def test_the_first_name_at_a_shared_desk_is_kept_with_each_line(clock: FrozenClock) -> None:
    thing = (Subject.VISIT, 1)
    note(thing, "noted", by=By.staff(make_desk(), "Samia"), clock=clock)
    assert [line.hand for line in journal.changes_since(thing, 0)] == ["Samia"]
