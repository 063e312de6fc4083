"""Whoever waits for a time is offered one"""

import sqlalchemy as sa
from alembic import op

from cnapp.base.database import UtcInstant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING, UNANSWERED = sa.text("ended_at IS NULL"), sa.text("outcome IS NULL")


def upgrade() -> None:
    op.create_table(
        "waits",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.String(length=64), nullable=True),
        sa.Column("citizen_id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=True),
        sa.Column("motif_id", KEY, nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("half", _one_of("wait_half", "matin", "apres-midi"), nullable=True),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("last_offered_on", sa.Date(), nullable=True),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("ending", _one_of("wait_ending", "left", "served", "expired"), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="wait_ends_somehow"),
        sa.CheckConstraint(
            "ending IS NULL OR ending <> 'served' OR appointment_id IS NOT NULL", name="wait_served_by_a_time"
        ),
        sa.CheckConstraint("notice_days BETWEEN 0 AND 2", name="wait_notice"),
        *_refers("waits", citizen_id="citizens", appointment_id="appointments", motif_id="motifs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waits")),
        *(
            sa.UniqueConstraint(column, name=op.f(f"uq_waits_{column}"))
            for column in ("public_id", "link_hash", "draft_id")
        ),
    )
    _index("waits", "citizen_id", "appointment_id", "motif_id")
    _partial("uq_waits_open_appointment", "waits", ["appointment_id"], WAITING, unique=True)
    _partial("ix_waits_open", "waits", ["created_at", "id"], WAITING)
    op.create_table(
        "wait_places",
        sa.Column("wait_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        *_refers("wait_places", wait_id="waits", place_id="places"),
        sa.PrimaryKeyConstraint("wait_id", "place_id", name=op.f("pk_wait_places")),
    )
    _index("wait_places", "place_id")
    op.create_table(
        "offers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("wait_id", KEY, nullable=False),
        sa.Column("draft_id", sa.String(length=64), nullable=False),
        sa.Column("presence_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("channel", _one_of("offer_channel", "email", "sms", "call", "paper"), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("outcome", _one_of("offer_outcome", "taken", "declined", "expired"), nullable=True),
        sa.Column("settled_at", UtcInstant(), nullable=True),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="offer_settled_with_outcome"),
        sa.CheckConstraint("created_at < expires_at", name="offer_leaves_time_to_answer"),
        *_refers("offers", wait_id="waits", presence_id="presences", place_id="places"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        *(sa.UniqueConstraint(column, name=op.f(f"uq_offers_{column}")) for column in ("public_id", "draft_id")),
    )
    _index("offers", "wait_id", "presence_id", "place_id")
    _partial("uq_offers_open_wait", "offers", ["wait_id"], UNANSWERED, unique=True)
    _partial("uq_offers_open_presence", "offers", ["presence_id"], UNANSWERED, unique=True)
    _partial("ix_offers_open", "offers", ["expires_at"], UNANSWERED)


def downgrade() -> None:
    """Times that were held for somebody are free again; letters that offer one have nothing to say any more."""
    op.execute("DELETE FROM commitments WHERE kind = 'hold' AND draft_id IN (SELECT draft_id FROM offers)")
    op.execute("DELETE FROM drafts WHERE id IN (SELECT draft_id FROM offers)")
    op.execute("DELETE FROM outbox WHERE letter = 'offered'")
    for table in ("offers", "wait_places", "waits"):
        op.drop_table(table)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _refers(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
