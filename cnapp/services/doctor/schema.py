"""Whether tables, columns, indexes and checks are those of the models, and the migrations all done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Table, inspect, text

from cnapp.domain.tables import METADATA

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
_NOT_VALIDATED = text("SELECT conname FROM pg_constraint WHERE NOT convalidated ORDER BY conname")


def schema_faults(connection: Connection) -> list[str]:
    if not inspect(connection).has_table("alembic_version"):
        return ["La base est vide : lancez « flask db upgrade »."]
    return [
        *_behind(connection),
        *(f"Schéma différent du modèle : {_told(each)}." for each in _differences(connection)),
        *_missing_checks(connection),
        *_not_validated(connection),
    ]


def _behind(connection: Connection) -> list[str]:
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    there = MigrationContext.configure(connection).get_current_revision()
    wrong = f"La base est à la migration {there}, le logiciel à {head} : lancez « flask db upgrade »."
    return [] if there == head else [wrong]


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


def _told(difference: Any) -> str:
    """« add_index ix_… » or « modify_nullable table.column », without the values."""
    if isinstance(difference, list):
        return ", ".join(_told(each) for each in difference)
    words = [getattr(part, "name", part) for part in difference]
    return " ".join(str(word) for word in words if isinstance(word, str))


def _missing_checks(connection: Connection) -> list[str]:
    found = {check["name"] for checks in inspect(connection).get_multi_check_constraints().values() for check in checks}
    wanted = {name for table in METADATA.sorted_tables for name in _checks_of(table)}
    return [f"La règle {name} manque dans la base." for name in sorted(wanted - found)]


def _checks_of(table: Table) -> list[str]:
    """Arithmetic on instants is written once for each engine, under one name."""
    return [str(each.name) for each in table.constraints if isinstance(each, CheckConstraint) and each.name]


def _not_validated(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        return []
    return [
        f"La règle {name} n’est pas vérifiée sur les lignes déjà là." for name in connection.scalars(_NOT_VALIDATED)
    ]
