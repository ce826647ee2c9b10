from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Delete, Update, delete, exists, func, select, update

from adapters.database.repositories.citations import CitationTable
from adapters.database.repositories.library_rows import date, hold, items_of
from adapters.database.statements import Statements
from adapters.database.tables import Citation, ImportedItem, ItemChange, ItemNote, ItemShare, ItemTag
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Mark as MarkRow
from adapters.database.text import storable_text
from bot.domain.library import Ending, NewItem
from bot.domain.topic import folded
from bot.ports import RemovedItem

OfItem = type[ItemTag | ItemNote | ItemShare | ItemChange | Citation | MarkRow | ImportedItem]
SAID_OF_IT: Sequence[OfItem] = (ItemTag, ItemNote, ItemShare, ItemChange, Citation, ImportedItem)
"""What goes with an item that is erased; its marks stay as tombstones."""
NO_SAVE = {"saved_at": None, "savers": 0, "vouched": False}
NOTHING = {
    "url": "",
    "title": "",
    "search_text": "",
    "kind": "",
    "post_source": None,
    "post_id": None,
    "author_id": None,
    "removed_by": "",
    "own_title": False,
    "own_kind": False,
    "title_due_at": None,
    "erased": True,
}


class CareRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db
        self._citations = CitationTable(db)

    async def hold(self, workspace: str, item: str) -> None:
        await hold(self._db, workspace, [item])

    async def untag(self, workspace: str, item: str, tags: Collection[str]) -> None:
        await self.hold(workspace, item)
        these = ItemTag.tag.in_([storable_text(tag) for tag in tags])
        await self._db.run(delete(ItemTag).where(ItemTag.workspace_id == workspace, ItemTag.item_id == item, these))
        await self._db.index(workspace, [item])

    async def drop_note(self, workspace: str, item: str, note: str) -> None:
        await self.hold(workspace, item)
        this = ItemNote.workspace_id == workspace, ItemNote.item_id == item, ItemNote.id == note
        await self._db.run(delete(ItemNote).where(*this))
        await self._db.index(workspace, [item])

    async def retitle(self, workspace: str, item: str, title: str) -> None:
        await self._change(workspace, item, title=title, own_title=True, title_due_at=None)

    async def set_kind(self, workspace: str, item: str, kind: str) -> None:
        await self._change(workspace, item, kind=kind, own_kind=True)

    async def _change(self, workspace: str, item: str, **values: object) -> None:
        await self.hold(workspace, item)
        await self._db.run(update(ItemRow).where(*_this(workspace, item)).values(**values))
        await self._db.index(workspace, [item])

    async def remove(self, workspace: str, item: str, by: str, at: datetime) -> bool:
        await self.hold(workspace, item)
        there = *_this(workspace, item), ItemRow.removed_at.is_(None)
        gone = {"removed_at": at, "removed_by": by, "title_due_at": None, **NO_SAVE}
        removed = await self._db.run(update(ItemRow).where(*there).values(**gone)) == 1
        await self._db.index(workspace, [item])
        return removed

    async def restore(self, workspace: str, item: str) -> bool:
        await self.hold(workspace, item)
        removed = *_this(workspace, item), ItemRow.removed_at.is_not(None)
        back = {"removed_at": None, "removed_by": "", "erased": False}
        restored = await self._db.run(update(ItemRow).where(*removed).values(**back)) == 1
        await date(self._db, workspace, [item])
        return restored

    async def removed_at(self, workspace: str, item: str) -> datetime | None:
        at: datetime | None = await self._db.value(select(ItemRow.removed_at).where(*_this(workspace, item)))
        return at

    async def removed_under(self, workspace: str, new: NewItem) -> str | None:
        known = await self._citations.item_of(workspace, new.post) if new.post else None
        joined = ItemRow.id == known if known else ItemRow.key == storable_text(new.key)
        removed = ItemRow.workspace_id == workspace, joined, ItemRow.removed_at.is_not(None)
        item: str | None = await self._db.value(select(ItemRow.id).where(*removed))
        return item

    async def is_erased(self, workspace: str, item: str) -> bool:
        return bool(await self._db.value(select(ItemRow.erased).where(*_this(workspace, item))))

    async def rewrite(self, workspace: str, item: str, new: NewItem) -> None:
        said = {"url": new.url, "title": new.title, "search_text": folded(new.search_text), "kind": new.kind}
        anew = {"erased": False, "own_title": False, "own_kind": False, "title_tries": 0}
        await self._db.run(update(ItemRow).where(*_this(workspace, item)).values(**said, **anew))
        await self._db.index(workspace, [item])

    async def merge(self, workspace: str, item: str, into: str) -> None:
        await hold(self._db, workspace, [item, into])
        posts = (await self._citations.of(workspace, [item])).get(item, [])
        await self._db.run(_no_longer_ended(workspace, item, into))
        for table in (*SAID_OF_IT, MarkRow):
            await self._db.run(_hand_over(table, workspace, item, into))
        await self._db.run(delete(MarkRow).where(MarkRow.workspace_id == workspace, MarkRow.item_id == item))
        await date(self._db, workspace, [item, into])
        await self._db.run(delete(ItemRow).where(*_this(workspace, item)))
        await self._citations.show_newest(posts)

    async def removed(self, workspace: str, limit: int, offset: int) -> tuple[list[RemovedItem], int]:
        there = ItemRow.workspace_id == workspace, ItemRow.removed_at.is_not(None), ItemRow.erased.is_(False)
        asked = select(ItemRow.id, ItemRow.removed_at, ItemRow.removed_by).where(*there)
        newest_first = asked.order_by(ItemRow.removed_at.desc(), ItemRow.id).limit(limit).offset(offset)
        rows = await self._db.rows(newest_first)
        ids = [row.id for row in rows]
        items = {item.id: item for item in await items_of(self._db, workspace, ids, None)} if ids else {}
        total = await self._db.value(select(func.count()).select_from(ItemRow).where(*there))
        return [RemovedItem(items[row.id], row.removed_at, row.removed_by) for row in rows], int(total)

    async def erase_removed(self, before: datetime, most: int) -> int:
        due = ItemRow.removed_at < before, ItemRow.erased.is_(False)
        asked = select(ItemRow.workspace_id, ItemRow.id).where(*due).order_by(ItemRow.removed_at).limit(most)
        rows = await self._db.rows(asked.with_for_update(skip_locked=True))
        for workspace in dict.fromkeys(row.workspace_id for row in rows):
            await self._erase(workspace, [row.id for row in rows if row.workspace_id == workspace], before)
        return len(rows)

    async def _erase(self, workspace: str, items: Sequence[str], at: datetime) -> None:
        for table in SAID_OF_IT:
            await self._db.run(delete(table).where(table.workspace_id == workspace, table.item_id.in_(items)))
        theirs = MarkRow.workspace_id == workspace, MarkRow.item_id.in_(items)
        tombstones = {"ended_at": func.coalesce(MarkRow.ended_at, at), "ending": Ending.ERASED, "shelf": ""}
        await self._db.run(update(MarkRow).where(*theirs).values(**tombstones))
        these = ItemRow.workspace_id == workspace, ItemRow.id.in_(items)
        await self._db.run(update(ItemRow).where(*these).values(**NOTHING))
        await self._db.index(workspace, items)
        await self._db.clear_index()


def _no_longer_ended(workspace: str, item: str, into: str) -> Delete:
    """Of the other item's saves those in whose place one of this item stands."""
    ended, standing = MarkRow.__table__.columns, MarkRow.__table__.alias().columns
    same = standing.person_id == ended.person_id, standing.origin == ended.origin
    stands = exists().where(
        standing.workspace_id == workspace, standing.item_id == item, *same, standing.ended_at.is_(None)
    )
    these = ended.workspace_id == workspace, ended.item_id == into, ended.ended_at.is_not(None)
    return delete(MarkRow).where(*these, stands)


def _hand_over(table: OfItem, workspace: str, item: str, into: str) -> Update:
    """What the other item has not by its own."""
    rows, other = table.__table__.columns, table.__table__.alias().columns
    same = [
        other[each.name] == each for each in table.__table__.primary_key if each.name not in {"workspace_id", "item_id"}
    ]
    has_it = exists().where(other.workspace_id == workspace, other.item_id == into, *same)
    return update(table).where(rows.workspace_id == workspace, rows.item_id == item, ~has_it).values(item_id=into)


def _this(workspace: str, item: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ItemRow.workspace_id == workspace, ItemRow.id == item
