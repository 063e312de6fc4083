"""Whether the database keeps what it acknowledges, as it is set."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

_SQLITE = {
    "journal_mode": ({"wal"}, "Le journal de SQLite doit être en mode WAL."),
    "synchronous": ({"2", "3"}, "SQLite doit écrire sur le disque à chaque réponse (synchronous FULL)."),
    "foreign_keys": ({"1"}, "SQLite doit vérifier les clés étrangères (foreign_keys ON)."),
}
_POSTGRES = {
    "synchronous_commit": (
        {"on", "local", "remote_write", "remote_apply"},
        "PostgreSQL répond avant d’avoir écrit sur le disque : mettez synchronous_commit à on.",
    ),
    "fsync": ({"on"}, "PostgreSQL n’attend pas le disque : mettez fsync à on."),
}
_BTREE_GIST = text("SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'")


def unsafe(connection: Connection) -> list[str]:
    """What makes this database lose what it has acknowledged, or accept what it must refuse."""
    if connection.dialect.name == "sqlite":
        return [wrong for name, (good, wrong) in _SQLITE.items() if _asked(connection, f"PRAGMA {name}") not in good]
    faults = [wrong for name, (good, wrong) in _POSTGRES.items() if _asked(connection, f"SHOW {name}") not in good]
    if connection.scalar(_BTREE_GIST) is None:
        faults.append("L’extension btree_gist manque à PostgreSQL.")
    return faults


def file_faults(connection: Connection) -> list[str]:
    """Whether an SQLite file is whole; PostgreSQL answers for its own files."""
    if connection.dialect.name != "sqlite":
        return []
    found = connection.execute(text("PRAGMA quick_check(20)")).scalars()
    return [f"Fichier SQLite abîmé : {line}." for line in found if line != "ok"]


def rights_faults(connection: Connection) -> list[str]:
    """Whether other accounts of the machine can read an SQLite file, which knows names and telephones."""
    file = connection.engine.url.database if connection.dialect.name == "sqlite" else None
    if not file or not Path(file).is_file() or not Path(file).stat().st_mode & 0o007:
        return []
    return [f"Tout le monde sur cette machine peut lire la base : lancez « chmod 600 {file} »."]


def _asked(connection: Connection, question: str) -> str:
    return str(connection.execute(text(question)).scalar())
