"""A process of many people who want a seat: `python -m tests.torture.registrant URL WORKSHOP FIRST PEOPLE THREADS`.

It says « ready », begins when its input ends, and says how many have a seat and how many wait.
"""

from __future__ import annotations

import sys

from cnapp import create_app
from tests.engines import settings_for
from tests.registering import register_or_wait
from tests.support import FrozenClock
from tests.torture.crowd import crowd


def main(database_url: str, workshop_id: int, first: int, people: int, threads: int) -> None:
    app = create_app(settings_for(database_url), clock=FrozenClock())
    with app.app_context():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()

        def some(number: int) -> list[bool]:
            mine = range(first + number, first + people, threads)
            return [register_or_wait(workshop_id, each, settings=app.settings, now=app.clock()) for each in mine]

        seated = [each for answers in crowd(app, threads, some) for each in answers]  # type: ignore[union-attr]
    sys.stdout.write(f"{sum(seated)} {len(seated) - sum(seated)}\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
