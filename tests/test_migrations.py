"""Migrations on both engines: whole or not at all, up and down with data, guards there at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import event, select, text

from cnapp.base.database import db
from cnapp.base.names import find_key
from cnapp.config import ROOT
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.consultations import Consultation, Way
from cnapp.domain.drafts import Draft
from cnapp.domain.journal import Actor, Entry, Subject
from cnapp.domain.offers import Offer
from cnapp.domain.outbox import Due, Letter, Outcome
from cnapp.domain.people import Habilitation, Staff
from cnapp.domain.places import Closure
from cnapp.domain.roster import RosterRule
from cnapp.domain.tables import METADATA
from cnapp.services import doctor
from cnapp.services.doctor import examination
from cnapp.web.application import Application
from tests.engines import drop_database, migrated_app, new_database
from tests.factories import (
    habilitate,
    keep,
    make_absence,
    make_appointment,
    make_citizen,
    make_commitment,
    make_desk,
    make_displaced,
    make_due,
    make_motif,
    make_place,
    make_presence,
    make_rule,
    make_staff,
    make_visit,
    make_wait,
    metz,
)
from tests.support import MORNING, FrozenClock

NOW = metz(MORNING)
IS_TORTURE = bool(os.environ.get("TORTURE"))
HALTS = 4
"""Of the whole chain, each time from its beginning: the last one sees whatever an earlier migration let stand."""
READS = ("PRAGMA", "SELECT")

LATER = '''
"""A later migration of every kind: a parent table copied, a column filled, a table made, an index dropped."""

import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("presences") as table:
        table.add_column(sa.Column("note", sa.String(20), nullable=True))
    op.execute("UPDATE presences SET note = 'x'")
    with op.batch_alter_table("commitments") as table:
        table.alter_column("buffer_minutes", server_default="0")
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))
    op.drop_index("ix_outbox_due", "outbox")


def downgrade():
    waits = sa.text("settled_at IS NULL")
    op.create_index("ix_outbox_due", "outbox", ["due_at", "id"], sqlite_where=waits, postgresql_where=waits)
    op.drop_table("notes")
    with op.batch_alter_table("commitments") as table:
        table.alter_column("buffer_minutes", server_default=None)
    with op.batch_alter_table("presences") as table:
        table.drop_column("note")
'''

_SCHEMA = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2",
    "postgresql": """
        SELECT table_name, column_name, data_type || is_nullable FROM information_schema.columns
        WHERE table_schema = 'public'
        UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        ORDER BY 1, 2, 3""",
}


class Halted(Exception):
    """The migration was stopped here."""


@pytest.fixture
def town(engine: str, worker: str, tmp_path: Path) -> Iterator[Application]:
    """An application whose database is of the test alone, migrated, with a booking in it."""
    url = new_database(engine, f"cnapp_migration_{worker}", tmp_path)
    app = migrated_app(url, FrozenClock())
    with app.app_context():
        make_appointment(make_presence(conseiller=make_staff(languages=("ar",))))
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()
    drop_database(engine, f"cnapp_migration_{worker}")


@pytest.fixture
def later(tmp_path: Path) -> str:
    """A folder of migrations with one more than ours."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "cnapp" / "migrations", folder)
    head = max(each.stem[:4] for each in (folder / "versions").glob("*.py"))
    (folder / "versions" / "later.py").write_text(LATER.replace("{head}", head))
    return str(folder)


def state() -> list[Any]:
    """The schema and every row."""
    db.session.remove()
    with db.engine.connect() as connection:
        schema = [_in_lines(*row) for row in connection.execute(text(_SCHEMA[connection.dialect.name]))]
        there = [table.name for table in METADATA.sorted_tables if any(table.name in row[:2] for row in schema)]
        rows = [name + repr(sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}"))))) for name in there]
    return [*schema, *rows]


def _in_lines(kind: str, name: str, sql: str) -> tuple[str, str, str]:
    """A table copied by SQLite has its constraints in any order."""
    return kind, name, "\n".join(sorted(line.strip(" \t,") for line in sql.splitlines()))


@contextmanager
def halted_at(number: int | None) -> Iterator[list[str]]:
    """Stops at the statement of this number, counted from 0 among those that may change something."""
    asked: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(READS):
            return
        if len(asked) == number:
            raise Halted(statement)
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", count)


def is_sound() -> bool:
    return examination.faults(now=NOW) == []


def test_up_and_down_and_up_again(town: Application) -> None:
    """D12."""
    assert is_sound()
    before = state()

    downgrade(revision="base")
    assert [row for row in state() if row[0] in METADATA.tables or row[1] in METADATA.tables] == []

    upgrade()
    assert [row for row in state() if isinstance(row, tuple)] == [row for row in before if isinstance(row, tuple)]
    assert is_sound()
    make_appointment()
    assert is_sound()


def test_the_desk_comes_to_a_town_that_has_worked_without_it(town: Application) -> None:
    """D12: what is already there gets its names for addresses and for finding; leaving drops only what is new."""
    make_rule()
    keep(Closure(starts_on=date(2026, 12, 24), ends_on=date(2026, 12, 24)))
    habilitate(make_staff(), "famille")
    visit = make_visit()
    keep(Entry(subject=Subject.VISIT, subject_id=visit.id, number=1, what="noted", actor=Actor.CLOCK, at=NOW))
    db.session.remove()

    downgrade(revision="0001")
    assert _count("journal") == 1
    upgrade()

    assert is_sound()
    for table in (RosterRule, Closure, Habilitation):
        assert [len(each) for each in db.session.scalars(select(table.public_id))] == [32]
    assert db.session.scalars(select(Citizen.plain_name)).all() == [find_key("Marie Schmitt")]
    assert not any(db.session.scalars(select(Staff.phone_line)))


def test_openings_leave_the_journal_and_its_numbers_close_up(town: Application) -> None:
    """P12: what was opened with a code becomes a consultation, and on the way down a line after the last."""
    desk_id, untouched_id = make_desk().id, make_appointment(at="2026-12-04 09:00").id
    booked = make_appointment(at="2026-12-05 09:00")
    booked_id, conseiller_id = booked.id, booked.conseiller_id
    db.session.remove()
    downgrade(revision="0004")
    whats = ("opened", "moved", "opened", "opened", "revoked")
    for number, what in enumerate(whats, start=2):
        line = {"what": what, "actor": Actor.STAFF, "staff_id": desk_id, "hand": "Sonia", "number": number}
        at = NOW + timedelta(minutes=number)
        keep(Entry(subject=Subject.APPOINTMENT, subject_id=booked_id, **line, at=at))
    db.session.remove()

    upgrade()
    assert is_sound()
    assert _journal_of(booked_id) == [(1, "booked"), (2, "moved"), (3, "revoked")]
    assert _journal_of(untouched_id) == [(1, "booked")]
    noted = db.session.scalars(select(Consultation).order_by(Consultation.at)).all()
    assert [each.at - NOW for each in noted] == [timedelta(minutes=number) for number in (2, 4, 5)]
    assert {(each.appointment_id, each.staff_id, each.hand, each.way) for each in noted} == {
        (booked_id, desk_id, "Sonia", Way.CODE)
    }
    keep(Consultation(appointment_id=booked_id, staff_id=conseiller_id, way=Way.OWN, at=NOW))
    db.session.remove()

    downgrade(revision="0004")
    gone_back = [(4, "opened"), (5, "opened"), (6, "opened")]
    assert _journal_of(booked_id) == [(1, "booked"), (2, "moved"), (3, "revoked"), *gone_back]
    upgrade()
    assert is_sound()
    assert _count("consultations") == 3


def test_absences_and_plans_come_and_go_and_nobody_keeps_a_time_that_is_none(town: Application) -> None:
    """D12: on the way down absences end, and whoever had lost their time is cancelled by the service."""
    make_absence(make_staff(), "2026-12-03 08:00", "2026-12-05 12:00")
    lost, kept = make_displaced().appointment, make_appointment(at="2026-12-08 09:00")
    keep(Closure(starts_on=date(2026, 12, 9), ends_on=date(2026, 12, 9), from_time=time(9), until_time=time(10)))
    ids = lost.id, kept.id
    db.session.remove()

    downgrade(revision="0014")
    statuses = dict(db.session.execute(text("SELECT id, status FROM appointments")).all())
    assert [statuses[number] for number in ids] == ["revoked", "booked"]
    assert db.session.execute(text("SELECT count(*) FROM commitments WHERE kind = 'absence'")).scalar() == 0
    db.session.remove()

    upgrade()
    assert is_sound()
    assert _count("absences") == _count("displacements") == 0


def test_letters_that_left_are_known_as_sent_and_the_others_wait(town: Application) -> None:
    """D12: on the way down only what was sent stays so."""
    sent_id = db.session.scalars(select(Due.id)).one()
    waiting = make_due(make_appointment(at="2026-12-04 09:00"), NOW)
    waiting_id, appointment_id = waiting.id, waiting.appointment_id
    db.session.remove()
    downgrade(revision="0005")
    assert _sent() == {sent_id: True, sent_id + 1: True, waiting_id: False}

    upgrade()
    assert is_sound()
    found = {due.id: (due.outcome, due.tries) for due in db.session.scalars(select(Due))}
    assert found == {sent_id: (Outcome.SENT, 0), sent_id + 1: (Outcome.SENT, 0), waiting_id: (None, 0)}
    parked = {"outcome": Outcome.PARKED, "last_error": "KeyError", "settled_at": NOW}
    parked_id = make_due(db.session.get_one(Appointment, appointment_id), NOW, **parked).id
    db.session.remove()

    downgrade(revision="0005")
    assert _sent() == {sent_id: True, sent_id + 1: True, waiting_id: False, parked_id: False}
    upgrade()
    assert is_sound()


def test_times_that_are_offered_are_free_again_on_the_way_down(town: Application) -> None:
    """D12."""
    presence = make_presence("2026-12-04 09:00", "12:00")
    wait = make_wait(make_motif(), make_citizen(phone="+33387123456"), make_place())
    until = NOW + timedelta(hours=2)
    make_commitment(presence, "2026-12-04 09:00", kind="hold", draft_id="d" * 43, expires_at=until)
    keep(Draft(id="d" * 43, answers={}, created_at=NOW, expires_at=until))
    about = {"public_id": "o" * 32, "draft_id": "d" * 43, "channel": "call", "created_at": NOW, "expires_at": until}
    where = {"presence_id": presence.id, "place_id": presence.place_id, "starts_at": presence.starts_at}
    keep(Offer(wait_id=wait.id, **about, **where))
    letter = {"key": f"offered/{'o' * 32}/0", "letter": Letter.OFFERED, "citizen_id": wait.citizen_id}
    keep(Due(**letter, due_at=NOW, created_at=NOW))
    assert is_sound()
    db.session.remove()

    downgrade(revision="0007")
    held = "SELECT COUNT(*) FROM commitments WHERE kind = 'hold'"
    with db.engine.connect() as connection:
        assert connection.execute(text(held)).scalar_one() == 0
    assert _count("drafts") == 0
    upgrade()
    assert is_sound()
    assert [_count(table) for table in ("waits", "wait_places", "offers")] == [0, 0, 0]


def _sent() -> dict[int, bool]:
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT id, sent_at FROM outbox")).all()
    return {row.id: row.sent_at is not None for row in rows}


def _journal_of(appointment_id: int) -> list[tuple[int, str]]:
    about = (Entry.subject == Subject.APPOINTMENT, Entry.subject_id == appointment_id)
    lines = db.session.execute(select(Entry.number, Entry.what).where(*about).order_by(Entry.number)).all()
    db.session.remove()
    return [(line.number, line.what) for line in lines]


def _count(table: str) -> int:
    with db.engine.connect() as connection:
        return connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one()


def test_a_later_migration_keeps_rows_and_guards_both_ways(town: Application, later: str) -> None:
    before = state()

    upgrade(directory=later)
    assert doctor.reasons_to_stay_shut() == []
    db.session.rollback()

    downgrade(directory=later, revision="-1")
    upgrade()
    assert [row for row in state() if isinstance(row, str)] == [row for row in before if isinstance(row, str)]
    assert doctor.reasons_to_stay_shut() == []


def test_a_migration_that_fails_anywhere_changes_nothing(town: Application, later: str) -> None:
    """D11."""
    statements = _statements_of(later)
    before = state()
    for number in range(statements):
        with halted_at(number), pytest.raises(Halted):
            upgrade(directory=later)
        assert state() == before, number
        assert doctor.reasons_to_stay_shut() == []


def _statements_of(later: str) -> int:
    """How many it takes, undone."""
    with halted_at(None) as asked:
        upgrade(directory=later)
    downgrade(directory=later, revision="-1")
    upgrade()
    return len(asked)


def test_the_first_migration_that_fails_on_the_way_down_or_up_changes_nothing(town: Application) -> None:
    """D11: at each statement under TORTURE=1, at four otherwise."""
    with halted_at(None) as down:
        downgrade(revision="base")
    empty = state()
    with halted_at(None) as up:
        upgrade()
    make_appointment()
    full = state()

    for number in halts(len(down)):
        with halted_at(number), pytest.raises(Halted):
            downgrade(revision="base")
        assert state() == full, number
    downgrade(revision="base")
    for number in halts(len(up)):
        with halted_at(number), pytest.raises(Halted):
            upgrade()
        assert state() == empty, number


def halts(statements: int) -> range:
    """Evenly apart, the last statement among them."""
    return range(statements - 1, -1, -1 if IS_TORTURE else -ceil(statements / HALTS))
