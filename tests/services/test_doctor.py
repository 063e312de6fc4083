"""The doctor names what is wrong with the rows and the guards, by id, and nobody by name."""

from __future__ import annotations

import pytest

from cnapp.services import doctor
from cnapp.web.application import Application
from tests.factories import make_appointment, make_presence
from tests.support import count_queries


def test_a_sound_database_has_no_fault(app: Application) -> None:
    make_appointment(make_presence())

    with count_queries() as asked:
        assert doctor.row_faults() == []

    assert len(asked) <= 10
