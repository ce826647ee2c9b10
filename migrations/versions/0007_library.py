"""the library that stays: departments, things kept for oneself, citations, history, removal, feeds, imports, sign-in

It only expands.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_columns()
    create_tables_of_items()
    create_tables_of_people()
    cite_what_was_saved()


def add_columns() -> None:
    op.add_column("channel", sa.Column("department", sa.Text(), nullable=False, server_default=""))
    op.add_column("person", sa.Column("findable", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("item", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("item", sa.Column("removed_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("item", sa.Column("erased", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("item", sa.Column("own_title", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("item", sa.Column("own_kind", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("item", sa.Column("title_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("item", sa.Column("title_tries", sa.Integer(), nullable=False, server_default="0"))
    index("item", "workspace_id", "removed_at")
    index("item", "removed_at")
    index("item", "title_due_at")
    op.add_column("mark", sa.Column("library", sa.Text(), nullable=False, server_default=""))
    op.add_column("mark", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("item_note", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()))
    index("item_tag", "workspace_id", "tag", "item_id")
    alone = sa.text("private")
    names = ["workspace_id", "person_id"]
    op.create_index("ix_mark_private", "mark", names, sqlite_where=alone, postgresql_where=alone)
    of_one = sa.text("library <> ''")
    op.create_index(
        "ix_mark_library", "mark", ["workspace_id", "library"], sqlite_where=of_one, postgresql_where=of_one
    )


def create_tables_of_items() -> None:
    op.create_table(
        "citation",
        *columns("workspace_id", "item_id", "source", "post_id"),
        moment("cited_at"),
        *columns("search_text"),
        sa.Column("author_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "item_id", "source", "post_id", name="pk_citation"),
        part_of("citation", "item", "item_id"),
    )
    index("citation", "workspace_id", "source", "post_id")
    index("citation", "workspace_id", "source", "author_id")
    op.create_table(
        "item_share",
        *columns("workspace_id", "item_id", "library", "shared_by"),
        moment("shared_at"),
        sa.PrimaryKeyConstraint("workspace_id", "item_id", "library", name="pk_item_share"),
        part_of("item_share", "item", "item_id"),
    )
    index("item_share", "workspace_id", "shared_by")
    op.create_table(
        "item_change",
        *columns("workspace_id", "id", "item_id"),
        moment("at"),
        *columns("changed_by", "what", "before", "after", "whose"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_item_change"),
        part_of("item_change", "item", "item_id"),
    )
    index("item_change", "workspace_id", "item_id", "at")
    index("item_change", "workspace_id", "changed_by")
    index("item_change", "workspace_id", "whose")


def create_tables_of_people() -> None:
    op.create_table(
        "feed",
        *columns("workspace_id", "id", "secret_hash", "person_id", "kind", "value"),
        moment("made_at"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_feed"),
        sa.UniqueConstraint("secret_hash", name="uq_feed_secret_hash"),
    )
    index("feed", "workspace_id", "person_id")
    op.create_table(
        "import",
        *columns("workspace_id", "id", "person_id", "form", "library"),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        moment("asked_at"),
        *columns("state"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("total", "new_count", "done")),
        *columns("broken"),
        sa.Column("broken_count", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_import"),
    )
    index("import", "workspace_id", "person_id")
    index("import", "state", "asked_at")
    op.create_table(
        "import_row",
        *columns("workspace_id", "import_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        *columns("row"),
        sa.PrimaryKeyConstraint("workspace_id", "import_id", "number", name="pk_import_row"),
        part_of("import_row", "import", "import_id"),
    )
    op.create_table(
        "imported_item",
        *columns("workspace_id", "import_id", "item_id", "tags", "note"),
        sa.PrimaryKeyConstraint("workspace_id", "import_id", "item_id", name="pk_imported_item"),
        part_of("imported_item", "import", "import_id"),
        part_of("imported_item", "item", "item_id"),
    )
    op.create_table(
        "web_session",
        *columns("workspace_id", "id", "person_id"),
        *(moment(name) for name in ("begun_at", "seen_at", "ends_at", "looked_up_at")),
        *columns("role"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_web_session"),
        sa.UniqueConstraint("id", name="uq_web_session_id"),
    )
    index("web_session", "workspace_id", "person_id")
    index("web_session", "ends_at")
    op.create_table(
        "admin_act",
        *columns("workspace_id", "id"),
        moment("at"),
        *columns("done_by", "what", "about"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_admin_act"),
    )
    index("admin_act", "workspace_id", "at")
    op.create_table(
        "forgotten",
        *columns("digest"),
        moment("at"),
        sa.PrimaryKeyConstraint("digest", name="pk_forgotten"),
    )


def columns(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def part_of(table: str, other: str, column: str) -> sa.ForeignKeyConstraint:
    """A row goes with the other one."""
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{other}.workspace_id", f"{other}.id"],
        name=f"fk_{table}_{other}",
        ondelete="CASCADE",
    )


def index(table: str, *names: str) -> None:
    op.create_index("_".join(("ix", table, *names)), table, list(names))


def cite_what_was_saved() -> None:
    """Each item of a post is that post's citation from now on, and what is searched is said by the post."""
    kept = ("workspace_id", "id", "post_source", "post_id", "added_at", "search_text", "author_id")
    item = sa.table("item", *(sa.column(name) for name in kept))
    names = ("workspace_id", "item_id", "source", "post_id", "cited_at", "search_text", "author_id")
    cited = sa.select(*(item.c[name] for name in kept)).where(item.c.post_id.is_not(None))
    citation = sa.table("citation", *(sa.column(name) for name in names))
    op.execute(sa.insert(citation).from_select(names, cited))
    op.execute(sa.update(item).where(item.c.post_id.is_not(None)).values(search_text=""))
