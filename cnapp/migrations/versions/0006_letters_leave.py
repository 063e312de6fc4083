"""Letters leave: who has one in hand, and how it ended"""

import sqlalchemy as sa
from alembic import op

from cnapp.base.database import UtcInstant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = ("sent", "overtaken", "unneeded", "too_late", "given_up", "parked")
WAITS = sa.text("settled_at IS NULL")
CHECKS = {
    "outbox_settled_with_outcome": "(settled_at IS NULL) = (outcome IS NULL)",
    "outbox_claim_ends": "(claim IS NULL) = (claimed_until IS NULL)",
    "outbox_settled_is_nobodys": "settled_at IS NULL OR claim IS NULL",
    "outbox_failed_for_reason": "outcome NOT IN ('given_up', 'parked') OR last_error IS NOT NULL",
    "outbox_tries": "tries >= 0",
}
NEW = ("put_off_until", "claim", "claimed_until", "tries", "last_error", "outcome")


def upgrade() -> None:
    op.drop_index("ix_outbox_due", "outbox")
    with op.batch_alter_table("outbox") as table:
        table.alter_column("sent_at", new_column_name="settled_at")
        table.add_column(sa.Column("put_off_until", UtcInstant(), nullable=True))
        table.add_column(sa.Column("claim", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("claimed_until", UtcInstant(), nullable=True))
        table.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("last_error", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("outcome", sa.String(length=20), nullable=True))
    op.execute("UPDATE outbox SET outcome = 'sent' WHERE settled_at IS NOT NULL")
    with op.batch_alter_table("outbox") as table:
        table.alter_column("tries", server_default=None)
        table.create_check_constraint("outbox_outcome", sa.column("outcome").in_(OUTCOMES))
        for name, rule in CHECKS.items():
            table.create_check_constraint(name, sa.text(rule))
    op.create_index("ix_outbox_due", "outbox", ["due_at", "id"], sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_table(
        "beats",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beats")),
    )


def downgrade() -> None:
    """What ended otherwise than sent waits again: nothing leaves there."""
    op.drop_table("beats")
    op.drop_index("ix_outbox_due", "outbox")
    with op.batch_alter_table("outbox") as table:
        for name in ("outbox_outcome", *CHECKS):
            table.drop_constraint(name, type_="check")
    op.execute("UPDATE outbox SET settled_at = NULL WHERE outcome <> 'sent'")
    with op.batch_alter_table("outbox") as table:
        table.alter_column("settled_at", new_column_name="sent_at")
        for name in NEW:
            table.drop_column(name)
    op.create_index("ix_outbox_due", "outbox", ["sent_at", "due_at"])
