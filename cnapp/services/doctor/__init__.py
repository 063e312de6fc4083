"""The doctor: names each fault of the database, its guards and its rows, and changes nothing."""

from __future__ import annotations

from datetime import datetime

from cnapp.services.doctor.engine import file_faults, unsafe
from cnapp.services.doctor.guards import guard_faults, missing_guards
from cnapp.services.doctor.rows import row_faults
from cnapp.services.doctor.schema import is_at_head, schema_faults

__all__ = [
    "faults",
    "file_faults",
    "guard_faults",
    "is_at_head",
    "missing_guards",
    "reasons_to_stay_shut",
    "row_faults",
    "schema_faults",
    "unsafe",
]


def reasons_to_stay_shut() -> list[str]:
    """Why nobody may be served: a promise could be broken, or forgotten."""
    return [*guard_faults(), *unsafe()]


def faults(*, now: datetime) -> list[str]:
    """Everything that is wrong. Where the schema is not ours, nothing is asked of the rows."""
    structure = [*unsafe(), *file_faults(), *schema_faults()]
    return structure or row_faults(since=now)
