"""A process of many people who want a seat: `python -m tests.torture.registrant URL WORKSHOP FIRST PEOPLE THREADS`.

It says « ready », begins when its input ends, and says how many have a seat and how many wait.
"""

from __future__ import annotations

import sys

from sqlalchemy.exc import OperationalError

from cnapp import create_app
from cnapp.base.database import db
from cnapp.web.application import Application
from tests.engines import settings_for
from tests.registering import register_or_wait
from tests.support import FrozenClock
from tests.torture.crowd import crowd

TRIES = 10


def main(database_url: str, workshop_id: int, first: int, people: int, threads: int) -> None:
    app = create_app(settings_for(database_url), clock=FrozenClock())
    with app.app_context():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()

        def some(number: int) -> list[bool]:
            mine = range(first + number, first + people, threads)
            return [come_again(workshop_id, each, app) for each in mine]

        seated = [each for answers in crowd(app, threads, some) for each in answers]  # type: ignore[union-attr]
    sys.stdout.write(f"{sum(seated)} {len(seated) - sum(seated)}\n")


def come_again(workshop_id: int, number: int, app: Application) -> bool:
    """Whoever SQLite kept waiting for 15 seconds is told so (503), and tries once more: nothing had happened."""
    for _ in range(TRIES):
        try:
            return register_or_wait(workshop_id, number, settings=app.settings, now=app.clock())
        except OperationalError:
            db.session.rollback()
    raise TimeoutError(number)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
