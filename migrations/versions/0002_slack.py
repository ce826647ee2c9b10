"""what a chat with forms, pages and threads needs: secrets, rules, reports, tags and notes

It only expands. SQLite adds these columns in place, so that no table is made anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_columns()
    make_vault()
    make_tags_and_notes()
    make_rules_and_reports()


def add_columns() -> None:
    op.add_column("channel", sa.Column("layout", sa.Text(), nullable=False, server_default="list"))
    op.add_column("channel", sa.Column("owner", sa.Text(), nullable=True))
    op.add_column("channel", sa.Column("keycaps", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("channel", sa.Column("saves_links", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("delivery", sa.Column("surface", sa.Text(), nullable=False, server_default="message"))
    op.add_column("delivery", sa.Column("under", sa.Text(), nullable=True))
    op.add_column("delivery", sa.Column("reply_form_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("delivery", sa.Column("last_shown_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("delivery", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mark", sa.Column("shelf", sa.Text(), nullable=False, server_default=""))


def make_vault() -> None:
    op.create_table(
        "vault",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_vault"),
    )
    op.create_index("ix_vault_expires_at", "vault", ["expires_at"])


def make_tags_and_notes() -> None:
    op.create_table(
        "item_tag",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "item_id"], ["item.workspace_id", "item.id"], name="fk_item_tag_item", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "item_id", "tag", name="pk_item_tag"),
    )
    op.create_index("ix_item_tag_workspace_id_added_by", "item_tag", ["workspace_id", "added_by"])
    op.create_table(
        "item_note",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "item_id"], ["item.workspace_id", "item.id"], name="fk_item_note_item", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "item_id", "person_id", name="pk_item_note"),
    )
    op.create_index("ix_item_note_workspace_id_person_id", "item_note", ["workspace_id", "person_id"])


def make_rules_and_reports() -> None:
    op.create_table(
        "rule",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "channel_id", "kind", "value", name="pk_rule"),
    )
    op.create_table(
        "less",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "channel_id", "person_id", "source", "post_id", name="pk_less"),
    )
    op.create_index("ix_less_workspace_id_person_id", "less", ["workspace_id", "person_id"])
    op.create_table(
        "report",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "source", "post_id", name="pk_report"),
    )
