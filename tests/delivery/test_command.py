"""`flask post`, with a real mail server and a real process, on both engines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from flask import g
from sqlalchemy import func, select

from cnapp.base.clock import system_clock
from cnapp.base.database import db
from cnapp.config import ROOT
from cnapp.domain.outbox import Due, Outcome
from cnapp.services import post
from cnapp.web.application import Application
from tests.delivery.gateway import SmsOffice, answering
from tests.delivery.postbox import PostOffice, serving
from tests.engines import migrated_app, new_database
from tests.factories import LINK_KEY, make_appointment, make_due
from tests.support import FrozenClock

SENDER = "Aide numérique <rdv@exemple.fr>"


def letter(at: datetime) -> Due:
    """On a booking a month from then, by somebody with an e-mail."""
    day = (at + timedelta(days=30)).date()
    return make_due(make_appointment(at=f"{day} 09:00", email="lea@exemple.fr"), at)


def outcome(due: Due) -> Outcome | None:
    db.session.rollback()
    return db.session.get_one(Due, due.id, populate_existing=True).outcome


@contextmanager
def own_app(folder: Path, **settings: str) -> Iterator[Application]:
    app = migrated_app(new_database("sqlite", "town", folder), FrozenClock(), **settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def run(app: Application, *arguments: str) -> tuple[int, str]:
    g.pop("now", None)
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=list(arguments))
    return result.exit_code, result.output


def test_once_sends_what_is_due_and_ends(tmp_path: Path) -> None:
    with serving(PostOffice()) as office:
        mail = {"smtp_url": f"smtp://127.0.0.1:{office.port}", "mail_from": SENDER}
        with own_app(tmp_path, **mail) as app:
            due = letter(app.clock())
            assert run(app, "post", "--once") == (0, "")
            assert outcome(due) is Outcome.SENT
            assert post.lag(app.clock()) == post.Lag(oldest_due_seconds=None, last_beat_seconds=0)
            assert run(app, "post", "--once") == (0, "")
    assert [str(each["To"]) for each in office.received] == ["lea@exemple.fr"]


def test_once_enlists_and_sends_the_reminders_of_the_day(tmp_path: Path) -> None:
    with serving(PostOffice()) as office:
        mail = {"smtp_url": f"smtp://127.0.0.1:{office.port}", "mail_from": SENDER}
        with own_app(tmp_path, **mail) as app:
            make_appointment(at="2026-12-02 10:00", email="lea@exemple.fr")
            assert run(app, "post", "--once") == (0, "")
            assert office.received == []
            cast(FrozenClock, app.clock).advance(hours=1)
            for _ in range(2):
                assert run(app, "post", "--once") == (0, "")
    assert [str(each["Subject"]).replace("\u00a0", " ") for each in office.received] == [
        "Rappel : mercredi 2 décembre à 10 h"
    ]


def test_without_a_mail_server_letters_of_a_town_wait(tmp_path: Path) -> None:
    with own_app(tmp_path, base_url="https://rdv.metz.fr") as app:
        due = letter(app.clock())
        code, said = run(app, "post", "--once")
        assert code == 0 and "CNAPP_SMTP_URL" in said and "CNAPP_SMS_URL" in said
        assert outcome(due) is None


def test_a_gateway_alone_is_enough_to_run(tmp_path: Path) -> None:
    with answering(SmsOffice()) as gateway:
        sms = {"sms_url": gateway.url, "sms_key": "k-81", "sms_sender": "Metz"}
        with own_app(tmp_path, base_url="https://rdv.metz.fr", **sms) as app:
            due = make_due(make_appointment(phone="+33639980001"), app.clock())
            assert run(app, "post", "--once") == (0, "")
            assert outcome(due) is Outcome.SENT
    assert [asked.json["to"] for asked in gateway.asked] == ["+33639980001"]


@pytest.mark.parametrize("server", ["", "smtp://127.0.0.1:25"])
def test_doctor_warns_of_letters_that_do_not_leave_where_they_could(tmp_path: Path, server: str) -> None:
    with own_app(tmp_path, smtp_url=server, mail_from=SENDER) as app:
        letter(app.clock() - timedelta(minutes=20))
        code, said = run(app, "doctor")
        assert code == 0
        assert ("depuis 20 minutes" in said) == bool(server)


def test_a_process_sends_until_it_is_asked_to_end_and_finishes_what_it_has_in_hand(app: Application) -> None:
    with serving(PostOffice()) as office, working(app, office) as process:
        first = letter(system_clock())
        wait_until(lambda: outcome(first) is Outcome.SENT)

        office.hangs = "DATA"
        second = letter(system_clock())
        wait_until(lambda: count_in_hand() == 1)
        process.send_signal(signal.SIGTERM)
        third = letter(system_clock())
        time.sleep(0.3)
        office.released.set()
        assert process.wait(30) == 0
        assert [outcome(each) for each in (first, second, third)] == [Outcome.SENT, Outcome.SENT, None]
        assert len(office.received) == 2


def test_a_process_survives_a_mail_server_that_hangs_up(app: Application) -> None:
    with serving(PostOffice(drops="DATA")) as office, working(app, office):
        due = letter(system_clock())
        wait_until(lambda: last_error(due) is not None)
        assert outcome(due) is None and count_in_hand() == 0
        office.drops = ""
        other = letter(system_clock())
        wait_until(lambda: outcome(other) is Outcome.SENT)


@contextmanager
def working(app: Application, office: PostOffice) -> Iterator[subprocess.Popen[bytes]]:
    """`flask post` as a town runs it."""
    settings = {
        "PATH": os.environ["PATH"],
        "CNAPP_DATABASE_URL": app.settings.database_url,
        "CNAPP_SECRET_KEY": "s" * 40,
        "CNAPP_LINK_KEY": LINK_KEY,
        "CNAPP_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
        "CNAPP_MAIL_FROM": SENDER,
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "post"]
    process = subprocess.Popen(command, cwd=ROOT, env=settings, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)


def wait_until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happens():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def count_in_hand() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Due.claim.is_not(None))) or 0


def last_error(due: Due) -> str | None:
    db.session.rollback()
    return db.session.get_one(Due, due.id, populate_existing=True).last_error
