"""The citizens' pages: what anybody can open, without an account."""

from __future__ import annotations

from flask import Blueprint

from cnapp.web.application import Application
from cnapp.web.public import (
    beneficiary,
    callback,
    cancellation,
    check,
    contact,
    finish,
    gallery,
    home,
    languages,
    move,
    move_check,
    name,
    needs,
    pages,
    place,
    places,
    preferences,
    receipt,
    retrieval,
    subject,
    time,
    topic,
)

BOOKING = (subject, topic, needs, place, time, beneficiary, name, contact, check, finish)
KEPT = (receipt, cancellation, move, move_check, retrieval)
AROUND = (home, callback, languages, preferences, places, pages)


def register(app: Application) -> None:
    public = Blueprint("public", __name__)
    public.register_blueprint(subject.start)
    for resource in (*AROUND, *BOOKING, *KEPT):
        public.register_blueprint(resource.bp)
    if app.settings.is_local:
        public.register_blueprint(gallery.bp)
    app.register_blueprint(public)
