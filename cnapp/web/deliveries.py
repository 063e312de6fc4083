"""POST /sms/suites: what the SMS gateway tells of what it was handed. No session: each message is signed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, abort, jsonify, request
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.signatures import is_of_now, is_signed
from cnapp.services.deliveries import note_arrival, note_failure
from cnapp.web.application import Application, now, settings

bp = Blueprint("deliveries", __name__)

LARGEST = 4 * 1024
REFERENCE = re.compile(r"[\w-]{1,80}", re.ASCII)
Answer = tuple[Response, int]


def _wait(_reference: str, *, now: datetime) -> None:
    """It is on its way: there is nothing to note."""


NOTES: Mapping[str, Callable[..., None]] = {
    "delivered": note_arrival,
    **dict.fromkeys(("failed", "undelivered", "rejected", "expired"), note_failure),
    **dict.fromkeys(("accepted", "queued", "sent", "buffered"), _wait),
}
"""By the word that the gateway has for it."""


class Malformed(Exception):
    """The sentence is for whoever sets the gateway."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


@bp.post("/sms/suites")
def create() -> Answer:
    """The same answer whether the reference is known or not."""
    body = _signed_body()
    told = _read(body)
    reference, note = _text(told, "reference"), NOTES.get(_text(told, "status").lower())
    if note is None:
        raise Malformed(gettext("« status » : %(words)s.", words=", ".join(NOTES)), 422)
    if REFERENCE.fullmatch(reference):
        with transaction():
            note(reference, now=now())
    return jsonify(recu=True), 202


@bp.errorhandler(Malformed)
def malformed(fault: Malformed) -> Answer:
    return jsonify(erreur=fault.sentence), fault.status


def _signed_body() -> bytes:
    """Judged before anything of it is read."""
    key = settings().sms_webhook_key or abort(404)
    request.max_content_length = LARGEST
    body = request.get_data()
    timestamp, given = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    if not is_of_now(timestamp, now()):
        raise Malformed(gettext("X-Timestamp manque, ou est à plus de cinq minutes."), 401)
    if not is_signed(key, given=given, timestamp=timestamp, body=body):
        raise Malformed(gettext("X-Signature manque, ou n’est pas la bonne."), 401)
    return body


def _read(body: bytes) -> Mapping[str, Any]:
    """JSON or a form, as the message says that it is."""
    try:
        text = body.decode()
        told = json.loads(text) if request.is_json else dict(parse_qsl(text, strict_parsing=True))
    except (ValueError, RecursionError):
        raise Malformed(gettext("Le message n’est ni du JSON, ni un formulaire."), 400) from None
    if not isinstance(told, dict):
        raise Malformed(gettext("Le message n’est pas un objet JSON."), 400)
    return told


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not value or not isinstance(value, str):
        raise Malformed(gettext("Il manque « %(name)s ».", name=name), 422)
    return value


def register(app: Application) -> None:
    app.register_blueprint(bp)
