"""Absences, closures of some hours or services, plans for whom they touch, least cover"""

import sqlalchemy as sa
from alembic import op

from cnapp.base.database import UtcInstant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDS, OPEN = sa.text("withdrawn_at IS NULL"), sa.text("standing = 'open'")
AWAITED = sa.text("standing = 'proposed'")
FORMER_LETTERS = (
    "confirmed",
    "moved",
    "cancelled",
    "revoked",
    "reminded",
    "reminded_today",
    "missed",
    "codes",
    "offered",
    "password",
    "schedule",
    "registered",
    "waitlisted",
    "seat_offered",
    "unregistered",
    "workshop_changed",
    "workshop_cancelled",
    "session_reminded",
    "session_today",
    "too_few",
)
LETTERS = (*FORMER_LETTERS, "displaced", "replaced", "reinstated", "absent")
FORMER_SUBJECTS = (
    "appointment",
    "presence",
    "staff",
    "place",
    "service",
    "visit",
    "motif",
    "rule",
    "travel",
    "closure",
    "workshop",
    "registration",
    "kit",
)
SUBJECTS = (*FORMER_SUBJECTS, "absence", "plan", "cover")
TABLES = ("plans", "absences", "displacements", "covers", "cover_rules")


def upgrade() -> None:
    _extend_closures()
    op.add_column("workshop_sessions", sa.Column("displaced_at", UtcInstant(), nullable=True))
    _make_plans()
    _make_absences()
    _make_displacements()
    _make_covers()
    _make_cover_rules()
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("plan_id", KEY, nullable=True))
        table.create_foreign_key(op.f("fk_outbox_plan_id"), "plans", ["plan_id"], ["id"])
        table.create_index(op.f("ix_outbox_plan_id"), ["plan_id"])
    _know(LETTERS, SUBJECTS)


def downgrade() -> None:
    """Absences end, and whoever was displaced is cancelled by the service: they have no time."""
    op.execute(
        "DELETE FROM call_attempts WHERE call_id IN (SELECT c.id FROM calls c JOIN outbox o ON o.id = c.due_id "
        "WHERE o.letter IN ('displaced', 'absent'))"
    )
    op.execute("DELETE FROM calls WHERE due_id IN (SELECT id FROM outbox WHERE letter IN ('displaced', 'absent'))")
    op.execute("UPDATE outbox SET letter = 'confirmed' WHERE letter = 'reinstated'")
    op.execute("DELETE FROM outbox WHERE letter IN ('displaced', 'absent')")
    op.execute("UPDATE outbox SET letter = 'moved' WHERE letter = 'replaced'")
    op.execute("DELETE FROM journal WHERE subject IN ('absence', 'plan', 'cover')")
    op.execute("UPDATE appointments SET status = 'revoked' WHERE status = 'displaced'")
    op.execute("DELETE FROM commitments WHERE kind = 'absence'")
    op.execute("DELETE FROM closures WHERE from_time IS NOT NULL OR closes <> 'everything'")
    _know(FORMER_LETTERS, FORMER_SUBJECTS)
    with op.batch_alter_table("outbox") as table:
        table.drop_index(op.f("ix_outbox_plan_id"))
        table.drop_constraint(op.f("fk_outbox_plan_id"), type_="foreignkey")
        table.drop_column("plan_id")
    for table_name in reversed(TABLES):
        op.drop_table(table_name)
    with op.batch_alter_table("workshop_sessions") as table:
        table.drop_column("displaced_at")
    _restore_closures()


def _know(letters: tuple[str, ...], subjects: tuple[str, ...]) -> None:
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("outbox_letter", type_="check")
        table.create_check_constraint("outbox_letter", sa.column("letter").in_(letters))
    with op.batch_alter_table("journal") as table:
        table.drop_constraint("journal_subject", type_="check")
        table.create_check_constraint("journal_subject", sa.column("subject").in_(subjects))


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _key_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


CLOSURE_CHECKS = {
    "closure_hours_whole": "(from_time IS NULL) = (until_time IS NULL)",
    "closure_hours_in_order": "from_time IS NULL OR from_time < until_time",
    "closure_moved_elsewhere": (
        "provisional_place_id IS NULL OR (place_id IS NOT NULL AND place_id <> provisional_place_id)"
    ),
}


def _extend_closures() -> None:
    with op.batch_alter_table("closures") as table:
        table.add_column(sa.Column("from_time", sa.Time(), nullable=True))
        table.add_column(sa.Column("until_time", sa.Time(), nullable=True))
        table.add_column(sa.Column("closes", sa.String(20), nullable=False, server_default="everything"))
        table.add_column(sa.Column("provisional_place_id", KEY, nullable=True))
        table.create_foreign_key(op.f("fk_closures_provisional_place_id"), "places", ["provisional_place_id"], ["id"])
        table.create_index(op.f("ix_closures_provisional_place_id"), ["provisional_place_id"])
        for name, rule in CLOSURE_CHECKS.items():
            table.create_check_constraint(name, sa.text(rule))
        table.create_check_constraint(
            "closure_closes", sa.column("closes").in_(("everything", "appointments", "workshops"))
        )
    with op.batch_alter_table("closures") as table:
        table.alter_column("closes", existing_type=sa.String(20), existing_nullable=False, server_default=None)


def _restore_closures() -> None:
    with op.batch_alter_table("closures") as table:
        for name in (*CLOSURE_CHECKS, "closure_closes"):
            table.drop_constraint(name, type_="check")
        table.drop_index(op.f("ix_closures_provisional_place_id"))
        table.drop_constraint(op.f("fk_closures_provisional_place_id"), type_="foreignkey")
        for column in ("from_time", "until_time", "closes", "provisional_place_id"):
            table.drop_column(column)


def _make_plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("cause", _one_of("plan_cause", "absence", "closure", "move", "roster"), nullable=False),
        sa.Column("closure_id", KEY, nullable=True),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("applied_at", UtcInstant(), nullable=True),
        sa.Column("letters_at", UtcInstant(), nullable=True),
        sa.CheckConstraint("(applied_at IS NULL) = (letters_at IS NULL)", name="plan_letters_after_applying"),
        sa.CheckConstraint("(cause IN ('closure', 'move')) = (closure_id IS NOT NULL)", name="plan_closure_known"),
        _key_to("plans", "closure_id", "closures"),
        _key_to("plans", "made_by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("public_id", name=op.f("uq_plans_public_id")),
    )
    for column in ("closure_id", "created_at"):
        op.create_index(op.f(f"ix_plans_{column}"), "plans", [column])


def _make_absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("conseiller_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("cause", _one_of("absence_cause", "illness", "leave", "training", "meeting"), nullable=False),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.Column("entered_by_id", KEY, nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("withdrawn_at", UtcInstant(), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name="absence_in_order"),
        _key_to("absences", "conseiller_id", "staff"),
        _key_to("absences", "plan_id", "plans"),
        _key_to("absences", "entered_by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sa.UniqueConstraint("public_id", name=op.f("uq_absences_public_id")),
    )
    op.create_index(op.f("ix_absences_plan_id"), "absences", ["plan_id"])
    op.create_index("ix_absences_ends_at", "absences", ["ends_at"])
    _partial("ix_absences_conseiller", "absences", ["conseiller_id", "ends_at"], STANDS)


def _make_displacements() -> None:
    standings = ("open", "proposed", "accepted", "kept", "to_call", "settled", "ended", "reinstated")
    keys = {
        "plan_id": "plans",
        "appointment_id": "appointments",
        "session_id": "workshop_sessions",
        "conseiller_id": "staff",
        "presence_id": "presences",
        "place_id": "places",
    }
    optional = ("appointment_id", "session_id")
    op.create_table(
        "displacements",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        *(sa.Column(column, KEY, nullable=column in optional) for column in keys),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.Column("proposal", sa.JSON(), nullable=True),
        sa.Column("way", sa.String(20), nullable=True),
        sa.Column("standing", _one_of("displacement_standing", *standings), nullable=False),
        sa.Column("settled_at", UtcInstant(), nullable=True),
        sa.Column("applied_version", sa.Integer(), nullable=True),
        sa.Column("answer_until", UtcInstant(), nullable=True),
        sa.Column("answered_at", UtcInstant(), nullable=True),
        sa.CheckConstraint("(appointment_id IS NULL) <> (session_id IS NULL)", name="displacement_of_one_thing"),
        sa.CheckConstraint("starts_at < ends_at", name="displacement_in_order"),
        sa.CheckConstraint("(standing = 'open') = (settled_at IS NULL)", name="displacement_open_until_settled"),
        sa.CheckConstraint("standing <> 'proposed' OR answer_until IS NOT NULL", name="displacement_asked_until"),
        *(_key_to("displacements", column, target) for column, target in keys.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_displacements")),
        sa.UniqueConstraint("public_id", name=op.f("uq_displacements_public_id")),
    )
    for column in (*keys, "starts_at"):
        op.create_index(op.f(f"ix_displacements_{column}"), "displacements", [column])
    _partial("uq_displacements_open_appointment", "displacements", ["appointment_id"], OPEN, unique=True)
    _partial("uq_displacements_open_session", "displacements", ["session_id"], OPEN, unique=True)
    _partial("ix_displacements_awaited", "displacements", ["answer_until"], AWAITED)


def _make_covers() -> None:
    op.create_table(
        "covers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("presence_id", KEY, nullable=False),
        sa.Column("made_id", KEY, nullable=False),
        sa.Column("gave_up", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("undone_at", UtcInstant(), nullable=True),
        _key_to("covers", "plan_id", "plans"),
        _key_to("covers", "presence_id", "presences"),
        _key_to("covers", "made_id", "presences"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covers")),
    )
    for column in ("plan_id", "presence_id", "made_id"):
        op.create_index(op.f(f"ix_covers_{column}"), "covers", [column])


def _make_cover_rules() -> None:
    op.create_table(
        "cover_rules",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("half", _one_of("cover_half", "morning", "afternoon"), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="cover_weekday"),
        sa.CheckConstraint("least BETWEEN 1 AND 9", name="cover_least"),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="cover_days_in_order"),
        _key_to("cover_rules", "place_id", "places"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_rules")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cover_rules_public_id")),
    )
    op.create_index(op.f("ix_cover_rules_place_id"), "cover_rules", ["place_id"])
