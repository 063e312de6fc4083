"""Transactions: what waits for the disk."""

from __future__ import annotations

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
