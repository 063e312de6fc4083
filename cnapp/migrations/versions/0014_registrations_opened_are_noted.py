"""Opening a registration leaves a line among the consultations too"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONE_BOOKING = "(appointment_id IS NULL) <> (registration_id IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table("consultations") as table:
        table.alter_column("appointment_id", existing_type=KEY, nullable=True)
        table.add_column(sa.Column("registration_id", KEY, nullable=True))
        table.create_foreign_key(op.f("fk_consultations_registration_id"), "registrations", ["registration_id"], ["id"])
        table.create_index(op.f("ix_consultations_registration_id"), ["registration_id"])
    with op.batch_alter_table("consultations") as table:
        table.create_check_constraint("consultation_of_one_booking", sa.text(ONE_BOOKING))


def downgrade() -> None:
    op.execute("DELETE FROM consultations WHERE appointment_id IS NULL")
    with op.batch_alter_table("consultations") as table:
        table.drop_constraint("consultation_of_one_booking", type_="check")
    with op.batch_alter_table("consultations") as table:
        table.drop_index(op.f("ix_consultations_registration_id"))
        table.drop_constraint(op.f("fk_consultations_registration_id"), type_="foreignkey")
        table.drop_column("registration_id")
        table.alter_column("appointment_id", existing_type=KEY, nullable=False)
