"""What the desk and the coordination need: visits, places of desks, cards, links, and who stood there"""

import secrets
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from cnapp.base.database import UtcInstant
from cnapp.base.names import KEY_LENGTH, find_key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUBJECTS = ("appointment", "presence", "staff", "place", "service")
NEW_SUBJECTS = ("visit", "motif", "rule", "travel", "closure")
NAMED = ("closures", "habilitations", "roster_rules")
"""Tables whose rows get a name of their own for addresses."""
WORDS = ("telephone", "ordinateur", "e-mails", "demarche", "arnaques", "autre", "ne-sais-pas")
STATES = ("waiting", "called", "done", "left", "elsewhere", "no_room", "not_ours")
AT_ONCE = 1000


def upgrade() -> None:
    for table in NAMED:
        _add_public_id(table)
    _add_plain_name()
    _add_phone_line()
    op.add_column("motifs", sa.Column("retired_at", UtcInstant(), nullable=True))
    _add_to_sign_ins()
    _add_to_journal()
    _make_visits()
    _make_small_tables()


def downgrade() -> None:
    for table in ("reserved_codes", "password_links", "desk_looks", "visits"):
        op.drop_table(table)
    journal = sa.table("journal", sa.column("subject", sa.String))
    op.execute(sa.delete(journal).where(journal.c.subject.in_(NEW_SUBJECTS)))
    with op.batch_alter_table("journal") as batch_op:
        _say_subjects(batch_op, SUBJECTS)
        batch_op.drop_constraint(op.f("journal_hand_of_staff"), type_="check")
        batch_op.drop_column("hand")
    with op.batch_alter_table("sign_ins") as batch_op:
        batch_op.drop_index(op.f("ix_sign_ins_at_place_id"))
        batch_op.drop_constraint(op.f("fk_sign_ins_at_place_id"), type_="foreignkey")
        for column in ("hand", "at_place_id", "seen_at"):
            batch_op.drop_column(column)
    with op.batch_alter_table("motifs") as batch_op:
        batch_op.drop_column("retired_at")
    with op.batch_alter_table("staff") as batch_op:
        batch_op.drop_constraint(op.f("phone_line_is_a_desk"), type_="check")
        batch_op.drop_column("phone_line")
    with op.batch_alter_table("citizens") as batch_op:
        batch_op.drop_column("plain_name")
    for table in reversed(NAMED):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f"uq_{table}_public_id"), type_="unique")
            batch_op.drop_column("public_id")


def _add_public_id(table: str) -> None:
    op.add_column(table, sa.Column("public_id", sa.String(length=32), nullable=True))
    _fill(table, "public_id", "id", lambda _id: secrets.token_hex(16))
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=32), nullable=False)
        batch_op.create_unique_constraint(op.f(f"uq_{table}_public_id"), ["public_id"])


def _add_plain_name() -> None:
    op.add_column("citizens", sa.Column("plain_name", sa.String(length=KEY_LENGTH), nullable=True))
    _fill("citizens", "plain_name", "name", find_key)
    with op.batch_alter_table("citizens") as batch_op:
        batch_op.alter_column("plain_name", existing_type=sa.String(length=KEY_LENGTH), nullable=False)


def _fill(table: str, column: str, source: str, made: Callable[[Any], str]) -> None:
    """Each row's column from another one of it, a thousand rows at once."""
    connection = op.get_bind()
    there = sa.table(table, sa.column("id", KEY), *(sa.column(name) for name in {column, source} - {"id"}))
    some = sa.select(there.c.id, there.c[source].label("source")).order_by(there.c.id).limit(AT_ONCE)
    write = sa.update(there).where(there.c.id == sa.bindparam("row")).values({column: sa.bindparam("value")})
    rows = connection.execute(some).all()
    while rows:
        connection.execute(write, [{"row": row.id, "value": made(row.source)} for row in rows])
        rows = connection.execute(some.where(there.c.id > rows[-1].id)).all()


def _add_phone_line() -> None:
    op.add_column("staff", sa.Column("phone_line", sa.Boolean(), nullable=True))
    op.execute("UPDATE staff SET phone_line = FALSE")
    with op.batch_alter_table("staff") as batch_op:
        batch_op.alter_column("phone_line", existing_type=sa.Boolean(), nullable=False)
        batch_op.create_check_constraint(op.f("phone_line_is_a_desk"), "role = 'desk' OR NOT phone_line")


def _add_to_sign_ins() -> None:
    with op.batch_alter_table("sign_ins") as batch_op:
        batch_op.add_column(sa.Column("seen_at", UtcInstant(), nullable=True))
        batch_op.add_column(sa.Column("at_place_id", KEY, nullable=True))
        batch_op.add_column(sa.Column("hand", sa.String(length=40), nullable=True))
        batch_op.create_foreign_key(op.f("fk_sign_ins_at_place_id"), "places", ["at_place_id"], ["id"])
        batch_op.create_index(op.f("ix_sign_ins_at_place_id"), ["at_place_id"])


def _add_to_journal() -> None:
    with op.batch_alter_table("journal") as batch_op:
        batch_op.add_column(sa.Column("hand", sa.String(length=40), nullable=True))
        _say_subjects(batch_op, SUBJECTS + NEW_SUBJECTS)
        batch_op.create_check_constraint(op.f("journal_hand_of_staff"), "hand IS NULL OR actor = 'staff'")


def _say_subjects(batch_op: Any, subjects: tuple[str, ...]) -> None:
    among = ", ".join(f"'{subject}'" for subject in subjects)
    batch_op.drop_constraint(op.f("journal_subject"), type_="check")
    batch_op.create_check_constraint(op.f("journal_subject"), f"subject IN ({among})")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _make_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("word", _one_of("visit_word", *WORDS), nullable=False),
        sa.Column("motif_id", KEY, nullable=True),
        sa.Column("first_name", sa.String(length=80), nullable=True),
        sa.Column("state", _one_of("visit_state", *STATES), nullable=False),
        sa.Column("sent_to", sa.String(length=120), nullable=True),
        sa.Column("appointment_id", KEY, nullable=True),
        sa.Column("came_at", UtcInstant(), nullable=False),
        sa.Column("called_at", UtcInstant(), nullable=True),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("updated_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("ticket >= 1", name=op.f("visit_ticket_from_one")),
        sa.CheckConstraint("(state = 'elsewhere') = (sent_to IS NOT NULL)", name=op.f("visit_sent_somewhere")),
        sa.CheckConstraint(
            "appointment_id IS NULL OR state IN ('called', 'done')", name=op.f("visit_with_time_is_served")
        ),
        sa.CheckConstraint("(state IN ('waiting', 'called')) = (ended_at IS NULL)", name=op.f("visit_ended_when_over")),
        sa.CheckConstraint("state <> 'waiting' OR called_at IS NULL", name=op.f("visit_waiting_not_called")),
        sa.CheckConstraint("state <> 'called' OR called_at IS NOT NULL", name=op.f("visit_called_at_known")),
        sa.CheckConstraint(
            "(called_at IS NULL OR came_at <= called_at)"
            " AND (ended_at IS NULL OR COALESCE(called_at, came_at) <= ended_at)",
            name=op.f("visit_times_in_order"),
        ),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_visits_appointment_id")),
        sa.ForeignKeyConstraint(["motif_id"], ["motifs.id"], name=op.f("fk_visits_motif_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_visits_place_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_visits_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_visits_appointment_id")),
        sa.UniqueConstraint("place_id", "day", "ticket", name=op.f("uq_visits_place_id_day_ticket")),
        sa.UniqueConstraint("public_id", name=op.f("uq_visits_public_id")),
    )
    op.create_index(op.f("ix_visits_motif_id"), "visits", ["motif_id"])
    op.create_index(op.f("ix_visits_staff_id"), "visits", ["staff_id"])


def _make_small_tables() -> None:
    op.create_table(
        "desk_looks",
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("looked_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_desk_looks_place_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_desk_looks_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "place_id", name=op.f("pk_desk_looks")),
    )
    op.create_index(op.f("ix_desk_looks_place_id"), "desk_looks", ["place_id"])
    op.create_table(
        "password_links",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_password_links_made_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_password_links_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_links_token_hash")),
    )
    for column in ("expires_at", "made_by_id", "staff_id"):
        op.create_index(op.f(f"ix_password_links_{column}"), "password_links", [column])
    op.create_table(
        "reserved_codes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("reserved_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_reserved_codes_place_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_reserved_codes_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserved_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_reserved_codes_code")),
    )
    for column in ("place_id", "reserved_at", "staff_id"):
        op.create_index(op.f(f"ix_reserved_codes_{column}"), "reserved_codes", [column])
