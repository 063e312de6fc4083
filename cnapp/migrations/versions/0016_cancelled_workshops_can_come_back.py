"""A workshop that a plan cancelled can come back, as long as no letter has left"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("displacements", sa.Column("revival", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("displacements", "revival")
