"""What the tests of a desk's appointments share: two places, one booking at each, and the presses that change them."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from tests.factories import (
    give_password,
    make_appointment,
    make_presence,
    make_staff,
)
from tests.support import Page, sign_in, submit, visit

HOME = "/accueil/rendez-vous"


def signed_in(client: FlaskClient, staff: Staff) -> Staff:
    give_password(staff)
    sign_in(client, staff.email)
    return staff


def booked(place: Place, motif: Motif, at: str = "2026-12-03 09:00", **columns: object) -> Appointment:
    conseiller = make_staff("Nadia")
    presence = make_presence(f"{at[:10]} 09:00", "12:00", place=place, conseiller=conseiller)
    make_presence("2026-12-10 09:00", "12:00", place=place, conseiller=conseiller)
    return make_appointment(presence, at, motif=motif, **columns)


def page_of(appointment: Appointment, last: str = "") -> str:
    return f"{HOME}/{appointment.public_id}{last}"


def search(client: FlaskClient, typed: str) -> Page:
    return submit(client, visit(client, HOME), {"typed": typed}, "/recherche")


def open_with(client: FlaskClient, code: str, letters: str) -> Page:
    return submit(client, visit(client, HOME), {"code": code, "letters": letters}, "/code")


def names(page: Page) -> list[str]:
    return [link.get_text() for link in page.html.select("tbody th a [translate]")]


def happened(appointment: Appointment) -> list[str]:
    lines = select(Entry.what).where(Entry.subject == Subject.APPOINTMENT, Entry.subject_id == appointment.id)
    return list(db.session.scalars(lines.order_by(Entry.number)))


def cancel(client: FlaskClient, appointment: Appointment, why: str, page: Page | None = None) -> Page:
    answer = submit(client, page or visit(client, page_of(appointment, "/annuler")), {"why": why})
    db.session.refresh(appointment)
    return answer


def move(client: FlaskClient, appointment: Appointment, slot: str, page: Page | None = None) -> Page:
    answer = submit(client, page or visit(client, page_of(appointment, "/deplacer")), {"slot": slot})
    db.session.refresh(appointment)
    return answer
