"""Letters: how many leave a second, how soon after they are due, and what those who book feel of it."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, cycle, islice

from sqlalchemy import insert, select, update

from bench.clients import Client
from bench.crowds import any_place
from bench.databases import settings_for
from bench.journey import walk, wishes
from bench.measures import SUBJECT, Bench
from bench.postbox import Postbox, postbox
from bench.server import ROOT, environment
from bench.statistics import Figures, spread
from cnapp import create_app
from cnapp.base.clock import system_clock
from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import Due, Letter, Outcome

MAILBOX = "@mesure.exemple.fr"
TOLD = 10
"""Appointments whose letters are measured, each many times."""
_numbers = count(1)


def letters(bench: Bench) -> Figures:
    app = create_app(settings_for(bench.server.database_url))
    with app.app_context(), postbox() as box:
        _book_by_mail(bench, TOLD)
        alone = _confirmations(bench)
        _forget_letters()
        rate = _rate(bench, box)
        lags, meanwhile = _while_letters_leave(bench, box)
        db.session.remove()
        db.engine.dispose()
    return {
        "per_second": round(rate, 1),
        **{f"lag_{name}": figure for name, figure in spread(lags).items()},
        "confirm_alone": spread(alone)["p50"],
        "confirm_meanwhile": spread(meanwhile)["p50"],
    }


def _book_by_mail(bench: Bench, times: int) -> None:
    for _ in range(times):
        _confirm(bench, email=f"personne{next(_numbers)}{MAILBOX}")


def _confirm(bench: Bench, *, email: str = "") -> float:
    """A whole booking, wherever there is room left; how long its confirming POST took."""
    client = Client(bench.server.port)
    try:
        return walk(client, {**wishes(SUBJECT, any_place, name="Marie Schmitt"), "email": email}).confirmation.seconds
    finally:
        client.close()


def _confirmations(bench: Bench) -> list[float]:
    return [_confirm(bench) for _ in range(bench.effort.bookings // 2)]


def _forget_letters() -> None:
    """What waits from other measures is not counted."""
    with transaction():
        values = {"settled_at": system_clock(), "outcome": Outcome.UNNEEDED}
        db.session.execute(update(Due).where(Due.settled_at.is_(None)).values(values))


def _rate(bench: Bench, box: Postbox) -> float:
    """From the first of them that leaves to the last."""
    _write_letters(bench.effort.letters)
    subprocess.run([*_command(), "--once"], cwd=ROOT, env=_environment(bench, box), check=True)
    box.wait_for(bench.effort.letters, seconds=1)
    return (len(box.came_at) - 1) / (box.came_at[-1] - box.came_at[0])


def _write_letters(number: int) -> None:
    """Confirmations that are due now, of the appointments booked by mail."""
    told = select(Appointment.id, Appointment.version).join(Citizen, Citizen.id == Appointment.person_id)
    found = db.session.execute(told.where(Citizen.mailbox.endswith(MAILBOX))).all()
    now = system_clock()
    same = {"letter": Letter.CONFIRMED, "due_at": now, "created_at": now}
    rows = [
        {"key": f"bench/{next(_numbers)}", "appointment_id": row.id, "version": row.version, **same}
        for row in islice(cycle(found), number)
    ]
    with transaction():
        db.session.execute(insert(Due), rows)


def _while_letters_leave(bench: Bench, box: Postbox) -> tuple[list[float], list[float]]:
    with _worker(bench, box):
        lags = [_lag(box) for _ in range(bench.effort.lags)]
        _write_letters(bench.effort.letters)
        return lags, _confirmations(bench)


def _lag(box: Postbox) -> float:
    """From a letter's commit to the mail server, at any moment of the worker's pause."""
    time.sleep(random.random())
    already = len(box.came_at)
    _write_letters(1)
    written_at = time.perf_counter()
    box.wait_for(already + 1, seconds=30)
    return box.came_at[already] - written_at


@contextmanager
def _worker(bench: Bench, box: Postbox) -> Iterator[None]:
    process = subprocess.Popen(_command(), cwd=ROOT, env=_environment(bench, box))
    try:
        _lag(box)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _command() -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "app", "post"]


def _environment(bench: Bench, box: Postbox) -> dict[str, str]:
    letters = {"CNAPP_SMTP_URL": f"smtp://127.0.0.1:{box.port}", "CNAPP_MAIL_FROM": "rdv@exemple.fr"}
    return {**environment(bench.server.database_url, bench.server.port), **letters}
