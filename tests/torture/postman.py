"""A process that carries letters: `python -m tests.torture.postman URL FILE [LETTERS]`.

With a number it stalls when it has handed over so many, before it marks the last, and waits for somebody to kill it.
"""

from __future__ import annotations

import os
import sys
import time

from cnapp import create_app
from cnapp.delivery.worker import PostOffice, work_off
from tests.delivery.postmen import packed
from tests.engines import settings_for
from tests.support import FrozenClock


def main(database_url: str, bag: str, stalls_after: int) -> None:
    app = create_app(settings_for(database_url), clock=FrozenClock())
    with app.app_context(), open(bag, "ab", buffering=0) as file:  # noqa: PTH123
        work_off(PostOffice(packed(Bag(file.fileno(), stalls_after))), clock=app.clock)


class Bag:
    """A file with one Message-ID a line, that outlives its carrier."""

    def __init__(self, descriptor: int, stalls_after: int) -> None:
        self.descriptor, self.left = descriptor, stalls_after

    def send(self, message: object) -> None:
        os.write(self.descriptor, f"{message['Message-ID']}\n".encode())  # type: ignore[index]
        self.left -= 1
        if self.left == 0:
            sys.stdout.write("stalled\n")
            sys.stdout.flush()
            time.sleep(60)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
