"""what reading on a budget needs: who pays, what was billed already, what reading brought, errands, vanished posts

It only expands. On PostgreSQL the key of `coverage` takes in one more column, which is done at once; the previous
release goes on reading and writing rows that were read without a filter. Its requests count as for digests.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_columns()
    tell_coverage_apart_by_filter()
    make_ledger_tables()
    make_readings()
    make_errands()
    make_standings_and_removals()


def add_columns() -> None:
    op.add_column("channel", sa.Column("share", sa.Double(), nullable=True))
    op.add_column("subscription", sa.Column("at_once", sa.Integer(), nullable=True))
    op.add_column("digest", sa.Column("remarks", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("ledger", sa.Column("purpose", sa.Text(), nullable=False, server_default="digests"))
    op.add_column("ledger", sa.Column("counts", sa.Integer(), nullable=True))
    op.add_column("ledger", sa.Column("billed_posts", sa.Integer(), nullable=True))
    op.add_column("ledger", sa.Column("billed_users", sa.Integer(), nullable=True))
    op.add_column("ledger", sa.Column("billed_counts", sa.Integer(), nullable=True))


def tell_coverage_apart_by_filter() -> None:
    with op.batch_alter_table("coverage") as coverage:
        coverage.add_column(sa.Column("filter", sa.Text(), nullable=False, server_default=""))
        coverage.drop_constraint("pk_coverage", type_="primary")
        coverage.create_primary_key("pk_coverage", ["source", "topic_id", "filter", "start_at"])


def make_ledger_tables() -> None:
    op.create_table(
        "ledger_share",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger.id"], name="fk_ledger_share_ledger", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace_id", "channel_id", "entry_id", name="pk_ledger_share"),
    )
    op.create_index("ix_ledger_share_entry_id", "ledger_share", ["entry_id"])
    op.create_table(
        "billed",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", "source", "kind", "id", name="pk_billed"),
    )


def make_readings() -> None:
    op.create_table(
        "heard",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("likes", sa.Text(), nullable=False),
        sa.Column("wasted", sa.Double(), nullable=False),
        sa.Column("cut", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_heard_topic", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_heard"),
    )
    op.create_index("ix_heard_source_topic_id_at", "heard", ["source", "topic_id", "at"])
    op.create_table(
        "volume",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("per_day", sa.Double(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_volume_topic", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source", "topic_id", name="pk_volume"),
    )


def make_errands() -> None:
    op.create_table(
        "errand",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_value", sa.Text(), nullable=True),
        sa.Column("reply_deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_form_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_errand"),
    )
    op.create_index("ix_errand_state_asked_at", "errand", ["state", "asked_at"])
    op.create_index(
        "ix_errand_workspace_id_person_id_kind_asked_at", "errand", ["workspace_id", "person_id", "kind", "asked_at"]
    )


def make_standings_and_removals() -> None:
    op.create_table(
        "standing",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "post_id", name="pk_standing"),
    )
    absent = sa.text("standing NOT IN ('present', 'unknown')")
    op.create_index(
        "ix_standing_absent", "standing", ["source", "post_id"], sqlite_where=absent, postgresql_where=absent
    )
    op.create_index("ix_post_source_author_id", "post", ["source", "author_id"])
    op.create_table(
        "removal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_removal"),
    )
    op.create_index("ix_removal_at", "removal", ["at"])
