"""SMS that arrived: when their gateway said so"""

import sqlalchemy as sa
from alembic import op

from cnapp.base.database import UtcInstant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ARRIVED = "delivered_at IS NULL OR coalesce(outcome, '') = 'sent'"


def upgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("delivered_at", UtcInstant(), nullable=True))
        table.create_check_constraint("outbox_delivered_was_sent", sa.text(ARRIVED))


def downgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("outbox_delivered_was_sent", type_="check")
        table.drop_column("delivered_at")
