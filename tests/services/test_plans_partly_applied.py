"""Plans of which some are given a time and others left: the page opens again, and undoing leaves nothing behind."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Status
from cnapp.domain.plans import RecoveryPlan
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import Way
from cnapp.services.plan_work import Row
from cnapp.web.application import Application
from tests.factories import make_staff
from tests.services.test_plan_work import Town, holds, ways
from tests.support import FrozenClock


@pytest.fixture
def town(app: Application, clock: FrozenClock) -> Town:
    return Town(app, clock)


def _apply_first_alone(town: Town) -> tuple[RecoveryPlan, list[Row]]:
    """Hugo takes over for the first; the second is left as it is, and the page is opened again."""
    make_staff("Hugo")
    plan = town.fall_ill()
    rows = town.open(plan)
    assert ways(rows) == [Way.TAKEOVER, Way.TAKEOVER]
    first = rows[0]
    town.apply(plan, {first.line.public_id: first.option.value if first.option else ""})
    return plan, town.open(plan)


def test_whoever_is_left_is_seated_beside_the_colleague_who_took_over(town: Town) -> None:
    plan, rows = _apply_first_alone(town)
    left = rows[1].option
    assert left is not None
    assert (left.way, left.starts_at) == (Way.SAME_TIME, town.appointments[1].starts_at)
    assert holds() == [left.span]
    applied = town.apply(plan, {rows[1].line.public_id: left.value}, whole=True)
    assert len(applied.done) == 1
    assert len({each.presence_id for each in town.appointments}) == 1


def test_undone_the_colleague_does_not_stay_for_what_was_only_proposed(town: Town) -> None:
    plan, _ = _apply_first_alone(town)
    town.undo(plan)
    made = db.session.scalars(select(Presence).where(Presence.id != town.presence.id)).one()
    assert made.withdrawn_at is not None
    assert holds() == []
    assert [each.status for each in town.appointments] == [Status.DISPLACED, Status.DISPLACED]
    assert ways(town.open(plan)) == [Way.TAKEOVER, Way.TAKEOVER]
