"""A process that gives seats of workshops back: `python -m tests.torture.leaver URL ID…`, once a line is written to it.

After each it looks, as the worker does, at what is free, and whoever was offered a seat first takes it.
"""

from __future__ import annotations

import sys

from sqlalchemy import select

from cnapp import create_app
from cnapp.base.database import db, transaction
from cnapp.delivery.offering import offer_seats
from cnapp.domain.registrations import Registration, Standing
from cnapp.services import registrations, waiting_list
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.engines import settings_for
from tests.support import FrozenClock

MAIL = {"smtp_url": "smtp://127.0.0.1", "mail_from": "rdv@exemple.fr"}


def main(database_url: str, numbers: list[int]) -> None:
    app = create_app(settings_for(database_url, **MAIL), clock=FrozenClock())
    with app.app_context():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for number in numbers:
            leave(app, number)
            offer_seats(app.settings, app.clock())
            take_one(app)


def leave(app: Application, number: int) -> None:
    with transaction():
        row = db.session.get_one(Registration, number)
        registrations.cancel(row, by=By.citizen(), settings=app.settings, now=app.clock())


def take_one(app: Application) -> None:
    """The first seat that is offered, if somebody else has not taken it by then."""
    offered = select(Registration).where(Registration.status == Standing.OFFERED).order_by(Registration.id).limit(1)
    registration = db.session.scalar(offered)
    db.session.rollback()
    if registration:
        with transaction():
            waiting_list.accept(registration, by=By.citizen(), settings=app.settings, now=app.clock())


if __name__ == "__main__":
    main(sys.argv[1], [int(each) for each in sys.argv[2:]])
