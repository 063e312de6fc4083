"""What people read when something is refused, missing or broken: always a sentence, never a trace.

Below /api it is programs that read: the same sentence as JSON.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError, UnprocessableEntity

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.web.application import Application
from cnapp.web.logs import request_id

Answer = tuple[str, int, dict[str, str]]
log = logging.getLogger("cnapp.errors")

SENTENCES = {
    400: (
        lazy_gettext("La demande n’est pas complète"),
        lazy_gettext("Revenez à la page précédente et essayez encore."),
    ),
    403: (lazy_gettext("Cette page n’est pas pour vous"), lazy_gettext("Votre compte n’ouvre pas cette page.")),
    404: (
        lazy_gettext("Page introuvable"),
        lazy_gettext("Cette page n’existe pas ou plus. Vérifiez l’adresse, ou repartez de l’accueil."),
    ),
    405: (lazy_gettext("Cette page ne s’ouvre pas ainsi"), lazy_gettext("Repartez de l’accueil.")),
    410: (lazy_gettext("Cette page n’existe plus"), lazy_gettext("Repartez de l’accueil.")),
    413: (lazy_gettext("C’est trop long"), lazy_gettext("Revenez à la page précédente et écrivez moins de texte.")),
    422: (lazy_gettext("Nous n’avons pas compris"), lazy_gettext("Vérifiez ce qui est demandé, puis essayez encore.")),
    429: (
        lazy_gettext("Trop d’essais"),
        lazy_gettext("Attendez quelques minutes, ou demandez à l’accueil d’un de nos lieux."),
    ),
    500: (
        lazy_gettext("Le site a eu un problème"),
        lazy_gettext("Ce n’est pas de votre faute. Attendez une minute, puis essayez encore."),
    ),
    503: (
        lazy_gettext("Le site est arrêté un moment"),
        lazy_gettext("Votre rendez-vous est gardé. Revenez dans quelques minutes."),
    ),
}
FORM_TOO_OLD = lazy_gettext(
    "Cette page a été ouverte il y a longtemps. Ouvrez-la de nouveau, puis recommencez. Rien n’a été changé."
)
RETRY_SECONDS = "30"
PROGRAMS = {"feeds", "deliveries"}
"""Areas that read what they are asked by themselves, down to its bytes."""
JSON_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Of what any site may read."""


class NotUnderstood(UnprocessableEntity):
    """What an address asks cannot be read (422); the sentence says how to mend it, the way leads on."""

    def __init__(self, sentence: str, *, way: tuple[str, str]) -> None:
        super().__init__()
        self.sentence = sentence
        self.way = way
        """An address and its words."""


def page(status: int, title: object, sentence: object, headers: dict[str, str] | None = None) -> Answer:
    return _shown("error", status, headers, title=title, sentence=sentence)


def _shown(template: str, status: int, headers: dict[str, str] | None = None, **words: Any) -> Answer:
    if request.path.startswith("/api/"):
        said = {"erreur": str(words["sentence"])}
        if "incident" in words:
            said["incident"] = words["incident"]
        return json.dumps(said, ensure_ascii=False), status, {**JSON_HEADERS, **(headers or {})}
    return render_template(f"errors/{template}.html", **words), status, headers or {}


def refused(refusal: Refusal) -> Answer:
    db.session.rollback()
    return page(409, gettext("Ce n’est pas possible"), gettext(refusal.sentence))


def of_host(_error: SecurityError) -> Answer:
    """A foreign Host: no link can be built, so there is none."""
    title, sentence = SENTENCES[400]
    return _shown("bare", 400, title=title, sentence=sentence)


def of_http(error: HTTPException) -> Answer | HTTPException:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    title, sentence = SENTENCES.get(status, SENTENCES[400])
    headers = {"Allow": ", ".join(getattr(error, "valid_methods", None) or ())} if status == 405 else {}
    return page(status, title, sentence, headers)


def not_understood(error: NotUnderstood) -> Answer:
    title, _ = SENTENCES[422]
    return _shown("error", 422, title=title, sentence=error.sentence, links=[error.way])


def of_form(_error: CSRFError) -> Answer:
    return page(400, SENTENCES[400][0], FORM_TOO_OLD)


def unavailable(_error: Exception | None = None) -> Answer:
    """The database does not answer, or its guards are not all there."""
    db.session.rollback()
    log.error("unavailable", exc_info=_error, extra={"fields": {"request": request_id()}})
    title, sentence = SENTENCES[503]
    return _shown("unavailable", 503, {"Retry-After": RETRY_SECONDS}, title=title, sentence=sentence)


def broken(error: Exception) -> Answer:
    """Our own mistake: the person gets a number, the log has it with the place in the code."""
    db.session.rollback()
    log.error("incident", exc_info=error, extra={"fields": {"request": request_id()}})
    title, sentence = SENTENCES[500]
    return _shown("incident", 500, title=title, sentence=sentence, incident=request_id())


def refuse_nul() -> None:
    """No keyboard writes this character, and PostgreSQL keeps no text with it; programs are answered elsewhere."""
    if "\0" in request.path:
        abort(404)
    if PROGRAMS.isdisjoint(request.blueprints) and any("\0" in text for text in request.values.values()):
        abort(422)


def register(app: Application) -> None:
    app.before_request(refuse_nul)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, of_form)
    app.register_error_handler(SecurityError, of_host)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(NotUnderstood, not_understood)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(InterfaceError, unavailable)
    app.register_error_handler(Exception, broken)
