"""Copies of an SQLite database: whole while people book, checked, put back even over a stale log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from cnapp.base.database import db
from cnapp.services import backup, doctor
from cnapp.services.doctor import examination
from cnapp.web.application import Application
from tests.booking import Aim, aim, book
from tests.engines import migrated_app, new_database
from tests.factories import make_appointment, make_motif, make_place, make_presence, make_staff, metz
from tests.planting import plant
from tests.support import MORNING, FrozenClock

NOW = metz(MORNING)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Application]:
    """An application with an SQLite file of its own."""
    app = migrated_app(new_database("sqlite", "town", tmp_path), FrozenClock())
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def database(served: Application) -> Path:
    return Path(str(db.engine.url.database))


def stop_serving() -> None:
    db.session.remove()
    db.engine.dispose()


def count(file: Path, table: str = "appointments") -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def test_only_we_can_read_the_live_database_and_what_stands_beside_it(database: Path) -> None:
    make_appointment()

    rights = {each.name: each.stat().st_mode & 0o777 for each in database.parent.iterdir()}

    assert rights == dict.fromkeys(("town.sqlite", "town.sqlite-wal", "town.sqlite-shm"), 0o600)


def test_the_doctor_says_when_everybody_on_the_machine_can_read_the_database(database: Path) -> None:
    database.chmod(0o644)

    assert [each for each in examination.faults(now=NOW) if "chmod 600" in each]


def test_a_copy_is_one_whole_file_that_only_we_can_read(database: Path, tmp_path: Path) -> None:
    make_appointment()
    copy = tmp_path / "copies" / "night.sqlite"
    copy.parent.mkdir()

    assert backup.back_up(database, copy, now=NOW) == []

    assert [each.name for each in copy.parent.iterdir()] == ["night.sqlite"]
    assert copy.stat().st_mode & 0o077 == 0
    assert count(copy) == 1


def test_copies_taken_while_people_book_are_sound(served: Application, database: Path, tmp_path: Path) -> None:
    """D07: each holds all that was acknowledged before it began, and no half booking."""
    acknowledged: list[str] = []
    enough = Event()
    booker = Thread(target=book_until, args=(enough, served, week_of_times(), acknowledged))
    booker.start()
    try:
        for number in range(5):
            before, copy = len(acknowledged), tmp_path / f"copy-{number}.sqlite"
            assert backup.back_up(database, copy, now=NOW) == []
            assert count(copy) >= before
    finally:
        enough.set()
        booker.join()
    assert acknowledged
    assert doctor.row_faults() == []


def week_of_times() -> list[Aim]:
    motif, place, conseiller = make_motif(duration_minutes=15), make_place(), make_staff()
    days = ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"]
    for day in days:
        make_presence(f"{day} 08:00", "20:00", conseiller=conseiller, place=place)
    clock = [f"{hour:02}:{minute:02}" for hour in range(8, 20) for minute in (0, 15, 30, 45)]
    return [aim(motif, place, f"{day} {at}") for day in days for at in clock]


def book_until(enough: Event, app: Application, times: list[Aim], acknowledged: list[str]) -> None:
    with app.app_context():
        for each in times:
            if enough.is_set():
                break
            acknowledged.append(book(each, now=NOW).public_id)
        db.session.remove()


def test_a_copy_of_a_database_with_faults_is_kept_apart(database: Path, tmp_path: Path) -> None:
    appointment = make_appointment()
    plant(f"UPDATE appointments SET version = 2 WHERE id = {appointment.id}")
    copy = tmp_path / "night.sqlite"

    faults = backup.back_up(database, copy, now=NOW)

    assert len(faults) == 1
    assert not copy.exists()
    assert count(tmp_path / "night.sqlite.a-verifier") == 1


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    torn = tmp_path / "torn.sqlite"
    torn.write_bytes(b"SQLite format 3\0" + b"\1" * 5000)

    with pytest.raises(backup.FileBroken):
        backup.back_up(torn, tmp_path / "copy.sqlite", now=NOW)
    with pytest.raises(backup.FileMissing):
        backup.back_up(tmp_path / "nowhere.sqlite", tmp_path / "copy.sqlite", now=NOW)

    assert [each.name for each in tmp_path.iterdir()] == ["torn.sqlite"]


def test_a_restored_copy_serves_and_books(served: Application, database: Path, tmp_path: Path) -> None:
    """D08: last backup, new start, doctor, one booking; what a dead server left beside is gone."""
    first, second = week_of_times()[:2]
    book(first, now=NOW)
    copy = tmp_path / "night.sqlite"
    backup.back_up(database, copy, now=NOW)
    stop_serving()
    leave_stale_log(database)

    assert backup.restore(copy, database, when_sound=stop_serving, now=NOW) == []

    assert not list(tmp_path.glob("town.sqlite-*"))
    assert examination.faults(now=NOW) == []
    book(second, now=NOW)
    assert count(database) == 2


def leave_stale_log(database: Path) -> None:
    """A log with valid frames of another life of the database, as a killed server leaves it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM journal")
        connection.commit()
        stale = {each: each.read_bytes() for each in database.parent.glob("town.sqlite-*")}
    assert len(stale) == 2
    database.unlink()
    for file, content in stale.items():
        file.write_bytes(content)


def test_what_was_replaced_is_kept_beside_with_its_last_writes(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "night.sqlite"
    backup.back_up(database, copy, now=NOW)
    make_appointment()
    stop_serving()

    backup.restore(copy, database, when_sound=stop_serving, now=NOW)

    assert (count(database), count(backup.former(database))) == (0, 1)


def test_after_a_restoration_no_stranger_can_read_the_old_or_the_new(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "night.sqlite"
    backup.back_up(database, copy, now=NOW)
    database.chmod(0o664)
    stop_serving()

    backup.restore(copy, database, when_sound=stop_serving, now=NOW)

    assert [each.stat().st_mode & 0o777 for each in (database, backup.former(database))] == [0o660, 0o660]


def test_nothing_is_restored_while_somebody_is_served(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "night.sqlite"
    backup.back_up(database, copy, now=NOW)
    make_appointment()

    with closing(sqlite3.connect(database)) as open_elsewhere:
        open_elsewhere.execute("SELECT COUNT(*) FROM appointments").fetchone()
        with pytest.raises(backup.StillServed):
            backup.restore(copy, database, when_sound=stop_serving, now=NOW)

    assert count(database) == 1


def test_a_copy_with_faults_is_not_restored(database: Path, tmp_path: Path) -> None:
    make_appointment()
    copy = tmp_path / "night.sqlite"
    backup.back_up(database, copy, now=NOW)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("DROP TRIGGER presences_never_overlap_insert")
        connection.commit()
    stop_serving()

    faults = backup.restore(copy, database, when_sound=stop_serving, now=NOW)

    assert faults == ["La garde presences_never_overlap_insert manque dans la base, ou a changé."]
    assert count(database) == 1
    assert not backup.former(database).exists()
