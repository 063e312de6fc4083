"""The doctor: names each fault of the database, its guards and its rows, and changes nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from cnapp.base.database import db
from cnapp.services.doctor.engine import file_faults, rights_faults, unsafe
from cnapp.services.doctor.guards import guard_faults
from cnapp.services.doctor.rows import broken_invariants, orphan_rows
from cnapp.services.doctor.schema import schema_faults

__all__ = ["faults", "reasons_to_stay_shut", "row_faults"]


def reasons_to_stay_shut() -> list[str]:
    """Why nobody may be served: a promise could be broken, or forgotten."""
    connection = db.session.connection()
    return [*guard_faults(connection), *unsafe(connection)]


def row_faults(connection: Connection | None = None, *, since: datetime | None = None) -> list[str]:
    """What is wrong with the guards and the rows, of our own database unless another is given."""
    connection = connection or db.session.connection()
    return [*guard_faults(connection), *broken_invariants(connection, since), *orphan_rows(connection)]


def faults(connection: Connection | None = None, *, now: datetime) -> list[str]:
    """Everything that is wrong. Where the tables are not ours, nothing is asked of the rows."""
    connection = connection or db.session.connection()
    structure = [*unsafe(connection), *file_faults(connection), *schema_faults(connection)]
    return [*rights_faults(connection), *(structure or row_faults(connection, since=now))]
