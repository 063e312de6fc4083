"""Letters to the team, passwords forgotten, and a limit to what visitors cause"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FORMER_OUTCOMES = ("sent", "overtaken", "unneeded", "too_late", "given_up", "parked", "entrusted")
OUTCOMES = (*FORMER_OUTCOMES, "capped")


def upgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("caused_for", sa.String(length=64), nullable=True))
        table.create_index(op.f("ix_outbox_caused_for"), ["caused_for"])
    _know(OUTCOMES)
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("schedule_letters", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("staff") as table:
        table.alter_column("schedule_letters", server_default=None)
    with op.batch_alter_table("password_links") as table:
        table.add_column(sa.Column("public_id", sa.String(length=32), nullable=True))
        table.alter_column("made_by_id", existing_type=KEY, nullable=True)
        table.create_unique_constraint(op.f("uq_password_links_public_id"), ["public_id"])


def downgrade() -> None:
    """Links that were asked for go: nobody is said to have made them."""
    op.execute("DELETE FROM password_links WHERE made_by_id IS NULL")
    with op.batch_alter_table("password_links") as table:
        table.drop_constraint(op.f("uq_password_links_public_id"), type_="unique")
        table.alter_column("made_by_id", existing_type=KEY, nullable=False)
        table.drop_column("public_id")
    with op.batch_alter_table("staff") as table:
        table.drop_column("schedule_letters")
    op.execute("UPDATE outbox SET outcome = 'unneeded' WHERE outcome = 'capped'")
    _know(FORMER_OUTCOMES)
    with op.batch_alter_table("outbox") as table:
        table.drop_index(op.f("ix_outbox_caused_for"))
        table.drop_column("caused_for")


def _know(outcomes: tuple[str, ...]) -> None:
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("outbox_outcome", type_="check")
        table.create_check_constraint("outbox_outcome", sa.column("outcome").in_(outcomes))
