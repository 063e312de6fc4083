"""Floor 3: pages and feeds, joined to the application."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from cnapp.config import Settings
from cnapp.web import (
    account,
    agenda,
    assets,
    coordination,
    deliveries,
    desk,
    errors,
    feeds,
    headers,
    health,
    logs,
    menu,
    public,
    rendering,
)
from cnapp.web.application import Application, Sessions

LARGEST_REQUEST = 64 * 1024

csrf = CSRFProtect()


def configuration(settings: Settings) -> dict[str, Any]:
    """Flask's own settings, as ours imply them."""
    return {
        "SECRET_KEY": settings.secret_key,
        "DEBUG": settings.debug,
        "PORT": urlsplit(settings.base_url).port,
        "TRUSTED_HOSTS": settings.trusted_hosts,
        "SESSION_COOKIE_NAME": "cnapp",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "fr",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Paris",
    }


def register(app: Application) -> None:
    """Pages, feeds, headers, errors, logs."""
    app.wsgi_app = ProxyFix(app.wsgi_app, *[app.settings.proxies] * 3)  # type: ignore[method-assign]
    app.session_interface = Sessions()
    csrf.init_app(app)
    for part in (logs, health, headers, errors, rendering, menu, assets):
        part.register(app)
    for area in (public, account, agenda, desk, coordination, feeds, deliveries):
        area.register(app)
    csrf.exempt(deliveries.bp)
