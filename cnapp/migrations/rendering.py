"""How our own columns are written into a new revision."""

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum

from cnapp.base.database import UtcInstant


def render(kind: str, thing: Any, context: AutogenContext) -> str | Literal[False]:
    """Alembic's `render_item`: False leaves the thing to Alembic."""
    if kind == "type" and isinstance(thing, UtcInstant):
        context.imports.add("from cnapp.base.database import UtcInstant")
        return "UtcInstant()"
    if kind == "type" and isinstance(thing, Enum):
        values = ", ".join(repr(str(value)) for value in thing.enums)
        return f"sa.Enum({values}, name={thing.name!r}, native_enum=False, create_constraint=True, length={thing.length})"
    return False
