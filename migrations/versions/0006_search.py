"""what is searched in the library: each item's kind, and an index of its words

It only expands. The words are SQLite's own full-text table, or a column of PostgreSQL's own type; `staffroom migrate`
fills them in afterwards, and so does the program once an hour with what the previous release saves meanwhile.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("item", sa.Column("kind", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "sought",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("vector", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "item_id", name="pk_sought"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "item_id"], ["item.workspace_id", "item.id"], name="fk_sought_item", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_sought_place", "sought", ["place"])
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("item_fts", "sought", ["vector"], postgresql_using="gin")
    else:
        op.execute(
            "CREATE VIRTUAL TABLE item_fts USING fts5"
            "(title, tags, notes, text, facets, tokenize = \"ascii tokenchars '#@:.'\", prefix = '2 3')"
        )
        op.execute("CREATE VIRTUAL TABLE item_fts_words USING fts5vocab(item_fts, 'row')")
