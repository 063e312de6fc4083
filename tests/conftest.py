"""Both engines, a frozen clock, empty tables before each test, and the doctor after it."""

from __future__ import annotations

import gc
import logging
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db
from cnapp.web.application import Application
from cnapp.web.logs import JsonLine
from tests.afterwards import faults_left
from tests.engines import ENGINES, MEMORY, drop_database, empty, migrated_app, new_database, postgres_answers
from tests.support import MORNING, FrozenClock

PAGES = Path(__file__).parent / "web"
ON_CI = os.environ.get("CI") == "true"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What runs where: all of it on SQLite; on PostgreSQL too, but of a page's cases (tests/web) only the first.

    Guards, services, letters, stories and races are asked of both engines whole; what a page answers to its fourth
    wrong date is no matter of the engine. TORTURE=1 runs every case on both.
    """
    seen: set[str] = set()
    left_out = [] if os.environ.get("TORTURE") == "1" else [item for item in items if _was_seen(item, seen)]
    config.hook.pytest_deselected(items=left_out)
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]


def _was_seen(item: pytest.Item, seen: set[str]) -> bool:
    """Whether it is one more case of a page's test on PostgreSQL."""
    is_page = item.path.is_relative_to(PAGES) and isinstance(item, pytest.Function) and hasattr(item, "callspec")
    if not is_page or item.callspec.params.get("engine") != "postgresql":
        return False
    test = item.nodeid.partition("[")[0]
    was_seen = test in seen
    seen.add(test)
    return was_seen


def pytest_collection_finish() -> None:
    """Thousands of tests and what they import stay to the end: garbage is not looked for among them."""
    gc.freeze()


def pytest_report_header() -> list[str]:
    return [
        f"engines: sqlite, postgresql {'answers' if postgres_answers() else 'DOES NOT ANSWER: its tests are skipped'}"
    ]


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """Tells parallel runs apart."""
    return f"{getattr(request.config, 'workerinput', {}).get('workerid', 'main')}_{os.getpid()}"


@pytest.fixture(scope="session")
def session_clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    if request.param == "postgresql" and not postgres_answers():
        (pytest.fail if ON_CI else pytest.skip)("PostgreSQL does not answer on 127.0.0.1:5432")
    return str(request.param)


@pytest.fixture(scope="session")
def engine_apps(worker: str, session_clock: FrozenClock) -> Iterator[Callable[[str], Application]]:
    """One application on each engine, made when it is first asked for, kept to the end whatever runs between."""
    name = f"cnapp_test_{worker}"
    made: dict[str, Application] = {}
    with TemporaryDirectory(dir=MEMORY) as folder:

        def app_on(engine: str) -> Application:
            if engine not in made:
                made[engine] = migrated_app(new_database(engine, name, Path(folder)), session_clock)
            return made[engine]

        yield app_on
        for engine, app in made.items():
            with app.app_context():
                db.engine.dispose()
            drop_database(engine, name)


@pytest.fixture(scope="session")
def engine_app(engine: str, engine_apps: Callable[[str], Application]) -> Application:
    return engine_apps(engine)


@pytest.fixture
def clock(session_clock: FrozenClock) -> FrozenClock:
    session_clock.set(MORNING)
    return session_clock


@pytest.fixture
def app(engine_app: Application, clock: FrozenClock, request: pytest.FixtureRequest) -> Iterator[Application]:
    """On each engine; tests that break the database on purpose are marked `planted_faults`."""
    empty(engine_app)
    with engine_app.app_context():
        yield engine_app
        db.session.rollback()
        if not request.node.get_closest_marker("planted_faults"):
            assert faults_left() == []
        db.session.remove()


@pytest.fixture
def client(app: Application) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def other_client(app: Application) -> FlaskClient:
    """Somebody else's browser."""
    return app.test_client()


PERSONAL = re.compile(r"Schmitt|Marie|\b0639\d{6}\b|06 39|\+33639|@exemple\.fr|Traceback")
"""A request's random id may hold 0639, a phone stands alone."""


class Listener(logging.Handler):
    """Hears all that the product says while the tests run."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLine())
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if PERSONAL.search(line):
            self.told.append(line)


@pytest.fixture(scope="session", autouse=True)
def the_log_says_nothing_about_anybody() -> Iterator[None]:
    """Over the whole suite (RELIABILITY.md P08)."""
    listener = Listener()
    logging.getLogger("cnapp").addHandler(listener)
    yield
    assert listener.told == []
