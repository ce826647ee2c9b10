"""items are found by who saved them for all

The index of words is written anew when the program starts: a search among the saves of one person then asks it alone.
What people keep to themselves has an index that holds all that is asked of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ALONE = sa.text("private")


def upgrade() -> None:
    op.drop_index("ix_mark_private", "mark")
    columns = ["workspace_id", "person_id", "ended_at", "item_id"]
    op.create_index("ix_mark_private", "mark", columns, sqlite_where=ALONE, postgresql_where=ALONE)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DELETE FROM item_fts")
    op.execute("DELETE FROM sought")
