"""`flask db …`: Alembic's own commands, told where our migrations are."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import Migrate
from flask_migrate.cli import db as alembic

from cnapp.base.database import db as database
from cnapp.config import ROOT

migrate = Migrate(db=database, directory=str(ROOT / "cnapp" / "migrations"))


@with_appcontext
def _begin(**options: object) -> None:
    migrate.init_app(current_app)
    click.get_current_context().invoke(alembic.callback, **options)


db = click.Group("db", commands=alembic.commands, params=alembic.params, help=alembic.help, callback=_begin)
