"""What a visit can be: the database refuses the rest, and a visit knows until when it can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import column, table, update
from sqlalchemy.exc import IntegrityError

from cnapp.base.database import UtcInstant, db, guard_of, transaction
from cnapp.domain.appointments import Origin
from cnapp.domain.people import Staff
from cnapp.domain.visits import State, TicketTaken, Visit, VisitDayClosed, VisitEnded, visit_named, visit_of, visits_on
from tests.factories import make_appointment, make_desk, make_place, make_staff, make_visit, metz
from tests.support import FrozenClock, count_queries

pytestmark = pytest.mark.usefixtures("app")
LATER, BEFORE = metz("2026-11-30 08:30"), metz("2026-11-30 07:30")


@pytest.mark.parametrize(
    ("check", "columns"),
    [
        ("visit_sent_somewhere", {"state": "elsewhere", "ended_at": LATER}),
        ("visit_sent_somewhere", {"sent_to": "CAF"}),
        ("visit_ended_when_over", {"ended_at": LATER}),
        ("visit_ended_when_over", {"state": "done"}),
        ("visit_waiting_not_called", {"called_at": LATER}),
        ("visit_called_at_known", {"state": "called"}),
        ("visit_times_in_order", {"state": "done", "ended_at": BEFORE}),
        ("visit_times_in_order", {"state": "called", "called_at": BEFORE}),
        ("visit_ticket_from_one", {"ticket": 0}),
        ("visit_state", {"state": "lost", "ended_at": LATER}),
        ("visit_word", {"word": "cuisine"}),
    ],
)
def test_the_database_refuses_what_a_visit_cannot_be(check: str, columns: dict[str, Any]) -> None:
    made = make_visit()
    assert refused(made, columns) == check


def test_a_time_is_given_to_one_visit_that_is_over(clock: FrozenClock) -> None:
    appointment = make_appointment(origin=Origin.COUNTER)
    given = make_visit(appointment_id=appointment.id, state=State.DONE, ended_at=LATER)
    other = make_visit()
    assert refused(other, {"appointment_id": appointment.id}) == "visit_with_time_is_served"
    second = {"appointment_id": appointment.id, "state": "done", "ended_at": LATER}
    assert "appointment_id" in refused(other, second)
    assert db.session.scalars(visit_of(appointment.id)).one() == given


RAW = table(
    "visits",
    *(column(name) for name in ("id", "state", "word", "sent_to", "ticket", "appointment_id")),
    *(column(name, UtcInstant) for name in ("called_at", "ended_at")),
)
"""The table as a script writes it, which knows no enumeration."""


def refused(made: Visit, columns: dict[str, Any]) -> str:
    """The name of what said no."""
    with pytest.raises(IntegrityError) as refusal, transaction():
        db.session.execute(update(RAW).where(RAW.c.id == made.id).values(columns))
    return guard_of(refusal.value) or ""


def test_two_people_never_have_one_ticket(clock: FrozenClock) -> None:
    place = make_place()
    make_visit(place, ticket=1)
    with pytest.raises(TicketTaken):
        make_visit(place, ticket=1)
    make_visit(make_place(), ticket=1)


def test_only_a_desk_can_be_the_phone_line() -> None:
    nadia = make_staff()
    with pytest.raises(IntegrityError) as refusal, transaction():
        db.session.execute(update(Staff).where(Staff.id == nadia.id).values(phone_line=True))
    assert guard_of(refusal.value) == "phone_line_is_a_desk"


def test_the_visits_of_a_day_in_the_order_of_their_tickets_in_one_query(clock: FrozenClock) -> None:
    place = make_place()
    desk = make_desk(place)
    second, first = (make_visit(place, ticket=number, desk=desk) for number in (2, 1))
    make_visit(place, "2026-11-29 09:00", desk=desk)
    name = first.public_id
    ids, place_id = [first.id, second.id], place.id
    db.session.expire_all()

    with count_queries() as asked:
        assert [each.id for each in db.session.scalars(visits_on(place_id, clock().date()))] == ids
    assert len(asked) == 1
    assert db.session.scalars(visit_named(name)).one() == first


def test_what_was_noted_is_taken_back_until_the_day_closes(clock: FrozenClock) -> None:
    made = make_visit()
    assert not made.can_be_undone(clock()) and made.can_end(clock())
    with transaction():
        made.end(State.ELSEWHERE, sent_to="CAF", now=LATER)
    assert (made.state, made.sent_to, made.ended_at) == (State.ELSEWHERE, "CAF", LATER)
    with pytest.raises(VisitEnded), transaction():
        made.end(State.NO_ROOM, now=LATER)

    clock.set("2026-11-30 23:59")
    assert made.can_be_undone(clock())
    with transaction():
        made.wait_again(now=clock())
    assert (made.state, made.sent_to, made.ended_at) == (State.WAITING, None, None)

    clock.set("2026-12-01 00:00")
    for too_late in (lambda: made.end(State.LEFT, now=clock()), lambda: made.wait_again(now=clock())):
        with pytest.raises(VisitDayClosed), transaction():
            too_late()


def test_a_time_given_ends_the_visit_and_taking_it_back_reopens_it(clock: FrozenClock) -> None:
    made, appointment = make_visit(), make_appointment(origin=Origin.COUNTER)
    with transaction():
        made.give(appointment, now=LATER)
    assert (made.state, made.appointment_id) == (State.DONE, appointment.id)
    with transaction():
        made.wait_again(now=LATER)
    assert (made.state, made.appointment_id) == (State.WAITING, None)
