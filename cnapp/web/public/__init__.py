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
    coordinates,
    device,
    earlier,
    enrolments,
    finish,
    gallery,
    home,
    languages,
    lost_codes,
    move,
    move_check,
    name,
    needs,
    objection,
    offer_answers,
    pages,
    place,
    places,
    poster,
    preferences,
    programme,
    proposition,
    receipt,
    registration,
    registration_check,
    registration_move,
    reminder_refusal,
    retrieval,
    seat_answers,
    session_reminders,
    subject,
    time,
    topic,
    unregistration,
    wait,
    wait_check,
    wait_leaving,
    waits,
    workshops,
)

BOOKING = (subject, topic, needs, place, time, beneficiary, name, contact, check, finish)
_OF_AN_APPOINTMENT = (receipt, proposition, cancellation, coordinates, move, move_check, reminder_refusal, objection)
KEPT = (*_OF_AN_APPOINTMENT, retrieval, lost_codes)
WAITING = (waits, wait_check, earlier, wait, wait_leaving, offer_answers)
WORKSHOPS = (workshops, enrolments, device, registration_check)
_OF_A_REGISTRATION = (registration, unregistration, registration_move, seat_answers, session_reminders)
ON_PAPER = (poster, programme)
AROUND = (home, callback, languages, preferences, places, pages)


def register(app: Application) -> None:
    public = Blueprint("public", __name__)
    public.register_blueprint(subject.start)
    for resource in (*AROUND, *ON_PAPER, *BOOKING, *KEPT, *WAITING, *WORKSHOPS, *_OF_A_REGISTRATION):
        public.register_blueprint(resource.bp)
    if app.settings.is_local:
        public.register_blueprint(gallery.bp)
    app.register_blueprint(public)
