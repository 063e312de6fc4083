"""Headers that every answer carries: nothing from elsewhere, nobody frames us, personal pages are kept nowhere."""

from __future__ import annotations

from flask import Response, request

from cnapp.config import Settings
from cnapp.web.application import Application

SECRET_ADDRESSES = ("/r/", "/i/", "/attente/", "/calendrier/", "/connexion/nouveau-mot-de-passe/")
"""Whoever knows one is let in: no search engine keeps them."""


def content_policy(settings: Settings) -> str:
    frames = settings.town_site or "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self' data:",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {frames}",
        )
    )


def register(app: Application) -> None:
    fixed = {
        "Content-Security-Policy": content_policy(app.settings),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if app.settings.is_https:
        fixed["Strict-Transport-Security"] = "max-age=31536000"
    if not app.settings.town_site:
        fixed["X-Frame-Options"] = "DENY"

    @app.after_request
    def add(response: Response) -> Response:
        given = set(response.headers.keys())
        response.headers.extend({name: value for name, value in fixed.items() if name not in given})
        if "Cache-Control" not in given:
            response.headers["Cache-Control"] = "no-store, private"
        if request.path.startswith(SECRET_ADDRESSES):
            response.headers["X-Robots-Tag"] = "noindex"
        return response
