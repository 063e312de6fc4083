"""Why somebody was ill is forgotten with the plan that it began, once nobody is in it any more."""

from __future__ import annotations

import pytest

from cnapp.domain.absences import Absence
from cnapp.domain.commitments import Commitment
from cnapp.domain.journal import Entry
from cnapp.domain.plans import Displacement, RecoveryPlan
from tests.factories import make_absence, make_displaced, make_plan, make_staff
from tests.services.test_retention import purge, rows
from tests.support import FrozenClock

pytestmark = pytest.mark.usefixtures("app")


def test_a_plan_goes_with_its_absences_after_24_months(clock: FrozenClock) -> None:
    make_absence(make_staff(), "2026-12-03 08:00", "2026-12-04 18:00")
    make_displaced(plan=make_plan())
    clock.set("2028-12-02 08:00")
    assert "absences et plans" not in purge(clock)
    assert (rows(Absence), rows(Displacement), rows(Commitment)) == (1, 1, 2)
    clock.set("2028-12-10 08:00")
    assert purge(clock)["absences et plans"] == 2
    assert (rows(Absence), rows(RecoveryPlan), rows(Displacement), rows(Commitment), rows(Entry)) == (0, 0, 0, 0, 0)


def test_one_that_lasts_is_kept(clock: FrozenClock) -> None:
    make_absence(make_staff(), "2026-12-03 08:00", "2028-12-01 18:00")
    clock.set("2028-12-10 08:00")
    assert "absences et plans" not in purge(clock)
    assert rows(Absence) == 1
