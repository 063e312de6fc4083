"""Everything that can be wrong with a database, asked at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from cnapp.base.database import db
from cnapp.services.doctor import row_faults
from cnapp.services.doctor.engine import file_faults, rights_faults, unsafe
from cnapp.services.doctor.schema import schema_faults


def faults(connection: Connection | None = None, *, now: datetime) -> list[str]:
    """Everything that is wrong. Where the tables are not ours, nothing is asked of the rows."""
    connection = connection or db.session.connection()
    structure = [*unsafe(connection), *file_faults(connection), *schema_faults(connection)]
    return [*rights_faults(connection), *(structure or row_faults(connection, since=now))]
