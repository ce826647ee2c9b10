"""The posts that lead to the items of libraries, and which of them is shown."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, select, update

from adapters.database.repositories.standings import is_absent
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Citation, Post, Workspace
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Report as ReportRow
from bot.domain.keys import PostKey
from bot.domain.rules import Verdict
from bot.domain.topic import folded

HIDES = ReportRow.verdict != Verdict.RESTORED
ANYWHERE = Citation.workspace_id.in_(select(Workspace.id))
"""Citations are found by their workspace first, whichever it is."""


class CitationTable:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def item_of(self, workspace: str, post: PostKey) -> str | None:
        """The item that the post led to first."""
        this = Citation.workspace_id == workspace, _is(post)
        row = await self._db.row(select(Citation.item_id).where(*this).order_by(Citation.cited_at, Citation.item_id))
        return row.item_id if row else None

    async def items_of(self, workspace: str, post: PostKey) -> list[str]:
        this = Citation.workspace_id == workspace, _is(post)
        return [row.item_id for row in await self._db.rows(select(Citation.item_id).where(*this))]

    async def of_posts(
        self, workspace: str, posts: Collection[PostKey], which: ColumnElement[bool]
    ) -> dict[PostKey, list[str]]:
        """Those of the items that each leads to, the first it led to first; posts that lead to none are left out."""
        cited = and_(ItemRow.workspace_id == Citation.workspace_id, ItemRow.id == Citation.item_id)
        found: dict[PostKey, list[str]] = {}
        for source in sorted({post.source for post in posts}):
            these = self._db.is_one_of(Citation.post_id, [post.id for post in posts if post.source == source])
            asked = select(*Citation.__table__.columns).join(ItemRow, cited).where(which)
            of_source = Citation.workspace_id == workspace, Citation.source == source, these
            for row in sorted(
                await self._db.rows(asked.where(*of_source)), key=lambda row: (row.cited_at, row.item_id)
            ):
                found.setdefault(PostKey(row.source, row.post_id), []).append(row.item_id)
        return found

    async def of(self, workspace: str, items: Collection[str]) -> dict[str, list[PostKey]]:
        """Newest first, of items few enough for one statement."""
        these = Citation.workspace_id == workspace, Citation.item_id.in_(items)
        found: dict[str, list[PostKey]] = {}
        for row in sorted(await self._db.rows(select(Citation).where(*these)), key=_age, reverse=True):
            found.setdefault(row.item_id, []).append(PostKey(row.source, row.post_id))
        return found

    async def add(self, workspace: str, item: str, post: PostKey, said: str, at: datetime) -> None:
        wrote = select(Post.author_id).where(Post.source == post.source, Post.id == post.id)
        row = {
            "workspace_id": workspace,
            "item_id": item,
            "source": post.source,
            "post_id": post.id,
            "cited_at": at,
            "search_text": folded(said),
            "author_id": await self._db.value(wrote),
        }
        await self._db.add(Citation, [row])
        await self._show_newest(workspace, [item])

    async def say(self, workspace: str, post: PostKey, said: str) -> None:
        """Replaces what the post says, wherever it leads."""
        this = Citation.workspace_id == workspace, _is(post)
        await self._db.run(update(Citation).where(*this).values(search_text=folded(said)))

    async def items_led_to(self, source: str, ids: Collection[str]) -> Sequence[Row[Any]]:
        """The rows of the items that these posts lead to, in all workspaces, each with the id of its post; few enough
        for one statement."""
        cited = and_(ItemRow.workspace_id == Citation.workspace_id, ItemRow.id == Citation.item_id)
        columns = (ItemRow.workspace_id, ItemRow.id, ItemRow.key, ItemRow.url, ItemRow.title, Citation.post_id)
        these = ANYWHERE, Citation.source == source, Citation.post_id.in_(ids)
        asked = select(*columns).join(Citation, cited).where(*these)
        return await self._db.rows(asked.order_by(ItemRow.workspace_id, ItemRow.id))

    async def erase(self, source: str, ids: Collection[str]) -> None:
        """Forgets what these posts said and who wrote them; few enough for one statement."""
        these = ANYWHERE, Citation.source == source, Citation.post_id.in_(ids)
        await self._db.run(update(Citation).where(*these).values(search_text="", author_id=None))
        await self.show_newest([PostKey(source, id_) for id_ in ids])

    async def show_newest(self, posts: Collection[PostKey]) -> None:
        """After something has become of these posts: wherever one of several leads, another may have to be shown."""
        for source in sorted({post.source for post in posts}):
            these = self._db.is_one_of(Citation.post_id, [post.id for post in posts if post.source == source])
            asked = select(Citation.workspace_id, Citation.item_id).where(ANYWHERE, Citation.source == source, these)
            rows = await self._db.rows(asked.order_by(Citation.workspace_id, Citation.item_id).distinct())
            for workspace in dict.fromkeys(row.workspace_id for row in rows):
                items = [row.item_id for row in rows if row.workspace_id == workspace]
                for part in in_parts(items):
                    await self._show_newest(workspace, part)

    async def _show_newest(self, workspace: str, items: Collection[str]) -> None:
        these = Citation.workspace_id == workspace, Citation.item_id.in_(items)
        rows = await self._db.rows(select(*Citation.__table__.columns, _worth(workspace).label("worth")).where(*these))
        best: dict[str, Row[Any]] = {}
        for row in sorted(rows, key=lambda row: (row.worth, _age(row))):
            best[row.item_id] = row
        shown = await self._shown(workspace, best)
        changed = {item: row for item, row in best.items() if shown[item] != (row.source, row.post_id, row.author_id)}
        for item, row in sorted(changed.items()):
            post = {"post_source": row.source, "post_id": row.post_id, "author_id": row.author_id}
            this = ItemRow.workspace_id == workspace, ItemRow.id == item
            await self._db.run(update(ItemRow).where(*this).values(**post))

    async def _shown(self, workspace: str, items: Mapping[str, object]) -> dict[str, tuple[str | None, ...]]:
        these = ItemRow.workspace_id == workspace, ItemRow.id.in_(items)
        rows = await self._db.rows(
            select(ItemRow.id, ItemRow.post_source, ItemRow.post_id, ItemRow.author_id).where(*these)
        )
        return {row.id: (row.post_source, row.post_id, row.author_id) for row in rows}


def _worth(workspace: str) -> ColumnElement[int]:
    """What can be shown before what was reported, and that before what has vanished."""
    of_it = ReportRow.source == Citation.source, ReportRow.post_id == Citation.post_id
    hidden = select(ReportRow.post_id).where(ReportRow.workspace_id == workspace, *of_it, HIDES).exists()
    return case((is_absent(Citation.source, Citation.post_id), 0), (hidden, 1), else_=2)


def _is(post: PostKey) -> ColumnElement[bool]:
    return (Citation.source == post.source) & (Citation.post_id == post.id)


def _age(row: Row[Any]) -> tuple[datetime, str, str]:
    return row.cited_at, row.source, row.post_id
