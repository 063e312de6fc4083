"""Commands, as thin as views: each asks the clock once, opens its transactions, calls one verb and prints."""

from __future__ import annotations

from flask_migrate import Migrate

from cnapp.base.database import db
from cnapp.cli import backup, care, feeds, installation
from cnapp.config import ROOT
from cnapp.web.application import Application

migrate = Migrate(db=db, directory=str(ROOT / "cnapp" / "migrations"))


def register(app: Application) -> None:
    migrate.init_app(app)
    for part in (installation, backup, care, feeds):
        for command in part.COMMANDS:
            app.cli.add_command(command)
