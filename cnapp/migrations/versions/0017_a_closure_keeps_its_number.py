"""The number of a closure that is deleted is never another one's: the journal knows it by it"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

USED = "SELECT coalesce(max(subject_id), 0) FROM journal WHERE subject = 'closure'"


def upgrade() -> None:
    """PostgreSQL's sequences have always done so."""
    if op.get_bind().dialect.name == "sqlite":
        _recreate(counts_on=True)
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'closures'")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) SELECT 'closures', ({USED})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _recreate(counts_on=False)


def _recreate(*, counts_on: bool) -> None:
    with op.batch_alter_table("closures", recreate="always", table_kwargs={"sqlite_autoincrement": counts_on}):
        pass
