"""Searches of people are counted"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE = ("password", "code", "code_address", "hold_address", "feed")
AFTER = (*BEFORE, "search")


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM attempts WHERE what = 'search'")
    _allow(BEFORE)


def _allow(values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("attempts") as table:
        table.drop_constraint("attempt_what", type_="check")
        table.create_check_constraint("attempt_what", sa.text(f"what IN ({listed})"))
