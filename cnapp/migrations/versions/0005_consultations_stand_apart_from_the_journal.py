"""Consultations stand apart from the journal, whose numbers close up over the lines that leave it"""

import sqlalchemy as sa
from alembic import op

from cnapp.base.database import UtcInstant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAYS = ("code", "place", "phone_line", "own")
JOURNAL = sa.table(
    "journal",
    *(sa.column(name) for name in ("id", "subject", "subject_id", "number", "what", "actor", "staff_id", "hand")),
    sa.column("detail", sa.JSON),
    sa.column("at"),
)
CONSULTATIONS = sa.table(
    "consultations", *(sa.column(name) for name in ("id", "appointment_id", "staff_id", "hand", "way", "at"))
)
OF_APPOINTMENTS = JOURNAL.c.subject == "appointment"
OPENED = sa.and_(OF_APPOINTMENTS, JOURNAL.c.what == "opened")


def upgrade() -> None:
    _make_table()
    line = JOURNAL.c
    opened = sa.select(line.subject_id, line.staff_id, line.hand, sa.literal("code"), line.at).where(OPENED)
    columns = ["appointment_id", "staff_id", "hand", "way", "at"]
    op.execute(sa.insert(CONSULTATIONS).from_select(columns, opened.order_by(line.at, line.id)))
    concerned = _read(sa.select(line.subject_id).where(OPENED).distinct())
    op.execute(sa.delete(JOURNAL).where(OPENED))
    for appointment_id in concerned:
        _number_again(appointment_id)


def downgrade() -> None:
    """What was opened with a code goes back, after the last line; other consultations had no place there."""
    each = CONSULTATIONS.c
    for consultation_id in _read(sa.select(each.id).where(each.way == "code").order_by(each.at, each.id)):
        _go_back(consultation_id)
    op.drop_table("consultations")


def _make_table() -> None:
    op.create_table(
        "consultations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("hand", sa.String(length=40), nullable=True),
        sa.Column(
            "way",
            sa.Enum(*WAYS, name="consultation_way", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_consultations_appointment_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_consultations_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    for column in ("appointment_id", "at", "staff_id"):
        op.create_index(op.f(f"ix_consultations_{column}"), "consultations", [column])


def _number_again(appointment_id: int) -> None:
    """From the lowest up: each line takes a number that is free by then."""
    line = JOURNAL.c
    left = sa.select(line.id).where(OF_APPOINTMENTS, line.subject_id == appointment_id).order_by(line.number)
    for number, entry_id in enumerate(_read(left), start=1):
        op.execute(sa.update(JOURNAL).where(line.id == entry_id).values(number=number))


def _go_back(consultation_id: int) -> None:
    each, last = CONSULTATIONS.c, sa.func.max(JOURNAL.c.number)
    next_number = sa.select(sa.func.coalesce(last, 0) + 1).where(
        OF_APPOINTMENTS, JOURNAL.c.subject_id == each.appointment_id
    )
    values = {
        "subject": sa.literal("appointment"),
        "subject_id": each.appointment_id,
        "number": next_number.scalar_subquery(),
        "what": sa.literal("opened"),
        "actor": sa.literal("staff"),
        "staff_id": each.staff_id,
        "hand": each.hand,
        "detail": sa.literal({}, sa.JSON),
        "at": each.at,
    }
    line = sa.select(*values.values()).where(each.id == consultation_id)
    op.execute(sa.insert(JOURNAL).from_select(list(values), line))


def _read(query: sa.Select[int]) -> list[int]:
    return list(op.get_bind().execute(query).scalars())
