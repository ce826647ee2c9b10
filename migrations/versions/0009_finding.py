"""finding what somebody saved, and the words with a beginning, without looking at more than that

The index of marks by person has all that is asked of it. On SQLite a view shows the words of the index in their order:
it holds nothing of its own, and PostgreSQL needs none.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_mark_of_person", "mark", ["workspace_id", "person_id", "ended_at", "item_id"])
    op.drop_index("ix_mark_workspace_id_person_id", "mark")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE item_fts_places USING fts5vocab(item_fts, 'instance')")
