"""How a guard is written for each engine: a trigger that refuses under the guard's name, or counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """One object of the database: its name there, and how to make and drop it."""

    name: str
    create: str
    drop: str


def sqlite_trigger(name: str, when: str, body: str) -> Guard:
    return Guard(name, f"CREATE TRIGGER {name} {when} BEGIN {body} END", f"DROP TRIGGER IF EXISTS {name}")


def refuse_when(guard: str, condition: str) -> str:
    return f"SELECT RAISE(ABORT, '{guard}') WHERE {condition};"


def function(name: str, body: str) -> Guard:
    return Guard(
        name,
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
        f"DROP FUNCTION IF EXISTS {name}() CASCADE",
    )


def trigger(name: str, table: str, when: str, function: str) -> Guard:
    return Guard(
        name,
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
    )


def raise_if(guard: str, condition: str) -> str:
    return f"""IF {condition} THEN
        RAISE EXCEPTION '{guard}' USING ERRCODE = 'check_violation', CONSTRAINT = '{guard}';
    END IF;"""
