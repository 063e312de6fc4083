"""What people read when something is refused, missing or broken: always a sentence, never a trace."""

from __future__ import annotations

import logging

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
}
FORM_TOO_OLD = lazy_gettext(
    "Cette page a été ouverte il y a longtemps. Ouvrez-la de nouveau, puis recommencez. Rien n’a été changé."
)
RETRY_SECONDS = "30"


class NotUnderstood(UnprocessableEntity):
    """What an address asks cannot be read (422); the sentence says how to mend it, the way leads on."""

    def __init__(self, sentence: str, *, way: tuple[str, str]) -> None:
        super().__init__()
        self.sentence = sentence
        self.way = way
        """An address and its words."""


def page(status: int, title: object, sentence: object, headers: dict[str, str] | None = None) -> Answer:
    body = render_template("errors/error.html", title=title, sentence=sentence)
    return body, status, headers or {}


def refused(refusal: Refusal) -> Answer:
    db.session.rollback()
    return page(409, gettext("Ce n’est pas possible"), gettext(refusal.sentence))


def of_host(_error: SecurityError) -> Answer:
    """A foreign Host: no link can be built, so there is none."""
    title, sentence = SENTENCES[400]
    return render_template("errors/bare.html", title=title, sentence=sentence), 400, {}


def of_http(error: HTTPException) -> Answer | HTTPException:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    title, sentence = SENTENCES.get(status, SENTENCES[400])
    headers = {"Allow": ", ".join(getattr(error, "valid_methods", None) or ())} if status == 405 else {}
    return page(status, title, sentence, headers)


def not_understood(error: NotUnderstood) -> Answer:
    title, _ = SENTENCES[422]
    return render_template("errors/error.html", title=title, sentence=error.sentence, links=[error.way]), 422, {}


def of_form(_error: CSRFError) -> Answer:
    return page(400, SENTENCES[400][0], FORM_TOO_OLD)


def unavailable(_error: Exception | None = None) -> Answer:
    """The database does not answer, or its guards are not all there."""
    db.session.rollback()
    log.error("unavailable", exc_info=_error, extra={"fields": {"request": request_id()}})
    return render_template("errors/unavailable.html"), 503, {"Retry-After": RETRY_SECONDS}


def broken(error: Exception) -> Answer:
    """Our own mistake: the person gets a number, the log has it with the place in the code."""
    db.session.rollback()
    log.error("incident", exc_info=error, extra={"fields": {"request": request_id()}})
    return render_template("errors/incident.html", incident=request_id()), 500, {}


def refuse_nul() -> None:
    """No keyboard writes this character, and PostgreSQL keeps no text with it; feeds answer in their own way."""
    if "\0" in request.path:
        abort(404)
    if any("\0" in text for text in request.values.values()) and "feeds" not in request.blueprints:
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
