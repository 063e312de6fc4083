"""What every worker needs, made once before they part: their memory is then shared, and nobody's first page is slow."""

from __future__ import annotations

from babel.dates import format_date, format_time
from sqlalchemy.orm import configure_mappers

from cnapp.base.database import db
from cnapp.base.workdays import day_of, is_holiday
from cnapp.web.application import Application

PAGES = ("/sante", "/", "/lieux", "/rendez-vous/sujet", "/api/lieux.json", "/connexion")


def warm_up(app: Application) -> None:
    """Tables mapped, templates compiled, words of dates and holidays read, some pages opened once.

    Processes must not share a connection: none is left open.
    """
    now = app.clock()
    configure_mappers()
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    format_date(now, "full", "fr")
    format_time(now, "short", locale="fr")
    is_holiday(day_of(now))
    _open_pages(app)
    with app.app_context():
        db.engine.dispose()


def _open_pages(app: Application) -> None:
    browser = app.test_client()
    for page in PAGES:
        browser.get(page, base_url=app.settings.base_url)
