"""Transactions: what waits for the disk, and what needs none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from cnapp.base.database import db, transaction
from cnapp.web.application import Application
from tests.factories import make_motif
from tests.support import submit, visit

FULL = 2


def waits_for_the_disk() -> bool:
    if db.engine.dialect.name == "sqlite":
        return db.session.scalar(text("PRAGMA synchronous")) == FULL
    return db.session.scalar(text("SHOW synchronous_commit")) == "on"


def test_a_promise_waits_for_the_disk(app: Application) -> None:
    with transaction():
        assert waits_for_the_disk()


def test_what_need_not_survive_a_power_cut_leaves_no_carelessness_behind(app: Application) -> None:
    with transaction(survives_power_cut=False):
        assert waits_for_the_disk() == (db.engine.dialect.name == "postgresql")
    assert waits_for_the_disk()
    with transaction():
        assert waits_for_the_disk()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_whoever_waits_too_long_for_another_writer_is_asked_to_come_again(
    app: Application, client: FlaskClient
) -> None:
    """C21: 503, never a page that says that the site is broken."""
    make_motif()
    page = visit(client, "/rendez-vous/sujet")
    with impatient_connection(), closing(sqlite3.connect(str(db.engine.url.database))) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = submit(client, page, {"word": "e-mails"}).response
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
        other.rollback()
        assert submit(client, page, {"word": "e-mails"}).status == 200


@contextmanager
def impatient_connection() -> Iterator[None]:
    """The only one there is waits for a moment instead of 15 seconds."""
    db.session.remove()
    db.engine.dispose()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=20")
    yield
    db.session.remove()
    db.engine.dispose()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_what_only_reads_opens_no_transaction_on_postgresql(app: Application) -> None:
    assert not waits_to_be_ended()
    with transaction():
        assert waits_to_be_ended()
    assert not waits_to_be_ended()


def waits_to_be_ended() -> bool:
    """After a statement, whether the server holds something open for us."""
    db.session.scalar(text("SELECT 1"))
    driver: psycopg.Connection = db.session.connection().connection.driver_connection  # type: ignore[assignment]
    return driver.info.transaction_status is psycopg.pq.TransactionStatus.INTRANS
