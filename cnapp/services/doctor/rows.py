"""Whether what the rows say can be true."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from cnapp.base.database import Base, db
from cnapp.domain.invariants import invariants, orphans
from cnapp.services.doctor.guards import guard_faults

NAMED_AT_MOST = 100
_SQLITE_ORPHANS = text('SELECT "table", parent, COUNT(*) FROM pragma_foreign_key_check GROUP BY 1, 2')


def row_faults(*, since: datetime | None = None) -> list[str]:
    """Sentences on the guards and the rows, at most a hundred of each kind, each naming ids and never a person."""
    return [*guard_faults(), *_broken_invariants(since), *_orphans()]


def _broken_invariants(since: datetime | None) -> list[str]:
    return [
        each.sentence.format(**row._mapping)
        for each in invariants(since)
        for row in db.session.execute(each.query.limit(NAMED_AT_MOST))
    ]


def _orphans() -> list[str]:
    """SQLite checks the keys of the file as it is; PostgreSQL those that the models know."""
    if db.session.connection().dialect.name == "sqlite":
        found = db.session.execute(_SQLITE_ORPHANS)
    else:
        found = db.session.execute(orphans(Base.metadata))
    return [f"{count} ligne(s) de {table} ne mènent à rien ({key})." for table, key, count in found]
