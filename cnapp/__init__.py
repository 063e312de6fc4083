"""The product. `create_app` is the only place that joins the floors."""

from __future__ import annotations

from cnapp import cli, web
from cnapp.base.clock import Clock, system_clock
from cnapp.base.database import db, prepare
from cnapp.config import ROOT, Settings, from_environment
from cnapp.web.application import Application


def create_app(settings: Settings | None = None, *, clock: Clock = system_clock) -> Application:
    """A town's application. Raises BadSettings with every fault when it cannot be served as set."""
    settings = settings or from_environment()
    app = Application(
        "cnapp",
        root_path=str(ROOT / "cnapp"),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
        instance_path=str(ROOT / "instance"),
    )
    app.settings = settings
    app.clock = clock
    app.config.from_mapping(web.configuration(settings), SQLALCHEMY_DATABASE_URI=settings.database_url)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    web.register(app)
    cli.register(app)
    return app
