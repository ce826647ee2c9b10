"""what communities need: how many saved something, who vouched for it, who sent for what, when a message was sent,
and whom the vault's contents are about

It only expands. What the previous release saves while this one takes over is counted with the next save of that item.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("item", sa.Column("savers", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("item", sa.Column("vouched", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("mark", sa.Column("vouched", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("delivery", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("errand", sa.Column("person_groups", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("vault", sa.Column("about_workspace", sa.Text(), nullable=True))
    op.add_column("vault", sa.Column("about_person", sa.Text(), nullable=True))
    op.create_index("ix_vault_about_workspace_about_person", "vault", ["about_workspace", "about_person"])
    count_savers()


def count_savers() -> None:
    """Of what departments saved, which is little beside the posts that are read."""
    item = sa.table("item", sa.column("workspace_id"), sa.column("id"), sa.column("saved_at"), sa.column("savers"))
    names = ("workspace_id", "item_id", "person_id", "ended_at")
    mark = sa.table("mark", *(sa.column(name) for name in names))
    of_item = mark.c.workspace_id == item.c.workspace_id, mark.c.item_id == item.c.id, mark.c.ended_at.is_(None)
    people = sa.select(sa.func.count(mark.c.person_id.distinct())).where(*of_item)
    op.execute(item.update().values(savers=people.scalar_subquery()).where(item.c.saved_at.is_not(None)))
