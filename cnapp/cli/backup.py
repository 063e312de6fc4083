"""`flask backup` and `flask restore`: whole, checked copies of an SQLite database; on PostgreSQL, the lines to use."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import URL, make_url

from cnapp.base.database import db
from cnapp.cli.refusals import Stop, numbered, refusals_shown
from cnapp.services import backup as copies
from cnapp.web.application import now, settings

NOTHING_DONE = 2
"""So that a nightly job on PostgreSQL is not taken for a backup."""


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Remplacer le fichier s’il existe.")
@with_appcontext
def backup(file: Path, force: bool) -> None:
    """Copie la base SQLite dans FILE, même pendant que des personnes réservent."""
    database = _sqlite_file(f"pg_dump --format=custom --file={shlex.quote(str(file))} --dbname={{url}}")
    with refusals_shown():
        if file.exists() and not force:
            raise copies.FileExists
        faults = copies.back_up(database, file, now=now())
    if faults:
        kept = f"La copie est fidèle mais la base a des fautes ; elle est gardée sous {copies.doubtful(file)}."
        raise Stop(*numbered(faults), kept)
    click.echo(f"Copie vérifiée : {file} ({file.stat().st_size // 1024} Kio).")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Ne pas demander confirmation.")
@with_appcontext
def restore(file: Path, yes: bool) -> None:
    """Remet la copie FILE à la place de la base SQLite ; l’ancienne est gardée à côté."""
    line = (
        f"pg_restore --clean --if-exists --single-transaction --exit-on-error --dbname={{url}} {shlex.quote(str(file))}"
    )
    database = _sqlite_file(line)

    def make_ready() -> None:
        if not yes:
            _ask(f"La copie est bonne. Remplacer {database} par {file} ? [o/N]")
        db.session.remove()
        db.engine.dispose()

    with refusals_shown():
        faults = copies.restore(file, database, when_sound=make_ready, now=now())
    if faults:
        raise Stop(*numbered(faults), "Cette copie a des fautes : rien n’a été changé.")
    click.echo(f"Base remise en place : {database}.")
    if copies.former(database).exists():
        click.echo(f"L’ancienne est gardée : {copies.former(database)}.")


def _ask(question: str) -> None:
    """Raises Stop for anything but a yes, also for the end of what is typed."""
    try:
        answer = click.prompt(question, default="n", show_default=False)
    except click.Abort:
        answer = ""
    if answer.strip().casefold() not in ("o", "oui", "y", "yes"):
        raise Stop("Rien n’a été changé.")


def _sqlite_file(postgres_line: str) -> Path:
    """Where the database is; on PostgreSQL its own tool does it better, and the command ends with what to type."""
    url = make_url(settings().database_url)
    if url.drivername.startswith("sqlite"):
        return Path(url.database or "").absolute()
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query).render_as_string()
    click.echo("Rien n’a été fait ici. Avec PostgreSQL, lancez :")
    click.echo("  " + postgres_line.format(url=shlex.quote(plain)))
    click.echo("puis « flask doctor ». Le mot de passe se met dans ~/.pgpass ou PGPASSWORD.")
    raise click.exceptions.Exit(NOTHING_DONE)
