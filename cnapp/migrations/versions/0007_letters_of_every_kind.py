"""Letters of every kind, to citizens and the team, by every channel"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FORMER_LETTERS = ("confirmed", "moved", "cancelled", "revoked")
LETTERS = (*FORMER_LETTERS, "reminded", "reminded_today", "missed", "codes", "offered", "password", "schedule")
FORMER_OUTCOMES = ("sent", "overtaken", "unneeded", "too_late", "given_up", "parked")
OUTCOMES = (*FORMER_OUTCOMES, "entrusted")
CHANNELS = ("email", "sms", "call", "paper")
WAITS = sa.text("settled_at IS NULL")
CHECKS = {
    "outbox_about_somebody": "coalesce(appointment_id, citizen_id, staff_id) IS NOT NULL",
    "outbox_went_by_a_channel": "outcome NOT IN ('sent', 'entrusted') OR channel IS NOT NULL",
}
READERS = {"citizen_id": "citizens", "staff_id": "staff"}


def upgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.alter_column("appointment_id", existing_type=KEY, nullable=True)
        table.add_column(sa.Column("channel", sa.String(length=20), nullable=True))
        for column, target in READERS.items():
            table.add_column(sa.Column(column, KEY, nullable=True))
            table.create_foreign_key(op.f(f"fk_outbox_{column}"), target, [column], ["id"])
    op.execute("UPDATE outbox SET channel = 'email' WHERE outcome IN ('sent', 'given_up')")
    _know(LETTERS, OUTCOMES)
    with op.batch_alter_table("outbox") as table:
        table.create_check_constraint("outbox_channel", sa.column("channel").in_(CHANNELS))
        for name, rule in CHECKS.items():
            table.create_check_constraint(name, sa.text(rule))
        for column in READERS:
            table.create_index(op.f(f"ix_outbox_{column}"), [column])
    op.create_index(
        "ix_outbox_line", "outbox", ["appointment_id", "version"], sqlite_where=WAITS, postgresql_where=WAITS
    )
    with op.batch_alter_table("citizens") as table:
        table.add_column(sa.Column("no_reminders", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("address", sa.String(length=200), nullable=True))
    with op.batch_alter_table("citizens") as table:
        table.alter_column("no_reminders", server_default=None)


def downgrade() -> None:
    """Letters that are not known there go, whether they have left or not."""
    with op.batch_alter_table("citizens") as table:
        table.drop_column("address")
        table.drop_column("no_reminders")
    op.drop_index("ix_outbox_line", "outbox")
    with op.batch_alter_table("outbox") as table:
        for column in READERS:
            table.drop_index(op.f(f"ix_outbox_{column}"))
        for name in ("outbox_channel", *CHECKS):
            table.drop_constraint(name, type_="check")
    known = ", ".join(f"'{letter}'" for letter in FORMER_LETTERS)
    op.execute(f"DELETE FROM outbox WHERE letter NOT IN ({known}) OR outcome = 'entrusted'")  # noqa: S608 our own words
    _know(FORMER_LETTERS, FORMER_OUTCOMES)
    with op.batch_alter_table("outbox") as table:
        for column in READERS:
            table.drop_constraint(op.f(f"fk_outbox_{column}"), type_="foreignkey")
            table.drop_column(column)
        table.drop_column("channel")
        table.alter_column("appointment_id", existing_type=KEY, nullable=False)


def _know(letters: tuple[str, ...], outcomes: tuple[str, ...]) -> None:
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("outbox_letter", type_="check")
        table.drop_constraint("outbox_outcome", type_="check")
        table.create_check_constraint("outbox_letter", sa.column("letter").in_(letters))
        table.create_check_constraint("outbox_outcome", sa.column("outcome").in_(outcomes))
