"""Whether what the rows say can be true."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from cnapp.base.database import Base
from cnapp.domain.invariants import invariants, orphans

NAMED_AT_MOST = 100
_SQLITE_ORPHANS = text('SELECT "table", parent, COUNT(*) FROM pragma_foreign_key_check GROUP BY 1, 2')


def broken_invariants(connection: Connection, since: datetime | None) -> list[str]:
    """Sentences, at most a hundred of each kind, that name ids and never a person."""
    return [
        each.sentence.format(**row._mapping)
        for each in invariants(since)
        for row in connection.execute(each.query.limit(NAMED_AT_MOST))
    ]


def orphan_rows(connection: Connection) -> list[str]:
    """SQLite checks the keys of the file as it is; PostgreSQL those that the models know."""
    query = _SQLITE_ORPHANS if connection.dialect.name == "sqlite" else orphans(Base.metadata)
    found = connection.execute(query)
    return [f"{count} ligne(s) de {table} ne mènent à rien ({key})." for table, key, count in found]
