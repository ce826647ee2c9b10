from collections.abc import Collection
from datetime import datetime
from operator import attrgetter

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from adapters.database.repositories.library_rows import for_all, kept, stands
from adapters.database.repositories.reports import items_hidden
from adapters.database.repositories.searching import Search
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import ItemShare, ItemTag
from adapters.database.tables import Mark as MarkRow
from bot.domain.exchange import Listing, ListingKind
from bot.domain.search import Query
from bot.domain.topic import folded
from bot.ports import Place


class ListingRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def standing(self, workspace: str, what: Listing, *, viewer: str, least: int, most: int) -> list[Place]:
        if what.kind in {ListingKind.DIGESTS, ListingKind.FOUND}:
            return []
        if what.kind is ListingKind.MINE:
            rows = await self._db.rows(_mine(workspace, viewer).limit(most))
        else:
            found = _of_all(workspace).where(*_condition(workspace, what), *for_all(least))
            rows = await self._db.rows(found.limit(most))
        return [Place(row.at, row.id) for row in rows]

    async def found(self, workspace: str, query: Query, *, viewer: str, least: int, most: int) -> list[Place]:
        search = Search(self._db, workspace, query, saved_by=None, viewer=viewer, least=least)
        rows = await self._db.rows(_of_all(workspace).where(*search.conditions()).limit(most))
        places = [Place(row.at, row.id) for row in rows]
        for part in in_parts(await search.own()):
            own = await self._db.rows(_mine(workspace, viewer).where(ItemRow.id.in_(part)))
            places += [Place(row.at, row.id) for row in own]
        return sorted(places, key=attrgetter("at", "item"), reverse=True)[:most]

    async def known(self, workspace: str, keys: Collection[str], least: int = 1) -> set[str]:
        found: set[str] = set()
        for part in in_parts(keys):
            these = ItemRow.workspace_id == workspace, ItemRow.saved_at.is_not(None), *for_all(least)
            rows = await self._db.rows(select(ItemRow.key).where(*these, self._db.is_one_of(ItemRow.key, part)))
            found |= {row.key for row in rows}
        return found

    async def shelves(self, workspace: str, least: int = 1) -> list[str]:
        named = stands(workspace), MarkRow.shelf != ""
        of_item = and_(ItemRow.workspace_id == MarkRow.workspace_id, ItemRow.id == MarkRow.item_id)
        seen = ItemRow.saved_at.is_not(None), ItemRow.id.not_in(items_hidden(workspace)), *for_all(least)
        asked = select(MarkRow.shelf).join(ItemRow, of_item).where(*named, *seen)
        rows = await self._db.rows(asked.distinct().order_by(MarkRow.shelf))
        return [row.shelf for row in rows]


def _of_all(workspace: str) -> Select[str, datetime | None]:
    seen = ItemRow.saved_at.is_not(None), ItemRow.removed_at.is_(None), ItemRow.id.not_in(items_hidden(workspace))
    found = select(ItemRow.id, ItemRow.saved_at.label("at")).where(ItemRow.workspace_id == workspace, *seen)
    return found.order_by(ItemRow.saved_at.desc(), ItemRow.id.desc())


def _mine(workspace: str, viewer: str) -> Select[str, datetime]:
    since = func.min(MarkRow.made_at).label("since")
    theirs = kept(workspace), MarkRow.person_id == viewer
    saves = select(MarkRow.item_id, since).where(*theirs).group_by(MarkRow.item_id).subquery()
    seen = ItemRow.removed_at.is_(None), ItemRow.id.not_in(items_hidden(workspace))
    found = select(ItemRow.id, saves.c.since.label("at")).join(saves, saves.c.item_id == ItemRow.id)
    return found.where(ItemRow.workspace_id == workspace, *seen).order_by(saves.c.since.desc(), ItemRow.id.desc())


def _condition(workspace: str, what: Listing) -> list[ColumnElement[bool]]:
    saved = and_(stands(workspace), MarkRow.item_id == ItemRow.id)
    match what.kind:
        case ListingKind.LIBRARY if what.value:
            shared = ItemShare.workspace_id == workspace, ItemShare.item_id == ItemRow.id
            is_shared = exists().where(*shared, ItemShare.library == what.value)
            return [or_(exists().where(saved, MarkRow.library == what.value), is_shared)]
        case ListingKind.TAG:
            tagged = ItemTag.workspace_id == workspace, ItemTag.item_id == ItemRow.id
            return [exists().where(*tagged, ItemTag.folded == folded(what.value))]
        case ListingKind.SHELF:
            return [exists().where(saved, MarkRow.shelf == what.value)]
        case _:
            return []
