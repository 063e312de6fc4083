"""A process that books one time after another until somebody kills it: `python -m tests.torture.booker URL FILE`."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import timedelta
from itertools import count

from sqlalchemy import func, select

from cnapp import create_app
from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import SlotTaken
from cnapp.domain.motifs import Motif
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.services.holds import TooManyHolds
from tests.booking import Aim, book
from tests.engines import settings_for
from tests.support import FrozenClock

SLOTS_A_DAY = 46


def main(database_url: str, receipts: str) -> None:
    app = create_app(settings_for(database_url), clock=FrozenClock())
    with app.app_context(), open(receipts, "ab", buffering=0) as file:  # noqa: PTH123
        motif, place = db.session.scalars(select(Motif)).one(), db.session.scalars(select(Place)).one()
        days = db.session.scalars(select(Presence.starts_at).order_by(Presence.starts_at)).all()
        done = db.session.scalar(select(func.count()).select_from(Appointment)) or 0
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for number in count(done):
            start = days[number // SLOTS_A_DAY] + timedelta(minutes=15 * (number % SLOTS_A_DAY))
            with suppress(SlotTaken, TooManyHolds):  # held by the one killed before
                made = book(Aim(motif.id, place.id, place.slug, start), now=app.clock())
                os.write(file.fileno(), f"{made.public_id}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
