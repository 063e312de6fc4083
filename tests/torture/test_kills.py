"""The machine stops in the middle: nothing acknowledged is lost, nothing is half done (D01, D03, C15)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.services import doctor
from cnapp.web.application import Application
from tests.conftest import ON_CI
from tests.engines import migrated_app
from tests.factories import make_motif, make_place, make_presence
from tests.support import FrozenClock
from tests.torture.crowd import kills, sized

pytestmark = pytest.mark.torture
ROOT = Path(__file__).parent.parent.parent
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
BEFORE_THE_KILL = (0.25, 0.1, 0.4)


def prepared(database_url: str) -> Application:
    """A town with a year of free mornings."""
    app = migrated_app(database_url, FrozenClock())
    with app.app_context():
        place = make_place()
        make_motif(slug="sujet", duration_minutes=15, horizon_days=365, least_notice_minutes=0)
        for day in range(1, 29):
            for month in ("2026-12", "2027-01", "2027-02"):
                make_presence(at=f"{month}-{day:02} 08:00", until="20:00", place=place)
        db.session.remove()
    return app


def book_until_killed(database_url: str, receipts: Path, seconds: float) -> None:
    """A process that books and writes down each acknowledged booking, killed without warning."""
    command = [sys.executable, "-m", "tests.torture.booker", database_url, str(receipts)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout and process.stdout.readline() == b"ready\n"
    wait_for_more(receipts)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def wait_for_more(receipts: Path) -> None:
    """Until one more booking is acknowledged: on a busy machine that may take a while."""
    before, deadline = receipts.stat().st_size, time.monotonic() + 30
    while receipts.stat().st_size == before and time.monotonic() < deadline:
        time.sleep(0.01)


def judge(app: Application, receipts: Path) -> int:
    """How many were acknowledged: each is there, and the doctor finds nothing."""
    acknowledged = set(receipts.read_text().split()) if receipts.exists() else set()
    with app.app_context():
        kept = set(db.session.scalars(select(Appointment.public_id)))
        assert acknowledged <= kept
        assert doctor.row_faults() == []
        db.session.remove()
        db.engine.dispose()
    return len(acknowledged)


def test_kill_nine_of_the_server_loses_no_acknowledged_booking(tmp_path: Path) -> None:
    """D01, SQLite."""
    url = f"sqlite:///{tmp_path / 'killed.sqlite'}"
    app = prepared(url)
    for number in range(kills(100, len(BEFORE_THE_KILL))):
        book_until_killed(url, tmp_path / "receipts", BEFORE_THE_KILL[number % len(BEFORE_THE_KILL)])
        with app.app_context():
            assert db.session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            db.session.remove()
    assert judge(app, tmp_path / "receipts") > 0


class Cluster:
    """A PostgreSQL of our own, that may be killed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port, self.binaries = folder, port, BINARIES[-1]

    def run(self, *command: str) -> None:
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run([*as_postgres, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def create(self) -> None:
        self.run(str(self.binaries / "initdb"), "-A", "trust", "-U", "postgres", "-D", str(self.folder))

    def start(self) -> None:
        """The kernel may need a moment to give the killed one's memory and port back."""
        for _ in range(20):
            with suppress(subprocess.CalledProcessError):
                return self._start()
            time.sleep(0.5)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def _start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        log = str(self.folder / "log")
        self.run(str(self.binaries / "pg_ctl"), "-D", str(self.folder), "-l", log, "-w", "-o", options, "start")

    def kill(self) -> None:
        """All its processes at once, as when the machine loses its power."""
        leader = int((self.folder / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
        for pid in (leader, *map(int, children)):
            os.kill(pid, signal.SIGKILL)
        while any(Path(f"/proc/{pid}").exists() and _is_alive(int(pid)) for pid in (leader, *children)):
            time.sleep(0.02)

    def stop(self) -> None:
        self.run(str(self.binaries / "pg_ctl"), "-D", str(self.folder), "-m", "immediate", "stop")


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if not BINARIES or (os.geteuid() == 0 and not Path("/usr/sbin/runuser").exists()):
        (pytest.fail if ON_CI else pytest.skip)("no PostgreSQL of our own can be made here")
    folder = Path(subprocess.check_output(["mktemp", "-d", "/tmp/cnapp-cluster-XXXXXX"], text=True).strip())
    if os.geteuid() == 0:
        subprocess.run(["chown", "postgres", folder], check=True)
    made = Cluster(folder, port=54_000 + os.getpid() % 1000)
    made.create()
    made.start()
    yield made
    with suppress(subprocess.CalledProcessError):
        made.stop()
    subprocess.run(["rm", "-rf", folder], check=True)


def test_kill_nine_of_postgresql_loses_no_acknowledged_booking(cluster: Cluster, tmp_path: Path) -> None:
    """D03, and the application comes back by itself (O03)."""
    address = f"postgres@127.0.0.1:{cluster.port}"
    with psycopg.connect(f"postgresql://{address}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE killed")
    url = f"postgresql+psycopg://{address}/killed"
    app = prepared(url)
    for _ in range(sized(20)):
        command = [sys.executable, "-m", "tests.torture.booker", url, str(tmp_path / "receipts")]
        booker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert booker.stdout and booker.stdout.readline() == b"ready\n"
        wait_for_more(tmp_path / "receipts")
        time.sleep(0.1)
        cluster.kill()
        booker.wait(timeout=30)
        booker.stdout.close()
        assert app.test_client().get("/sante").status_code == 503
        cluster.start()
        assert app.test_client().get("/sante").status_code == 200
    assert judge(app, tmp_path / "receipts") > 0
