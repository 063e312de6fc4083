"""The doctor: names each fault of the database, its guards and its rows, and changes nothing.

What pages and nightly work ask of it stands here; the whole examination, which reads Alembic, in examination.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from cnapp.base.database import db
from cnapp.services.doctor.engine import unsafe
from cnapp.services.doctor.guards import guard_faults
from cnapp.services.doctor.rows import broken_invariants, orphan_rows

__all__ = ["reasons_to_stay_shut", "row_faults"]


def reasons_to_stay_shut() -> list[str]:
    """Why nobody may be served: a promise could be broken, or forgotten."""
    connection = db.session.connection()
    return [*guard_faults(connection), *unsafe(connection)]


def row_faults(connection: Connection | None = None, *, since: datetime | None = None) -> list[str]:
    """What is wrong with the guards and the rows, of our own database unless another is given."""
    connection = connection or db.session.connection()
    return [*guard_faults(connection), *broken_invariants(connection, since), *orphan_rows(connection)]
