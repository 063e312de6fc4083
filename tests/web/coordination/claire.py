"""Claire, who coordinates, signed in; and what her pages leave in the journal."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.people import Role, Staff
from tests.factories import give_password, make_staff
from tests.support import Page, sign_in


def coordinate(client: FlaskClient, email: str = "claire@exemple.fr") -> Staff:
    claire = make_staff("Claire", last_name="Muller", email=email, role=Role.COORDINATOR)
    give_password(claire)
    sign_in(client, email)
    return claire


def told(subject: Subject) -> list[str]:
    """What happened to things of this kind, in order."""
    return list(db.session.scalars(select(Entry.what).where(Entry.subject == subject).order_by(Entry.id)))


def typed(page: Page, name: str) -> str:
    """What a field of the page holds."""
    field = page.html.select_one(f"[name='{name}']")
    assert field is not None
    return field.get_text() if field.name == "textarea" else str(field.get("value", ""))


def reread() -> None:
    """Rows that the pages changed are read again."""
    db.session.rollback()
    db.session.expire_all()
