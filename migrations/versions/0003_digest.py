"""what choosing a digest needs: languages and calendars of a channel, followers, questions, and quick ways to look back

It only expands, but for an index that a better one takes the place of. SQLite adds these columns in place, so that no
table is made anew. On PostgreSQL readers go on while the indexes are made, and writers wait.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_columns()
    fill_in_authors()
    make_calendars()
    index_what_is_looked_back_on()


def add_columns() -> None:
    op.add_column("author", sa.Column("followers", sa.BigInteger(), nullable=True))
    op.add_column("channel", sa.Column("languages", sa.Text(), nullable=True))
    op.add_column("channel", sa.Column("holidays", sa.Text(), nullable=True))
    op.add_column("channel", sa.Column("terms", sa.Text(), nullable=True))
    op.add_column("channel", sa.Column("closed", sa.Text(), nullable=True))
    op.add_column("channel", sa.Column("paused_until", sa.Date(), nullable=True))
    op.add_column("channel", sa.Column("roundup", sa.Text(), nullable=True))
    op.add_column("channel", sa.Column("taste_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("item", sa.Column("author_id", sa.Text(), nullable=True))
    op.add_column("digest_item", sa.Column("asks", sa.Boolean(), nullable=False, server_default=sa.false()))


def fill_in_authors() -> None:
    """Of what departments saved, which is little beside the posts that are read."""
    post = sa.table("post", sa.column("source"), sa.column("id"), sa.column("author_id"))
    item = sa.table("item", sa.column("post_source"), sa.column("post_id"), sa.column("author_id"))
    of_post = sa.select(post.c.author_id).where(post.c.source == item.c.post_source, post.c.id == item.c.post_id)
    op.execute(item.update().values(author_id=of_post.scalar_subquery()).where(item.c.post_id.is_not(None)))


def make_calendars() -> None:
    op.create_table(
        "calendar",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_calendar"),
    )


def index_what_is_looked_back_on() -> None:
    op.create_index("ix_post_source_created_at", "post", ["source", "created_at"])
    op.drop_index("ix_post_created_at", "post")
    op.create_index("ix_seen_workspace_id_seen_at", "seen", ["workspace_id", "seen_at"])
    op.create_index("ix_item_workspace_id_post_source_author_id", "item", ["workspace_id", "post_source", "author_id"])
    op.create_index("ix_mark_workspace_id_made_at", "mark", ["workspace_id", "made_at"])
    op.create_index("ix_item_tag_workspace_id_added_at", "item_tag", ["workspace_id", "added_at"])
    op.create_index("ix_item_note_workspace_id_written_at", "item_note", ["workspace_id", "written_at"])
