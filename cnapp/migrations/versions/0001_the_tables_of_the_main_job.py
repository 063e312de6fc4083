"""The tables of the main job"""

import sqlalchemy as sa
from alembic import op

from cnapp.base.database import UtcInstant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _lasts_at_most(seconds: int, name: str) -> sa.CheckConstraint:
    """Instants are timestamptz on PostgreSQL, whole seconds on SQLite."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    lasts = "EXTRACT(EPOCH FROM (ends_at - starts_at))" if is_postgres else "(ends_at - starts_at)"
    return sa.CheckConstraint(f"{lasts} > 0 AND {lasts} <= {seconds}", name=op.f(name))


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "password",
                "code",
                "code_address",
                "hold_address",
                name="attempt_what",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_at"), ["at"], unique=False)
        batch_op.create_index("ix_attempts_what_who_at", ["what", "who", "at"], unique=False)

    op.create_table(
        "citizens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("structure", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("phone_typed", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("mailbox", sa.String(length=254), nullable=True),
        sa.Column("no_calls", sa.Boolean(), nullable=False),
        sa.Column("may_leave_message", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=True),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizens")),
        sa.UniqueConstraint("public_id", name=op.f("uq_citizens_public_id")),
    )
    with op.batch_alter_table("citizens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citizens_mailbox"), ["mailbox"], unique=False)
        batch_op.create_index(batch_op.f("ix_citizens_phone"), ["phone"], unique=False)

    op.create_table(
        "motifs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column(
            "word",
            sa.Enum(
                "telephone",
                "ordinateur",
                "e-mails",
                "demarche",
                "arnaques",
                "autre",
                "ne-sais-pas",
                name="motif_word",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("bring", sa.String(length=300), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("learn", "with", "for", name="motif_mode", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("perimeter", sa.String(length=20), nullable=True),
        sa.Column("instead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=False),
        sa.Column("least_notice_minutes", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("updated_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("(mode = 'for') = (perimeter IS NOT NULL)", name=op.f("motif_perimeter_when_in_place_of")),
        sa.CheckConstraint("buffer_minutes BETWEEN 0 AND 120", name=op.f("motif_buffer")),
        sa.CheckConstraint("duration_minutes BETWEEN 5 AND 240", name=op.f("motif_duration")),
        sa.CheckConstraint("horizon_days BETWEEN 1 AND 365", name=op.f("motif_horizon")),
        sa.CheckConstraint("least_notice_minutes >= 0", name=op.f("motif_least_notice")),
        sa.ForeignKeyConstraint(["instead_id"], ["motifs.id"], name=op.f("fk_motifs_instead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motifs")),
        sa.UniqueConstraint("slug", name=op.f("uq_motifs_slug")),
    )
    with op.batch_alter_table("motifs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_motifs_instead_id"), ["instead_id"], unique=False)

    op.create_table(
        "places",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=5), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("way_in", sa.String(length=500), nullable=False),
        sa.Column("step_free", sa.Boolean(), nullable=True),
        sa.Column("hearing_loop", sa.Boolean(), nullable=True),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("building", sa.String(length=80), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("updated_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name=op.f("place_dates_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("slug", name=op.f("uq_places_slug")),
    )
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_places_building"), ["building"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "conseiller",
                "coordinator",
                "desk",
                name="staff_role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("receives", sa.Boolean(), nullable=False),
        sa.Column("in_post_from", sa.Date(), nullable=False),
        sa.Column("in_post_until", sa.Date(), nullable=True),
        sa.Column("disabled_at", UtcInstant(), nullable=True),
        sa.Column("updated_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("role <> 'desk' OR NOT receives", name=op.f("desk_receives_nobody")),
        sa.CheckConstraint("in_post_until IS NULL OR in_post_from <= in_post_until", name=op.f("staff_dates_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_public_id")),
    )
    op.create_table(
        "closures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("closure_days_in_order")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_closures_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    with op.batch_alter_table("closures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closures_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_closures_starts_on"), ["starts_on"], unique=False)

    op.create_table(
        "credentials",
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_credentials_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_credentials")),
    )
    op.create_table(
        "feed_tokens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "names",
            sa.Enum(
                "none", "initials", "full", name="feed_names", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("revoked_at", UtcInstant(), nullable=True),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_feed_tokens_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_tokens_token_hash")),
    )
    with op.batch_alter_table("feed_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_tokens_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "habilitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("perimeters", sa.JSON(), nullable=False),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("habilitation_dates_in_order")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_habilitations_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_habilitations")),
        sa.UniqueConstraint("staff_id", "valid_from", name=op.f("uq_habilitations_staff_id_valid_from")),
    )
    with op.batch_alter_table("habilitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_habilitations_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "appointment",
                "presence",
                "staff",
                "place",
                "service",
                name="journal_subject",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column(
            "actor",
            sa.Enum(
                "citizen", "staff", "clock", name="journal_actor", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.CheckConstraint("(actor = 'staff') = (staff_id IS NOT NULL)", name=op.f("journal_staff_known")),
        sa.CheckConstraint("number >= 1", name=op.f("journal_numbered_from_one")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_journal_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("subject", "subject_id", "number", name="uq_journal_number"),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "opening_hours",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("season_first", sa.Integer(), nullable=False),
        sa.Column("season_last", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("opening_hours_in_order")),
        sa.CheckConstraint(
            "season_first BETWEEN 101 AND 1231 AND season_last BETWEEN 101 AND 1231", name=op.f("opening_hours_season")
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("opening_hours_weekday")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_opening_hours_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_hours_place_id"), ["place_id"], unique=False)

    op.create_table(
        "rooms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_rooms_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("place_id", "name", name=op.f("uq_rooms_place_id_name")),
    )
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rooms_place_id"), ["place_id"], unique=False)

    op.create_table(
        "sign_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_ins_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_ins_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "staff_languages",
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_languages_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "code", name=op.f("pk_staff_languages")),
    )
    op.create_table(
        "staff_places",
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_staff_places_place_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_places_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "place_id", name=op.f("pk_staff_places")),
    )
    with op.batch_alter_table("staff_places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_places_place_id"), ["place_id"], unique=False)

    op.create_table(
        "travel",
        sa.Column("from_place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_place_id < to_place_id", name=op.f("travel_pair_in_order")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 240", name=op.f("travel_minutes")),
        sa.ForeignKeyConstraint(["from_place_id"], ["places.id"], name=op.f("fk_travel_from_place_id")),
        sa.ForeignKeyConstraint(["to_place_id"], ["places.id"], name=op.f("fk_travel_to_place_id")),
        sa.PrimaryKeyConstraint("from_place_id", "to_place_id", name=op.f("pk_travel")),
    )
    with op.batch_alter_table("travel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_travel_to_place_id"), ["to_place_id"], unique=False)

    op.create_table(
        "roster_rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conseiller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("room_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("pause_starts", sa.Time(), nullable=True),
        sa.Column("pause_ends", sa.Time(), nullable=True),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("takes_appointments", sa.Boolean(), nullable=False),
        sa.Column("takes_walk_ins", sa.Boolean(), nullable=False),
        sa.Column("walk_in_minutes", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("(pause_starts IS NULL) = (pause_ends IS NULL)", name=op.f("rule_pause_whole")),
        sa.CheckConstraint("every_weeks BETWEEN 1 AND 12", name=op.f("rule_every_weeks")),
        sa.CheckConstraint(
            "pause_starts IS NULL OR (starts < pause_starts AND pause_starts < pause_ends AND pause_ends < ends)",
            name=op.f("rule_pause_inside"),
        ),
        sa.CheckConstraint("starts < ends", name=op.f("rule_hours_in_order")),
        sa.CheckConstraint("until_on IS NULL OR from_on <= until_on", name=op.f("rule_dates_in_order")),
        sa.CheckConstraint("walk_in_minutes >= 0", name=op.f("rule_walk_in_minutes")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("rule_weekday")),
        sa.ForeignKeyConstraint(["conseiller_id"], ["staff.id"], name=op.f("fk_roster_rules_conseiller_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_roster_rules_place_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_roster_rules_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_rules")),
    )
    with op.batch_alter_table("roster_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_rules_conseiller_id"), ["conseiller_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_rules_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_rules_room_id"), ["room_id"], unique=False)

    op.create_table(
        "presences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("conseiller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("room_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.Column("pause_starts_at", UtcInstant(), nullable=True),
        sa.Column("pause_ends_at", UtcInstant(), nullable=True),
        sa.Column("takes_appointments", sa.Boolean(), nullable=False),
        sa.Column("takes_walk_ins", sa.Boolean(), nullable=False),
        sa.Column("walk_in_minutes", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rule_day", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", UtcInstant(), nullable=True),
        sa.Column("edited_at", UtcInstant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcInstant(), nullable=False),
        _lasts_at_most(43200, "presence_at_most_12_hours"),
        sa.CheckConstraint("(pause_starts_at IS NULL) = (pause_ends_at IS NULL)", name=op.f("presence_pause_whole")),
        sa.CheckConstraint("(rule_id IS NULL) = (rule_day IS NULL)", name=op.f("presence_rule_and_day")),
        sa.CheckConstraint(
            "pause_starts_at IS NULL OR (starts_at < pause_starts_at AND pause_starts_at < pause_ends_at AND pause_ends_at < ends_at)",
            name=op.f("presence_pause_inside"),
        ),
        sa.CheckConstraint("walk_in_minutes >= 0", name=op.f("presence_walk_in_minutes")),
        sa.ForeignKeyConstraint(["conseiller_id"], ["staff.id"], name=op.f("fk_presences_conseiller_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_presences_place_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_presences_room_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["roster_rules.id"], name=op.f("fk_presences_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presences")),
        sa.UniqueConstraint("id", "conseiller_id", name=op.f("uq_presences_id_conseiller_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_presences_public_id")),
        sa.UniqueConstraint("rule_id", "rule_day", name=op.f("uq_presences_rule_id_rule_day")),
    )
    with op.batch_alter_table("presences", schema=None) as batch_op:
        batch_op.create_index("ix_presences_conseiller_starts", ["conseiller_id", "starts_at", "ends_at"], unique=False)
        batch_op.create_index("ix_presences_place_starts", ["place_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_presences_room_id"), ["room_id"], unique=False)

    op.create_table(
        "commitments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "appointment",
                "workshop",
                "hold",
                "absence",
                name="commitment_kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("conseiller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("presence_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.String(length=64), nullable=True),
        sa.Column("expires_at", UtcInstant(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'absence') = (presence_id IS NULL)", name=op.f("commitment_in_presence_unless_absence")
        ),
        sa.CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name=op.f("commitment_hold_expires")),
        sa.CheckConstraint("kind = 'hold' OR draft_id IS NULL", name=op.f("commitment_draft_of_hold")),
        _lasts_at_most(93600, "commitment_at_most_26_hours"),
        sa.CheckConstraint("buffer_minutes BETWEEN 0 AND 120", name=op.f("commitment_buffer")),
        sa.ForeignKeyConstraint(["conseiller_id"], ["staff.id"], name=op.f("fk_commitments_conseiller_id")),
        sa.ForeignKeyConstraint(
            ["presence_id", "conseiller_id"],
            ["presences.id", "presences.conseiller_id"],
            name=op.f("fk_commitments_presence_id_conseiller_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
        sa.UniqueConstraint("id", "presence_id", "conseiller_id", "starts_at", "ends_at", name="uq_commitments_whole"),
    )
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.create_index(
            "uq_commitments_draft_id",
            ["draft_id"],
            unique=True,
            sqlite_where=sa.text("draft_id IS NOT NULL"),
            postgresql_where=sa.text("draft_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_commitments_conseiller_starts",
            ["conseiller_id", "starts_at", "ends_at", "kind", "presence_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_commitments_presence_id"), ["presence_id"], unique=False)

    op.create_table(
        "appointments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("draft_id", sa.String(length=64), nullable=True),
        sa.Column("motif_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "booked_by",
            sa.Enum(
                "self",
                "relative",
                "professional",
                name="appointment_booked_by",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("booker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "told",
            sa.Enum(
                "person",
                "booker",
                "both",
                name="appointment_told",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("presence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conseiller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "booked",
                "arrived",
                "seen",
                "noshow",
                "excused",
                "revoked",
                "displaced",
                name="appointment_status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum(
                "online",
                "counter",
                "phone",
                "conseiller",
                "walk_in",
                name="appointment_origin",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("arrived_at", UtcInstant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("updated_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("(booked_by = 'self') = (booker_id IS NULL)", name=op.f("appointment_booker_known")),
        sa.CheckConstraint(
            "(status IN ('booked', 'arrived', 'seen')) = (commitment_id IS NOT NULL)",
            name=op.f("appointment_has_time_when_it_stands"),
        ),
        sa.CheckConstraint("booker_id IS NOT NULL OR told = 'person'", name=op.f("appointment_told_exists")),
        sa.ForeignKeyConstraint(["booker_id"], ["citizens.id"], name=op.f("fk_appointments_booker_id")),
        sa.ForeignKeyConstraint(
            ["commitment_id", "presence_id", "conseiller_id", "starts_at", "ends_at"],
            [
                "commitments.id",
                "commitments.presence_id",
                "commitments.conseiller_id",
                "commitments.starts_at",
                "commitments.ends_at",
            ],
            name="fk_appointments_commitment",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["conseiller_id"], ["staff.id"], name=op.f("fk_appointments_conseiller_id")),
        sa.ForeignKeyConstraint(["motif_id"], ["motifs.id"], name=op.f("fk_appointments_motif_id")),
        sa.ForeignKeyConstraint(["person_id"], ["citizens.id"], name=op.f("fk_appointments_person_id")),
        sa.ForeignKeyConstraint(["presence_id"], ["presences.id"], name=op.f("fk_appointments_presence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("code", name=op.f("uq_appointments_code")),
        sa.UniqueConstraint("commitment_id", name=op.f("uq_appointments_commitment_id")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_appointments_draft_id")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_appointments_link_hash")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appointments_public_id")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointments_booker_id"), ["booker_id"], unique=False)
        batch_op.create_index("ix_appointments_conseiller_starts", ["conseiller_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointments_motif_id"), ["motif_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointments_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_appointments_presence_id", ["presence_id", "starts_at"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("moves_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["moves_id"], ["appointments.id"], name=op.f("fk_drafts_moves_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_moves_id"), ["moves_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "letter",
            sa.Enum(
                "confirmed",
                "moved",
                "cancelled",
                "revoked",
                name="outbox_letter",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("appointment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcInstant(), nullable=False),
        sa.Column("sent_at", UtcInstant(), nullable=True),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_outbox_appointment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_appointment_id"), ["appointment_id"], unique=False)
        batch_op.create_index("ix_outbox_due", ["sent_at", "due_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_due")
        batch_op.drop_index(batch_op.f("ix_outbox_appointment_id"))

    op.drop_table("outbox")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drafts_moves_id"))

    op.drop_table("drafts")
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index("ix_appointments_presence_id")
        batch_op.drop_index(batch_op.f("ix_appointments_person_id"))
        batch_op.drop_index(batch_op.f("ix_appointments_motif_id"))
        batch_op.drop_index("ix_appointments_conseiller_starts")
        batch_op.drop_index(batch_op.f("ix_appointments_booker_id"))

    op.drop_table("appointments")
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitments_presence_id"))
        batch_op.drop_index("uq_commitments_draft_id")
        batch_op.drop_index("ix_commitments_conseiller_starts")

    op.drop_table("commitments")
    with op.batch_alter_table("presences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_presences_room_id"))
        batch_op.drop_index("ix_presences_place_starts")
        batch_op.drop_index("ix_presences_conseiller_starts")

    op.drop_table("presences")
    with op.batch_alter_table("roster_rules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_rules_room_id"))
        batch_op.drop_index(batch_op.f("ix_roster_rules_place_id"))
        batch_op.drop_index(batch_op.f("ix_roster_rules_conseiller_id"))

    op.drop_table("roster_rules")
    with op.batch_alter_table("travel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_travel_to_place_id"))

    op.drop_table("travel")
    with op.batch_alter_table("staff_places", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_places_place_id"))

    op.drop_table("staff_places")
    op.drop_table("staff_languages")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_staff_id"))
        batch_op.drop_index(batch_op.f("ix_sign_ins_expires_at"))

    op.drop_table("sign_ins")
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rooms_place_id"))

    op.drop_table("rooms")
    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_hours_place_id"))

    op.drop_table("opening_hours")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_staff_id"))
        batch_op.drop_index(batch_op.f("ix_journal_at"))

    op.drop_table("journal")
    with op.batch_alter_table("habilitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_habilitations_staff_id"))

    op.drop_table("habilitations")
    with op.batch_alter_table("feed_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_tokens_staff_id"))

    op.drop_table("feed_tokens")
    op.drop_table("credentials")
    with op.batch_alter_table("closures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closures_starts_on"))
        batch_op.drop_index(batch_op.f("ix_closures_place_id"))

    op.drop_table("closures")
    op.drop_table("staff")
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_places_building"))

    op.drop_table("places")
    with op.batch_alter_table("motifs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_motifs_instead_id"))

    op.drop_table("motifs")
    with op.batch_alter_table("citizens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_citizens_phone"))
        batch_op.drop_index(batch_op.f("ix_citizens_mailbox"))

    op.drop_table("citizens")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_attempts_what_who_at")
        batch_op.drop_index(batch_op.f("ix_attempts_at"))

    op.drop_table("attempts")
