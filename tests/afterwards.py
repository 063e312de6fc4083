"""What the doctor says after each test, asked so that two thousand tests can afford it."""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, Dialect, exists, or_, select, text

from cnapp.base.database import db
from cnapp.domain.invariants import invariants
from cnapp.services import doctor
from cnapp.services.doctor.guards import guard_faults


def faults_left() -> list[str]:
    """All that the doctor finds, once one question found that there is something to find.

    The question leaves out only what PostgreSQL holds by itself: that keys lead somewhere.
    """
    connection = db.session.connection()
    is_wrong = connection.exec_driver_sql(_anything_wrong(connection.dialect)).scalar()
    return doctor.row_faults() if is_wrong else guard_faults(connection)


@cache
def _anything_wrong(dialect: Dialect) -> str:
    """Every invariant in one statement that each engine compiles and plans once."""
    wrong: list[ColumnElement[bool]] = [exists(each.query.subquery().select()) for each in invariants()]
    if dialect.name == "sqlite":
        wrong.append(text("EXISTS (SELECT 1 FROM pragma_foreign_key_check)"))
    return str(select(or_(*wrong)).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
