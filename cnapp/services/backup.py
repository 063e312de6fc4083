"""Copies of an SQLite database: taken in one pass while people book, checked before they are named, put back whole.

A copy of the files (`cp`) of a database in use is torn; these are not.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine

from cnapp.base.database import prepare
from cnapp.base.refusals import Refusal
from cnapp.services.doctor import examination

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database in use; left from another one, it would be read into the new."""

FOR_OWNER_AND_GROUP = 0o770


class FileExists(Refusal):
    sentence = "Ce fichier existe déjà. Choisissez un autre nom, ou ajoutez --force."


class FolderClosed(Refusal):
    sentence = "Ce dossier n’existe pas, ou on ne peut pas y écrire."


class DiskFull(Refusal):
    sentence = "Il n’y a plus de place sur le disque : rien n’a changé."


class DiskFailed(Refusal):
    sentence = "Le disque n’a pas pu être lu ou écrit : rien n’a changé."


class FileMissing(Refusal):
    sentence = "Ce fichier n’existe pas, ou ne peut pas être lu."


class FileBroken(Refusal):
    sentence = "Ce n’est pas une base SQLite entière, ou elle n’a pas pu être écrite : rien n’a changé."


class StillServed(Refusal):
    sentence = "La base est ouverte ailleurs. Arrêtez d’abord le service, puis recommencez."


REFUSALS: dict[int, type[Refusal]] = {
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_IOERR: DiskFailed,
    sqlite3.SQLITE_CANTOPEN: FileMissing,
}
"""What SQLite says of the disk rather than of the file."""


def back_up(database: Path, target: Path, *, now: datetime) -> list[str]:
    """Writes a copy under its name once it has been checked; gives the doctor's findings.

    A faithful copy of a database that has faults is better than none: it is then named apart, « ….a-verifier ».
    """
    with _checked_copy(database, target, now) as (copy, faults):
        _name(copy, doubtful(target) if faults else target)
    return faults


def doubtful(target: Path) -> Path:
    return target.with_name(target.name + ".a-verifier")


def former(database: Path) -> Path:
    """Where the database that a restoration replaces is kept."""
    return database.with_name(database.name + ".avant")


def restore(source: Path, database: Path, *, when_sound: Callable[[], None], now: datetime) -> list[str]:
    """Puts a copy of the source in place of the database, which is kept beside; changes nothing where it has faults.

    Before anything changes `when_sound` is called, which may raise to give up.
    Raises StillServed while anybody has the database open.
    """
    with _checked_copy(source, database, now) as (copy, faults):
        if not faults:
            when_sound()
            _put_aside(database, copy)
            _name(copy, database)
    return faults


@contextmanager
def _checked_copy(source: Path, target: Path, now: datetime) -> Iterator[tuple[Path, list[str]]]:
    """A copy beside the target, on the same disk, gone at the end unless it was given a name."""
    copy = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        _copy(source, copy)
        yield copy, _examine(copy, now)
    except sqlite3.DatabaseError as error:
        primary_code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise REFUSALS.get(primary_code, FileBroken) from None
    finally:
        _remove(copy, *_beside(copy))


def _copy(source: Path, copy: Path) -> None:
    if not source.is_file():
        raise FileMissing
    try:
        copy.touch(mode=0o600)
    except OSError:
        raise FolderClosed from None
    read_only = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(read_only, uri=True)) as reader, closing(sqlite3.connect(copy)) as writer:
        reader.backup(writer)
        _check(writer)


def _check(copy: sqlite3.Connection) -> None:
    if copy.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        raise FileBroken
    if copy.execute("PRAGMA foreign_key_check").fetchone():
        raise FileBroken


def _examine(copy: Path, now: datetime) -> list[str]:
    engine = create_engine(f"sqlite:///{copy}")
    prepare(engine)
    try:
        with engine.connect() as connection:
            return examination.faults(connection, now=now)
    finally:
        engine.dispose()
        _close(copy)


def _put_aside(database: Path, successor: Path) -> None:
    """Under another name, with nothing left beside; its owner and group can read what comes after it, nobody else."""
    if database.exists():
        _close(database)
        owner = database.stat()
        os.chown(successor, owner.st_uid, owner.st_gid)
        for file in (successor, database):
            file.chmod(owner.st_mode & FOR_OWNER_AND_GROUP)
        _name(database, former(database))
    _remove(*_beside(database))


def _close(database: Path) -> None:
    """Makes one file of it: only whoever has it alone may leave WAL mode, which empties the log into the file."""
    with closing(sqlite3.connect(database, timeout=0)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            raise StillServed from None
        except sqlite3.DatabaseError:
            return


def _name(file: Path, name: Path) -> None:
    """Written to the disk before it is named, and the name after it: a power cut leaves the old or the new."""
    _sync(file)
    file.replace(name)
    _sync(name.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(database: Path) -> list[Path]:
    return [database.with_name(database.name + suffix) for suffix in BESIDE]


def _remove(*files: Path) -> None:
    for file in files:
        file.unlink(missing_ok=True)
