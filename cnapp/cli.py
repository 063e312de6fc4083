"""Commands, as thin as views."""

from __future__ import annotations

from flask_migrate import Migrate

from cnapp.base.database import db
from cnapp.config import ROOT
from cnapp.web.application import Application

migrate = Migrate(db=db, directory=str(ROOT / "cnapp" / "migrations"))


def register(app: Application) -> None:
    migrate.init_app(app)
