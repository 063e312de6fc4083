"""Transactions: what waits for the disk, and what needs none."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text

from cnapp.base.database import db, transaction
from cnapp.web.application import Application

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
