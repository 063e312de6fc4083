"""Calls that somebody of the team has to make, and letters that somebody prints and posts"""

import sqlalchemy as sa
from alembic import op

from cnapp.base.database import UtcInstant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FORMER_TRIES = ("password", "code", "code_address", "hold_address", "feed", "search")
TRIES = (*FORMER_TRIES, "callback")
ENDINGS = (
    "reached",
    "message_left",
    "wrong_number",
    "already_knows",
    "not_coming",
    "no_calls",
    "overtaken",
)
ANSWERS = (
    "reached",
    "message_left",
    "no_message",
    "no_answer",
    "wrong_number",
    "already_knows",
    "call_again",
    "not_coming",
    "no_calls",
    "taken_back",
)
POSTED = {
    "outbox_posted_by_somebody": "(printed_at IS NULL) = (printed_by_id IS NULL)",
    "outbox_posted_on_paper": "printed_at IS NULL OR channel = 'paper'",
}
IS_OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    _make_calls()
    _make_attempts()
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("printed_at", UtcInstant(), nullable=True))
        table.add_column(sa.Column("printed_by_id", KEY, nullable=True))
        table.create_foreign_key(op.f("fk_outbox_printed_by_id"), "staff", ["printed_by_id"], ["id"])
        for name, rule in POSTED.items():
            table.create_check_constraint(name, sa.text(rule))
        table.create_index(op.f("ix_outbox_printed_by_id"), ["printed_by_id"])
    _count(TRIES)


def downgrade() -> None:
    op.execute("DELETE FROM attempts WHERE what = 'callback'")
    _count(FORMER_TRIES)
    with op.batch_alter_table("outbox") as table:
        table.drop_index(op.f("ix_outbox_printed_by_id"))
        for name in POSTED:
            table.drop_constraint(name, type_="check")
        table.drop_constraint(op.f("fk_outbox_printed_by_id"), type_="foreignkey")
        table.drop_column("printed_by_id")
        table.drop_column("printed_at")
    op.drop_table("call_attempts")
    op.drop_table("calls")


def _make_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("reason", _one_of("call_reason", "letter", "callback"), nullable=False),
        sa.Column("due_id", KEY, nullable=True),
        sa.Column("appointment_id", KEY, nullable=True),
        sa.Column("citizen_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=True),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("preferred", _one_of("call_part", "any", "morning", "afternoon"), nullable=True),
        sa.Column("topic", sa.String(length=200), nullable=True),
        sa.Column("due_at", UtcInstant(), nullable=False),
        sa.Column("call_again_at", UtcInstant(), nullable=True),
        sa.Column("settled_at", UtcInstant(), nullable=True),
        sa.Column("outcome", _one_of("call_outcome", *ENDINGS), nullable=True),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="call_settled_with_outcome"),
        sa.CheckConstraint("(reason = 'letter') = (due_id IS NOT NULL)", name="call_stands_for_a_letter"),
        sa.CheckConstraint("(reason = 'callback') = (preferred IS NOT NULL)", name="call_back_when_preferred"),
        sa.CheckConstraint("topic IS NULL OR reason = 'callback'", name="call_topic_of_a_callback"),
        sa.CheckConstraint("call_again_at IS NULL OR call_again_at >= created_at", name="call_again_afterwards"),
        *_keys("calls", due_id="outbox", appointment_id="appointments", citizen_id="citizens", place_id="places"),
        sa.UniqueConstraint("public_id", name=op.f("uq_calls_public_id")),
        sa.UniqueConstraint("due_id", name=op.f("uq_calls_due_id")),
    )
    op.create_index("ix_calls_open", "calls", ["due_at"], sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
    for column in ("appointment_id", "citizen_id", "place_id"):
        op.create_index(op.f(f"ix_calls_{column}"), "calls", [column])


def _make_attempts() -> None:
    op.create_table(
        "call_attempts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("call_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("hand", sa.String(length=40), nullable=True),
        sa.Column("answer", _one_of("call_answer", *ANSWERS), nullable=False),
        sa.Column("again_at", UtcInstant(), nullable=True),
        sa.CheckConstraint("number >= 1", name="call_attempt_numbered_from_one"),
        sa.CheckConstraint("(answer = 'call_again') = (again_at IS NOT NULL)", name="call_attempt_again_when"),
        *_keys("call_attempts", call_id="calls", staff_id="staff"),
        sa.UniqueConstraint("call_id", "number", name="uq_call_attempts_number"),
    )
    op.create_index(op.f("ix_call_attempts_staff_id"), "call_attempts", ["staff_id"])


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _keys(table: str, **targets: str) -> list[sa.Constraint]:
    foreign: list[sa.Constraint] = [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]
    return [*foreign, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _count(tries: tuple[str, ...]) -> None:
    with op.batch_alter_table("attempts") as table:
        table.drop_constraint("attempt_what", type_="check")
        table.create_check_constraint("attempt_what", sa.column("what").in_(tries))
