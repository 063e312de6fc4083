"""The pages of a presence, as a coordinator walks through them."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.people import Staff
from cnapp.domain.presences import Presence
from tests.support import Page, submit, visit

NEW = "/coordination/permanences/nouvelle"


def typed(nadia: Staff, **values: str) -> dict[str, str]:
    usual = {
        "conseiller": nadia.public_id,
        "where": "borny",
        "day": "2026-12-03",
        "starts": "09:00",
        "ends": "12:00",
        "receives": "rendez-vous",
        "walk_in_minutes": "0",
    }
    return {**usual, **values}


def add(client: FlaskClient, values: dict[str, str]) -> Page:
    return submit(client, visit(client, NEW), values, action="/nouvelle")


def path(presence: Presence, name: str = "") -> str:
    return f"/coordination/permanences/{presence.public_id}{name}"


def change(client: FlaskClient, presence: Presence, **values: str) -> Page:
    return submit(client, visit(client, path(presence, "/modifier")), values, action="/modifier")


def withdraw(client: FlaskClient, presence: Presence) -> Page:
    return submit(client, visit(client, path(presence, "/retirer")), action="/retirer")


def presences() -> list[Presence]:
    db.session.rollback()
    return list(db.session.scalars(select(Presence).order_by(Presence.starts_at, Presence.id)))


def errors(page: Page) -> dict[str, str]:
    """By field, what is said beside it."""
    return {
        str(each["id"]).removesuffix("-error"): " ".join(each.get_text(" ").split()).removeprefix("Erreur : ")
        for each in page.html.select(".error-message")
    }


def value(page: Page, name: str) -> str:
    chosen = page.html.select_one(f"select[name={name}] option[selected]")
    field = chosen or page.html.select_one(f"input[name={name}]")
    return str(field["value"]) if field else ""
