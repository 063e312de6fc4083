"""Presences and promised times in bulk, by statements that run inside the database.

What a week looks like is put into two small temporary tables; the rest is joined from them.
"""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Table,
    func,
    insert,
    literal,
    literal_column,
    select,
)

from bench.sizes import Size
from cnapp.base.database import UtcInstant
from cnapp.base.workdays import day_of, days_between, instant_at, is_holiday
from cnapp.domain.commitments import Commitment
from cnapp.domain.presences import Presence

HALVES = (
    (time(9), time(12, 15), ((9, 0, 45), (9, 45, 45), (10, 45, 30), (11, 30, 45))),
    (time(13, 30), time(17), ((13, 30, 45), (14, 15, 45), (15, 15, 45), (16, 15, 45))),
)
"""Each half-day, and the times (hour, minute, minutes) of which two or three in four are promised."""

_METADATA = MetaData()
_TEMPORARY = ["TEMPORARY"]

WEEK = Table(
    "bench_week",
    _METADATA,
    Column("conseiller_id", BigInteger),
    Column("weekday", Integer),
    Column("place_id", BigInteger),
    prefixes=_TEMPORARY,
)
HALF = Table(
    "bench_half",
    _METADATA,
    Column("weekday", Integer),
    Column("starts_at", UtcInstant),
    Column("ends_at", UtcInstant),
    prefixes=_TEMPORARY,
)
TIME = Table(
    "bench_time",
    _METADATA,
    Column("half_starts_at", UtcInstant, index=True),
    Column("number", Integer),
    Column("starts_at", UtcInstant),
    Column("ends_at", UtcInstant),
    prefixes=_TEMPORARY,
)


def make_presences(connection: Connection, size: Size, now: datetime) -> None:
    """In the order of time, as a roster makes them."""
    _METADATA.create_all(connection)
    days = [day for day in days_between(*size.days(day_of(now))) if day.weekday() < 5 and not is_holiday(day)]
    rows = [dict(zip(WEEK.c.keys(), row, strict=True)) for row in size.rounds()]
    connection.execute(insert(WEEK), rows)
    connection.execute(insert(HALF), [half for day in days for half in _halves(day)])
    connection.execute(insert(TIME), [one for day in days for one in _times(day)])
    chosen = (_random_id(connection), WEEK.c.conseiller_id, WEEK.c.place_id, HALF.c.starts_at, HALF.c.ends_at)
    presences = (
        select(*chosen, literal(now, UtcInstant))
        .join_from(HALF, WEEK, WEEK.c.weekday == HALF.c.weekday)
        .order_by(HALF.c.starts_at, WEEK.c.conseiller_id)
    )
    names = ["public_id", "conseiller_id", "place_id", "starts_at", "ends_at", "updated_at"]
    connection.execute(insert(Presence).from_select(names, presences))


def make_commitments(connection: Connection) -> None:
    """Two or three of the four times of each half-day."""
    chosen = (literal("appointment"), Presence.conseiller_id, Presence.id, TIME.c.starts_at, TIME.c.ends_at)
    promised = (
        select(*chosen)
        .join_from(Presence, TIME, TIME.c.half_starts_at == Presence.starts_at)
        .where((Presence.id * 7919 % 9973 + TIME.c.number) % 5 < 3)
        .order_by(Presence.id, TIME.c.number)
    )
    names = ["kind", "conseiller_id", "presence_id", "starts_at", "ends_at"]
    connection.execute(insert(Commitment).from_select(names, promised))


def _halves(day: date) -> list[dict[str, object]]:
    return [
        {"weekday": day.weekday(), "starts_at": instant_at(day, starts), "ends_at": instant_at(day, ends)}
        for starts, ends, _ in HALVES
    ]


def _times(day: date) -> list[dict[str, object]]:
    return [
        {
            "half_starts_at": instant_at(day, starts),
            "number": number,
            "starts_at": instant_at(day, time(hour, minute)),
            "ends_at": instant_at(day, time(hour + (minute + lasts) // 60, (minute + lasts) % 60)),
        }
        for starts, _, times in HALVES
        for number, (hour, minute, lasts) in enumerate(times)
    ]


def _random_id(connection: Connection) -> ColumnElement[str]:
    if connection.dialect.name == "sqlite":
        return func.lower(func.hex(func.randomblob(16)))
    return literal_column("replace(gen_random_uuid()::text, '-', '')")
