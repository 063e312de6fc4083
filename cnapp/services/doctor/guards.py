"""Whether what the database itself refuses is still refused."""

from __future__ import annotations

from sqlalchemy import Connection

from cnapp.domain.guards import guards, guards_present, is_sound


def missing_guards(connection: Connection) -> list[str]:
    """Names of the guards that this database lacks or that say something else."""
    found = {row.name: row.sql for row in connection.execute(guards_present(connection))}
    return [guard.name for guard in guards(connection) if not is_sound(guard, found)]


def guard_faults(connection: Connection) -> list[str]:
    return [f"La garde {name} manque dans la base, ou a changé." for name in missing_guards(connection)]
