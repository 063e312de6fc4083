"""The commands, as somebody at a terminal meets them."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import Result
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp import create_app
from cnapp.base.database import db
from cnapp.cli import COMMANDS
from cnapp.config import ROOT
from cnapp.domain.accounts import Attempt, FeedToken, Names, Try
from cnapp.domain.appointments import Appointment
from cnapp.domain.people import Role, Staff
from cnapp.domain.presences import Presence
from cnapp.web.application import Application
from tests.engines import migrated_app, new_database, settings_for
from tests.factories import PASSWORD, give_password, keep, make_appointment, make_staff
from tests.planting import guards_dropped, plant
from tests.support import FrozenClock, type_password, visit

SOMEBODY = ("init", "--email", "Lea.Martin@metz.fr", "--first-name", "Léa", "--last-name", "Martin", "--password")
GOOD_PASSWORD = "quatre mots au hasard"


@pytest.fixture
def own_app(tmp_path: Path, clock: FrozenClock) -> Iterator[Application]:
    """With an SQLite file that a test may replace."""
    yield from _served(migrated_app(new_database("sqlite", "town", tmp_path), clock))


@pytest.fixture
def production(tmp_path: Path, clock: FrozenClock) -> Iterator[Application]:
    url = new_database("sqlite", "production", tmp_path)
    yield from _served(migrated_app(url, clock, base_url="https://rdv.metz.fr"))


def _served(app: Application) -> Iterator[Application]:
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def run(app: Application, *arguments: str, typed: str = "") -> Result:
    """At a new terminal: the clock is asked again."""
    g.pop("now", None)
    db.session.rollback()
    return app.test_cli_runner().invoke(args=list(arguments), input=typed)


def test_init_makes_a_coordinator_who_can_sign_in(app: Application, client: FlaskClient) -> None:
    result = run(app, *SOMEBODY, GOOD_PASSWORD)

    assert result.exit_code == 0, result.output
    staff = db.session.scalars(select(Staff)).one()
    assert (staff.email, staff.role, staff.name) == ("lea.martin@metz.fr", Role.COORDINATOR, "Léa Martin")
    assert "/connexion" in result.output
    assert GOOD_PASSWORD not in result.output
    assert not type_password(client, "lea.martin@metz.fr", GOOD_PASSWORD).address.startswith("/connexion")


def test_init_asks_for_what_it_was_not_given(app: Application) -> None:
    answers = ["lea@metz.fr", "Léa", "Martin", GOOD_PASSWORD, GOOD_PASSWORD]

    result = run(app, "init", typed="\n".join(answers) + "\n")

    assert result.exit_code == 0, result.output
    assert GOOD_PASSWORD not in result.output
    assert db.session.scalars(select(Staff.email)).one() == "lea@metz.fr"


@pytest.mark.parametrize(
    ("email", "first_name", "password", "said"),
    [
        ("lea@metz.fr", "Léa", "onze lettre", "12 caractères"),
        ("lea@@metz", "Léa", GOOD_PASSWORD, "n’est pas complète"),
        (" ", "Léa", GOOD_PASSWORD, "Il faut une adresse"),
        ("lea@metz.fr", "\u200b", GOOD_PASSWORD, "Il faut une adresse"),
    ],
)
def test_init_refuses(app: Application, email: str, first_name: str, password: str, said: str) -> None:
    person = ("--email", email, "--first-name", first_name, "--last-name", "Martin")

    result = run(app, "init", *person, "--password", password)

    assert result.exit_code == 1
    assert said in result.output
    assert db.session.scalars(select(Staff)).all() == []


def test_init_makes_no_second_coordinator(app: Application) -> None:
    make_staff(role=Role.COORDINATOR)

    result = run(app, *SOMEBODY, GOOD_PASSWORD)

    assert result.exit_code == 1
    assert "déjà un compte de coordination" in result.output


def test_init_refuses_the_password_of_the_demonstration_in_production(production: Application) -> None:
    result = run(production, *SOMEBODY, PASSWORD)

    assert result.exit_code == 1
    assert "connu de tous" in result.output
    assert db.session.scalars(select(Staff)).all() == []


def test_demo_fills_an_empty_database_once(app: Application) -> None:
    first = run(app, "demo")

    assert first.exit_code == 0, first.output
    for account in ("coordination@exemple.fr", "accueil.borny@exemple.fr", "accueil.verlaine@exemple.fr", PASSWORD):
        assert account in first.output
    assert len(db.session.scalars(select(Appointment)).all()) > 100

    again = run(app, "demo")
    assert again.exit_code == 1
    assert "base vide" in again.output
    assert run(app, "demo", "--if-empty").output == ""


def test_demo_is_refused_in_production(production: Application) -> None:
    for options in ((), ("--if-empty",)):
        result = run(production, "demo", *options)

        assert result.exit_code == 1
        assert "refusées en production" in result.output
    assert db.session.scalars(select(Staff)).all() == []


def test_the_demonstration_passes_the_doctor(app: Application) -> None:
    run(app, "demo")

    result = run(app, "doctor")

    assert (result.exit_code, result.output) == (0, "Tout est en ordre.\n")


@pytest.mark.planted_faults
def test_doctor_names_each_fault_and_fails(app: Application) -> None:
    one, other = make_appointment(), make_appointment()
    plant(f"UPDATE appointments SET version = 2 WHERE id IN ({one.id}, {other.id})")

    result = run(app, "doctor")

    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{number}. Rendez-vous {appointment.id} : aucune lettre pour sa version 2."
        for number, appointment in enumerate((one, other), 1)
    ]


@pytest.mark.planted_faults
def test_without_a_guard_pages_are_shut_while_commands_run(app: Application) -> None:
    """C22: the application is new, since one that has been found sound asks no more."""
    stopped = migrated_app(str(db.engine.url.render_as_string(hide_password=False)), FrozenClock())
    client = stopped.test_client()
    with guards_dropped(app):
        for address in ("/", "/connexion", "/aide"):
            assert client.get(address).status_code == 503
        assert client.get("/sante").status_code == 503
        assert client.get("/sante").json == {"status": "unavailable"}
        result = run(app, "doctor")
        assert result.exit_code == 1
        assert "commitments_never_overlap" in result.output
    assert client.get("/sante").status_code == 200
    assert client.get("/aide").status_code == 200
    with stopped.app_context():
        db.engine.dispose()


def test_careless_postgresql_is_not_served(app: Application) -> None:
    """D04."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite is made safe on each connection")
    url = db.engine.url.update_query_dict({"options": "-c synchronous_commit=off"})
    careless = migrated_app(url.render_as_string(hide_password=False), FrozenClock())

    assert careless.test_client().get("/").status_code == 503
    assert careless.test_client().get("/sante").status_code == 503
    with careless.app_context():
        db.engine.dispose()


def test_doctor_names_faults_of_the_settings_and_known_passwords_in_production(
    tmp_path: Path, clock: FrozenClock
) -> None:
    url = new_database("sqlite", "careless", tmp_path)
    app = migrated_app(url, clock, base_url="http://rdv.metz.fr", secret_key="short")
    for careless in _served(app):
        staff = make_staff("Nadia")
        give_password(staff)

        result = run(careless, "doctor")

        assert result.exit_code == 1
        said = ("CNAPP_SECRET_KEY manque", "commence par https://", f"Le compte {staff.id} a encore le mot de passe")
        assert [sentence in result.output for sentence in said] == [True, True, True]


def test_commands_on_a_database_without_tables_say_what_to_do(own_app: Application, tmp_path: Path) -> None:
    Path(str(db.engine.url.database)).unlink()
    db.engine.dispose()

    for command in (("doctor",), ("daily",), ("demo",), (*SOMEBODY, GOOD_PASSWORD)):
        result = run(own_app, *command)

        assert result.exit_code == 1
        assert "flask db upgrade" in result.output


def test_daily_extends_the_roster_and_forgets_and_does_it_once(app: Application, clock: FrozenClock) -> None:
    run(app, "demo")
    keep(Attempt(what=Try.CODE, who="0" * 64, at=clock()))
    last = max(db.session.scalars(select(Presence.starts_at)))
    clock.advance(days=7)

    first, second = run(app, "daily"), run(app, "daily")

    assert first.exit_code == 0, first.output
    assert max(db.session.scalars(select(Presence.starts_at))) > last + timedelta(days=3)
    assert "essais comptés : 1" in first.output
    assert all(line.endswith(" : 0") for line in second.output.splitlines())


def test_feed_url_gives_a_new_address_and_revokes_the_old(app: Application, client: FlaskClient) -> None:
    staff = make_staff("Nadia")
    old = run(app, "feed-url", staff.email).output.strip()

    new = run(app, "feed-url", staff.email, "--names", "full").output.strip()

    assert old != new
    assert new.startswith("http://127.0.0.1:5000/calendrier/")
    assert [visit(client, each.partition(":5000")[2]).status for each in (old, new)] == [410, 200]
    names = db.session.scalars(select(FeedToken.names).order_by(FeedToken.id)).all()
    assert names == [Names.INITIALS, Names.FULL]


def test_feed_url_of_nobody_is_refused(app: Application) -> None:
    result = run(app, "feed-url", "personne@exemple.fr")

    assert result.exit_code == 1
    assert "n’est pas dans l’équipe" in result.output


def test_backup_and_restore_bring_a_booking_back(own_app: Application, tmp_path: Path) -> None:
    make_appointment()
    file = tmp_path / "night.sqlite"
    saved = run(own_app, "backup", str(file))
    assert saved.exit_code == 0, saved.output
    plant("DELETE FROM appointments")

    kept = run(own_app, "restore", str(file), typed="n\n")
    assert (kept.exit_code, len(db.session.scalars(select(Appointment)).all())) == (1, 0)

    restored = run(own_app, "restore", str(file), typed="oui\n")
    assert restored.exit_code == 0, restored.output
    assert len(db.session.scalars(select(Appointment)).all()) == 1
    assert run(own_app, "doctor").exit_code == 0


def test_backup_replaces_no_file_unless_told_to(own_app: Application, tmp_path: Path) -> None:
    file = tmp_path / "night.sqlite"
    file.write_text("precious")

    refused = run(own_app, "backup", str(file))

    assert refused.exit_code == 1
    assert file.read_text() == "precious"
    assert run(own_app, "backup", str(file), "--force").exit_code == 0


def test_restore_refuses_what_is_no_database(own_app: Application, tmp_path: Path) -> None:
    make_appointment()
    file = tmp_path / "holiday.jpg"
    file.write_text("not a database")

    for wrong in (file, tmp_path / "nowhere.sqlite"):
        assert run(own_app, "restore", str(wrong), "--yes").exit_code == 1

    assert len(db.session.scalars(select(Appointment)).all()) == 1


@pytest.mark.parametrize("typed", ["o\n", "OUI\n", "y\n", "yes\n"])
def test_restore_understands_yes_in_both_languages(own_app: Application, tmp_path: Path, typed: str) -> None:
    file = tmp_path / "night.sqlite"
    run(own_app, "backup", str(file))

    result = run(own_app, "restore", str(file), typed=typed)

    assert (result.exit_code, "Base remise en place" in result.output) == (0, True)


@pytest.mark.parametrize("typed", ["", "\n", "non\n", "oh\n"])
def test_restore_takes_nothing_else_for_a_yes(own_app: Application, tmp_path: Path, typed: str) -> None:
    file = tmp_path / "night.sqlite"
    run(own_app, "backup", str(file))
    make_appointment()

    result = run(own_app, "restore", str(file), typed=typed)

    assert result.exit_code == 1
    assert "Rien n’a été changé." in result.output
    assert len(db.session.scalars(select(Appointment)).all()) == 1
    assert not list(tmp_path.glob(".town.sqlite.*"))


def test_restore_asks_nothing_about_a_copy_that_is_no_good(own_app: Application, tmp_path: Path) -> None:
    file = tmp_path / "holiday.jpg"
    file.write_text("not a database")

    for wrong in (file, tmp_path / "nowhere.sqlite"):
        result = run(own_app, "restore", str(wrong), typed="o\n")

        assert result.exit_code == 1
        assert "Remplacer" not in result.output


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere/night.sqlite", "n’existe pas"),
        ("a-file/night.sqlite", "n’existe pas"),
        ("n" * 300, "trop long"),
        ("cramped", "n’a pas pu être lu ou écrit"),
    ],
)
def test_backup_says_what_the_disk_refuses(own_app: Application, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "a-file").write_text("")
    with no_large_file(name == "cramped"):
        result = run(own_app, "backup", str(tmp_path / name))

    assert result.exit_code == 1
    assert said in result.output
    assert isinstance(result.exception, SystemExit)


@contextmanager
def no_large_file(wanted: bool) -> Iterator[None]:
    """No file of this process may grow beyond a few pages, as on a disk that fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if wanted:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_on_postgresql_backup_says_what_to_type_without_the_password(tmp_path: Path) -> None:
    """Nothing is asked of the server."""
    app = create_app(settings_for("postgresql+psycopg://town:very-secret@db.metz.fr:5433/rdv"))
    for served in _served(app):
        for command, tool in (("backup", "pg_dump"), ("restore", "pg_restore")):
            result = run(served, command, str(tmp_path / "my copy"))

            assert result.exit_code == 2
            assert tool in result.output
            assert "postgresql://town@db.metz.fr:5433/rdv" in result.output
            assert f"'{tmp_path}/my copy'" in result.output
            assert "very-secret" not in result.output


def test_every_command_stands_where_it_is_said_to(app: Application) -> None:
    for name in COMMANDS:
        command = app.cli.get_command(click.Context(app.cli), name)
        assert command is not None
        assert command.name == name


def test_serving_pages_reads_neither_alembic_nor_the_commands() -> None:
    told = "import app, sys; print(sorted({'alembic', 'flask_migrate', 'cnapp.cli.care'} & set(sys.modules)))"
    settings = {**os.environ, "CNAPP_SECRET_KEY": "s" * 40, "CNAPP_LINK_KEY": "l" * 40}
    run = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, env=settings, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
