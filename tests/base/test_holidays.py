"""Public holidays against a list that others keep, until the first year when two are on one day."""

from __future__ import annotations

import holidays
import pytest

from cnapp.base.holidays import holidays_of


@pytest.mark.parametrize("year", range(2020, 2059))
def test_days_and_names_are_those_of_the_holidays_package(year: int) -> None:
    theirs = holidays.country_holidays("FR", subdiv="57", years=year, language="fr")
    assert {day: name.replace("’", "'") for day, name in holidays_of(year).items()} == dict(theirs)
