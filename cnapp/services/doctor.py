"""The doctor: names each fault of the guards and of the rows, and changes nothing."""

from __future__ import annotations

from cnapp.base.database import db
from cnapp.domain.guards import guards, guards_present, is_sound


def missing_guards() -> list[str]:
    """Names of the guards that this database lacks or that say something else."""
    connection = db.session.connection()
    found = {name: sql for name, sql in connection.execute(guards_present(connection))}
    return [guard.name for guard in guards(connection) if not is_sound(guard, found)]
