"""How our own columns are written into a new revision."""

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum

from cnapp.base.database import UtcInstant


def render(what: str, thing: Any, context: AutogenContext) -> str | Literal[False]:
    """Alembic's `render_item`: False leaves the thing to Alembic."""
    if what == "type" and isinstance(thing, UtcInstant):
        context.imports.add("from cnapp.base.database import UtcInstant")
        return "UtcInstant()"
    if what == "type" and isinstance(thing, Enum):
        values = ", ".join(repr(str(value)) for value in thing.enums)
        kind = f"name={thing.name!r}, native_enum=False, create_constraint=True, length={thing.length}"
        return f"sa.Enum({values}, {kind})"
    return False
