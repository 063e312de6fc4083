"""Workshops, their sessions, seats and registrations; kits that are lent to them"""

import sqlalchemy as sa
from alembic import op

from cnapp.base.database import UtcInstant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HELD, WAITS = sa.text("draft_id IS NOT NULL"), sa.text("settled_at IS NULL")
WAITING, OFFERED = sa.text("status = 'waiting'"), sa.text("status = 'offered'")
ACTIVE = sa.text("status IN ('registered', 'offered', 'waiting')")
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
)
LETTERS = (
    *FORMER_LETTERS,
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
)
SUBJECTS = (*FORMER_SUBJECTS, "workshop", "registration", "kit")
FORMER_ABOUT = "coalesce(appointment_id, citizen_id, staff_id) IS NOT NULL"
ABOUT = "coalesce(appointment_id, registration_id, citizen_id, staff_id) IS NOT NULL"
TABLES = ("kits", "workshops", "seats", "workshop_sessions", "loans", "registrations", "attendances", "leadings")
OF_OUTBOX = {"registration_id": "registrations", "workshop_id": "workshops"}


def upgrade() -> None:
    _make_kits()
    _make_workshops()
    _make_seats()
    _make_workshop_sessions()
    _make_loans()
    _make_registrations()
    _make_attendances()
    _make_leadings()
    _refer("calls", registration_id="registrations")
    _refer("outbox", **OF_OUTBOX)
    _partial("ix_outbox_registration_line", "outbox", ["registration_id", "version"], WAITS)
    _know(LETTERS, SUBJECTS, ABOUT)


def downgrade() -> None:
    """Whatever is about workshops goes, and the time that was promised to them is free."""
    op.execute("DELETE FROM call_attempts WHERE call_id IN (SELECT id FROM calls WHERE registration_id IS NOT NULL)")
    op.execute("DELETE FROM calls WHERE registration_id IS NOT NULL")
    op.execute("DELETE FROM outbox WHERE registration_id IS NOT NULL OR workshop_id IS NOT NULL")
    op.execute("DELETE FROM journal WHERE subject IN ('workshop', 'registration', 'kit')")
    op.drop_index("ix_outbox_registration_line", "outbox")
    _know(FORMER_LETTERS, FORMER_SUBJECTS, FORMER_ABOUT)
    _forget("outbox", *OF_OUTBOX)
    _forget("calls", "registration_id")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DELETE FROM commitments WHERE kind = 'workshop'")


def _know(letters: tuple[str, ...], subjects: tuple[str, ...], about: str) -> None:
    with op.batch_alter_table("outbox") as table:
        for name in ("outbox_letter", "outbox_about_somebody"):
            table.drop_constraint(name, type_="check")
        table.create_check_constraint("outbox_letter", sa.column("letter").in_(letters))
        table.create_check_constraint("outbox_about_somebody", sa.text(about))
    with op.batch_alter_table("journal") as table:
        table.drop_constraint("journal_subject", type_="check")
        table.create_check_constraint("journal_subject", sa.column("subject").in_(subjects))


def _refer(name: str, **targets: str) -> None:
    with op.batch_alter_table(name) as table:
        for column, target in targets.items():
            table.add_column(sa.Column(column, KEY, nullable=True))
            table.create_foreign_key(op.f(f"fk_{name}_{column}"), target, [column], ["id"])
            table.create_index(op.f(f"ix_{name}_{column}"), [column])


def _forget(name: str, *columns: str) -> None:
    with op.batch_alter_table(name) as table:
        for column in columns:
            table.drop_index(op.f(f"ix_{name}_{column}"))
            table.drop_constraint(op.f(f"fk_{name}_{column}"), type_="foreignkey")
            table.drop_column(column)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _make_kits() -> None:
    op.create_table(
        "kits",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("computers", sa.Integer(), nullable=False),
        sa.Column("tablets", sa.Integer(), nullable=False),
        sa.Column("projectors", sa.Integer(), nullable=False),
        sa.Column("others", sa.String(length=200), nullable=False),
        sa.Column("state", _one_of("kit_state", "ready", "broken", "repair"), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("holder_id", KEY, nullable=True),
        sa.Column("retired_at", UtcInstant(), nullable=True),
        sa.Column("updated_at", UtcInstant(), nullable=False),
        sa.CheckConstraint(
            "computers BETWEEN 0 AND 50 AND tablets BETWEEN 0 AND 50 AND projectors BETWEEN 0 AND 10",
            name=op.f("kit_devices"),
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["staff.id"], name=op.f("fk_kits_holder_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_kits_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kits")),
        sa.UniqueConstraint("name", name=op.f("uq_kits_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_kits_public_id")),
    )
    op.create_index(op.f("ix_kits_holder_id"), "kits", ["holder_id"])
    op.create_index(op.f("ix_kits_place_id"), "kits", ["place_id"])


def _make_workshops() -> None:
    op.create_table(
        "workshops",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("series_id", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("learn", sa.String(length=400), nullable=False),
        sa.Column("level", _one_of("workshop_level", "beginner", "intermediate", "advanced"), nullable=False),
        sa.Column("prerequisite", sa.String(length=200), nullable=False),
        sa.Column("bring", sa.String(length=200), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("audience", sa.String(length=120), nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("at_least", sa.Integer(), nullable=False),
        sa.Column("closes_hours_before", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.Column("status", _one_of("workshop_status", "draft", "published", "withdrawn", "cancelled"), nullable=False),
        sa.Column("cancelled_at", UtcInstant(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("borrowed", sa.Integer(), nullable=False),
        sa.Column("lendable", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("updated_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("workshop_cancelled_when")),
        sa.CheckConstraint("at_least BETWEEN 1 AND capacity", name=op.f("workshop_at_least")),
        sa.CheckConstraint("borrowed BETWEEN 0 AND lendable", name=op.f("workshop_lends_what_it_has")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 100", name=op.f("workshop_capacity")),
        sa.CheckConstraint("closes_hours_before BETWEEN 0 AND 720", name=op.f("workshop_registration_deadline")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("workshop_ends_after_it_starts")),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name=op.f("workshop_never_over_capacity")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_workshops_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshops")),
        sa.UniqueConstraint("id", "place_id", name=op.f("uq_workshops_id_place_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_workshops_public_id")),
    )
    op.create_index(op.f("ix_workshops_place_id"), "workshops", ["place_id"])
    op.create_index(op.f("ix_workshops_series_id"), "workshops", ["series_id"])
    op.create_index("ix_workshops_starts_at", "workshops", ["starts_at"])


def _make_seats() -> None:
    op.create_table(
        "seats",
        sa.Column("id", KEY, nullable=False),
        sa.Column("workshop_id", KEY, nullable=False),
        sa.Column("borrows", sa.Boolean(), nullable=False),
        sa.Column("draft_id", sa.String(length=64), nullable=True),
        sa.Column("expires_at", UtcInstant(), nullable=True),
        sa.CheckConstraint("(draft_id IS NULL) = (expires_at IS NULL)", name=op.f("seat_held_until")),
        sa.CheckConstraint("draft_id IS NULL OR NOT borrows", name=op.f("seat_held_borrows_nothing")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshops.id"], name=op.f("fk_seats_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
        sa.UniqueConstraint("id", "workshop_id", name=op.f("uq_seats_id_workshop_id")),
    )
    _partial("ix_seats_expires_at", "seats", ["expires_at"], HELD)
    op.create_index(op.f("ix_seats_workshop_id"), "seats", ["workshop_id"])
    _partial("uq_seats_draft_id", "seats", ["draft_id"], HELD, unique=True)


def _make_workshop_sessions() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    seconds = "(ends_at - starts_at)" if is_sqlite else "EXTRACT(EPOCH FROM (ends_at - starts_at))"
    op.create_table(
        "workshop_sessions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("workshop_id", KEY, nullable=False),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.Column("outcome", _one_of("session_outcome", "held", "not_held"), nullable=True),
        sa.Column("noted_at", UtcInstant(), nullable=True),
        sa.Column("drop_ins", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"{seconds} > 0 AND {seconds} <= 28800", name=op.f("session_at_most_8_hours")),
        sa.CheckConstraint("(outcome IS NULL) = (noted_at IS NULL)", name=op.f("session_outcome_noted")),
        sa.CheckConstraint("drop_ins BETWEEN 0 AND 200", name=op.f("session_drop_ins")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshops.id"], name=op.f("fk_workshop_sessions_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_sessions")),
        sa.UniqueConstraint("id", "starts_at", "ends_at", name="uq_workshop_sessions_whole"),
        sa.UniqueConstraint("public_id", name=op.f("uq_workshop_sessions_public_id")),
        sa.UniqueConstraint("workshop_id", "starts_at", name=op.f("uq_workshop_sessions_workshop_id_starts_at")),
    )
    op.create_index("ix_workshop_sessions_starts_at", "workshop_sessions", ["starts_at"])


def _make_loans() -> None:
    op.create_table(
        "loans",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kit_id", KEY, nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["kit_id"], ["kits.id"], name=op.f("fk_loans_kit_id")),
        sa.ForeignKeyConstraint(
            ["session_id", "starts_at", "ends_at"],
            ["workshop_sessions.id", "workshop_sessions.starts_at", "workshop_sessions.ends_at"],
            name="fk_loans_session",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id", "place_id"], ["workshops.id", "workshops.place_id"], name="fk_loans_place"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
        sa.UniqueConstraint("kit_id", "session_id", name=op.f("uq_loans_kit_id_session_id")),
    )
    op.create_index("ix_loans_kit_starts", "loans", ["kit_id", "starts_at"])
    op.create_index("ix_loans_session_id", "loans", ["session_id"])
    op.create_index("ix_loans_workshop_id", "loans", ["workshop_id"])


def _make_registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("draft_id", sa.String(length=64), nullable=True),
        sa.Column("workshop_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("person_key", sa.String(length=120), nullable=False),
        sa.Column("booked_by", _one_of("registration_booked_by", "self", "relative", "professional"), nullable=False),
        sa.Column("booker_id", KEY, nullable=True),
        sa.Column("told", _one_of("registration_told", "person", "booker", "both"), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("borrows", sa.Boolean(), nullable=False),
        sa.Column(
            "origin",
            _one_of("registration_origin", "online", "counter", "phone", "conseiller", "walk_in"),
            nullable=False,
        ),
        sa.Column(
            "status",
            _one_of(
                "registration_status",
                "registered",
                "offered",
                "waiting",
                "excused",
                "revoked",
                "declined",
                "expired",
                "left",
            ),
            nullable=False,
        ),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("waiting_since", UtcInstant(), nullable=True),
        sa.Column("answer_by", UtcInstant(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("updated_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("(booked_by = 'self') = (booker_id IS NULL)", name=op.f("registration_booker_known")),
        sa.CheckConstraint("(status = 'offered') = (answer_by IS NOT NULL)", name=op.f("registration_offered_until")),
        sa.CheckConstraint(
            "(status IN ('registered', 'offered')) = (seat_id IS NOT NULL)", name=op.f("registration_has_its_seat")
        ),
        sa.CheckConstraint("booker_id IS NOT NULL OR told = 'person'", name=op.f("registration_told_exists")),
        sa.CheckConstraint("status <> 'waiting' OR waiting_since IS NOT NULL", name=op.f("registration_waits_since")),
        sa.ForeignKeyConstraint(["booker_id"], ["citizens.id"], name=op.f("fk_registrations_booker_id")),
        sa.ForeignKeyConstraint(["person_id"], ["citizens.id"], name=op.f("fk_registrations_person_id")),
        sa.ForeignKeyConstraint(
            ["seat_id", "workshop_id"], ["seats.id", "seats.workshop_id"], name="fk_registrations_seat"
        ),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshops.id"], name=op.f("fk_registrations_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("code", name=op.f("uq_registrations_code")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_registrations_draft_id")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_registrations_link_hash")),
        sa.UniqueConstraint("public_id", name=op.f("uq_registrations_public_id")),
        sa.UniqueConstraint("seat_id", name=op.f("uq_registrations_seat_id")),
    )
    op.create_index(op.f("ix_registrations_booker_id"), "registrations", ["booker_id"])
    _partial("ix_registrations_offered", "registrations", ["answer_by"], OFFERED)
    op.create_index(op.f("ix_registrations_person_id"), "registrations", ["person_id"])
    _partial("ix_registrations_waiting", "registrations", ["workshop_id", "waiting_since", "id"], WAITING)
    op.create_index(op.f("ix_registrations_workshop_id"), "registrations", ["workshop_id"])
    _partial("uq_registrations_active", "registrations", ["workshop_id", "person_key"], ACTIVE, unique=True)


def _make_attendances() -> None:
    op.create_table(
        "attendances",
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("registration_id", KEY, nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_attendances_registration_id")),
        sa.ForeignKeyConstraint(["session_id"], ["workshop_sessions.id"], name=op.f("fk_attendances_session_id")),
        sa.PrimaryKeyConstraint("session_id", "registration_id", name=op.f("pk_attendances")),
    )
    op.create_index(op.f("ix_attendances_registration_id"), "attendances", ["registration_id"])


def _make_leadings() -> None:
    op.create_table(
        "leadings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("conseiller_id", KEY, nullable=False),
        sa.Column("presence_id", KEY, nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id", "presence_id", "conseiller_id", "starts_at", "ends_at"],
            [
                "commitments.id",
                "commitments.presence_id",
                "commitments.conseiller_id",
                "commitments.starts_at",
                "commitments.ends_at",
            ],
            name="fk_leadings_commitment",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["conseiller_id"], ["staff.id"], name=op.f("fk_leadings_conseiller_id")),
        sa.ForeignKeyConstraint(["presence_id"], ["presences.id"], name=op.f("fk_leadings_presence_id")),
        sa.ForeignKeyConstraint(
            ["session_id", "starts_at", "ends_at"],
            ["workshop_sessions.id", "workshop_sessions.starts_at", "workshop_sessions.ends_at"],
            name="fk_leadings_session",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leadings")),
        sa.UniqueConstraint("commitment_id", name=op.f("uq_leadings_commitment_id")),
        sa.UniqueConstraint("session_id", "conseiller_id", name=op.f("uq_leadings_session_id_conseiller_id")),
    )
    op.create_index("ix_leadings_conseiller_id", "leadings", ["conseiller_id"])
    op.create_index("ix_leadings_presence_id", "leadings", ["presence_id"])
