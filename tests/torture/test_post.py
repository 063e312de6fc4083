"""Several workers on one queue, and workers that are killed (RELIABILITY.md N02, N03)."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from cnapp.base.database import db, transaction
from cnapp.delivery.worker import PostOffice, work_off
from cnapp.domain.appointments import Appointment
from cnapp.domain.outbox import Due, Letter, Outcome
from cnapp.web.application import Application
from tests.delivery.postmen import Postman, packed
from tests.factories import make_appointment, metz
from tests.support import MORNING, FrozenClock
from tests.torture.crowd import crowd, kills, sized

pytestmark = pytest.mark.torture
ROOT = Path(__file__).parent.parent.parent
NOW = metz(MORNING)
APPOINTMENTS = 10
STALLS_AFTER = (1, 2, 3)
"""Letters."""


def letters_on(changes: int) -> int:
    """So many changes of ten appointments, two minutes apart; how many letters wait."""
    booked = [make_appointment(at=f"2026-12-{day:02} 09:00").id for day in range(1, APPOINTMENTS + 1)]
    rows = [
        {
            "key": f"{appointment_id}/{version}",
            "letter": Letter.MOVED,
            "appointment_id": appointment_id,
            "version": version,
            "due_at": NOW - timedelta(minutes=2 * (changes + 1 - version)),
            "created_at": NOW - timedelta(minutes=2 * (changes + 1 - version)),
        }
        for version in range(2, changes + 2)
        for appointment_id in booked
    ]
    with transaction():
        db.session.execute(update(Appointment).values(version=changes + 1))
        db.session.execute(insert(Due), rows)
    db.session.remove()
    return len(rows)


def judge(carried: list[str], letters: int, *, repeats: int = 0) -> None:
    """Each letter went, in the order of its appointment, and no more of them twice than workers were killed."""
    assert len(set(carried)) == letters and len(carried) == letters + repeats
    versions = defaultdict(list)
    for message_id in carried:
        appointment_id, version = message_id.strip("<").partition("@")[0].split(".")
        versions[appointment_id].append(int(version))
    assert all(each == sorted(each) for each in versions.values())
    unsent = select(func.count()).select_from(Due).where(Due.outcome.is_distinct_from(Outcome.SENT))
    assert db.session.scalar(unsent) == 0


def test_four_workers_carry_each_letter_once(app: Application, clock: FrozenClock) -> None:
    """N03."""
    letters = letters_on(sized(1000))
    postmen = [Postman() for _ in range(4)]
    carried: list[str] = []
    for postman in postmen:
        postman.carried = carried

    crowd(app, 4, lambda number: work_off(PostOffice(packed(postmen[number])), clock=clock))
    judge(carried, letters)


def url_of(app: Application) -> str:
    return app.settings.database_url


def postman(app: Application, bag: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.torture.postman", url_of(app), str(bag), *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> None:
    process.communicate(timeout=300)
    assert process.returncode == 0


def test_two_processes_carry_each_letter_once(app: Application, tmp_path: Path) -> None:
    letters, bag = letters_on(sized(200)), tmp_path / "bag"
    for each in [postman(app, bag), postman(app, bag)]:
        finish(each)
    judge(bag.read_text().split(), letters)


def test_a_worker_killed_between_hand_over_and_mark_loses_nothing(app: Application, tmp_path: Path) -> None:
    """N02: its letter goes again with the same Message-ID once its lease has ended; repeats are as many as kills."""
    killed, bag = kills(50, len(STALLS_AFTER)), tmp_path / "bag"
    letters = letters_on(killed)
    for number in range(killed):
        process = postman(app, bag, str(STALLS_AFTER[number % len(STALLS_AFTER)]))
        assert process.stdout and process.stdout.readline() == b"stalled\n"
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert leases() == 1
        end_leases()
    finish(postman(app, bag))

    carried = bag.read_text().split()
    judge(carried, letters, repeats=killed)


def leases() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Due.claim.is_not(None))) or 0


def end_leases() -> None:
    """As after five minutes, by whatever clock they are measured."""
    with transaction():
        values = {"claimed_until": NOW - timedelta(days=365)}
        db.session.execute(update(Due).where(Due.claim.is_not(None)).values(values))
