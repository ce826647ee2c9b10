from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    and_,
    func,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from adapters.database.repositories.library_rows import Marked, for_all, items_of, mark_of, marked, stands
from adapters.database.repositories.reports import items_hidden
from adapters.database.repositories.searching import Search, known_words
from adapters.database.repositories.standings import StandingTable
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import ItemNote, ItemTag, Post
from adapters.database.tables import Mark as MarkRow
from adapters.database.text import storable_text
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Item, Mark, NewItem, Note
from bot.domain.search import Query
from bot.domain.topic import folded

NOBODY = ""
"""Who added a tag and is forgotten."""


class LibraryRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db
        self._standings = StandingTable(db)

    async def add(self, workspace: str, item: NewItem, at: datetime) -> str:
        item = await self._as_kept(item)
        new = self._db.insert(ItemRow).values(
            workspace_id=workspace,
            id=item.id,
            key=item.key,
            url=item.url,
            title=item.title,
            search_text=folded(item.search_text),
            post_source=item.post.source if item.post else None,
            post_id=item.post.id if item.post else None,
            author_id=_author_of(item.post) if item.post else None,
            added_at=at,
            kind=item.kind,
        )
        await self._db.run(new.on_conflict_do_nothing(index_elements=["workspace_id", "key"]))
        there = select(ItemRow.id).where(ItemRow.workspace_id == workspace, ItemRow.key == item.key)
        return str(await self._db.value(there))

    async def _as_kept(self, item: NewItem) -> NewItem:
        """Where its post was erased, what was read of it before says nothing any more."""
        if item.post is None:
            return item
        await self._standings.hold()
        is_erased = await self._standings.erased([item.post])
        return replace(item, url="", title="", search_text="", kind="") if is_erased else item

    async def renew(self, workspace: str, item: NewItem) -> None:
        item = await self._as_kept(item)
        said = {"url": item.url, "title": item.title, "search_text": folded(item.search_text), "kind": item.kind}
        this = ItemRow.workspace_id == workspace, ItemRow.key == item.key
        await self._db.run(update(ItemRow).where(*this).values(**said))
        await self._db.index(workspace, [row.id for row in await self._db.rows(select(ItemRow.id).where(*this))])

    async def links(self) -> list[tuple[str, str, str]]:
        asked = select(ItemRow.workspace_id, ItemRow.id, ItemRow.url).where(ItemRow.post_id.is_(None))
        rows = await self._db.rows(asked.order_by(ItemRow.workspace_id, ItemRow.id))
        return [(row.workspace_id, row.id, row.url) for row in rows]

    async def take_link_away(self, workspace: str, item: str, post: PostKey) -> None:
        nothing = {"url": "", "title": "", "search_text": "", "key": f"gone:{item}", "author_id": None, "kind": ""}
        this = ItemRow.workspace_id == workspace, ItemRow.id == item
        of_post = {"post_source": post.source, "post_id": post.id}
        await self._db.run(update(ItemRow).where(*this).values(**nothing, **of_post))
        await self._db.index(workspace, [item])

    async def marks(self, workspace: str, item: str, person: str) -> list[Mark]:
        theirs = MarkRow.workspace_id == workspace, MarkRow.item_id == item, MarkRow.person_id == person
        rows = await self._db.rows(select(MarkRow).where(*theirs).order_by(MarkRow.made_at, MarkRow.origin))
        return [mark_of(row) for row in rows]

    async def marked(self, person: PersonKey, origin: str) -> list[str]:
        theirs = MarkRow.workspace_id == person.workspace, MarkRow.person_id == person.person
        of_origin = MarkRow.origin == storable_text(origin)
        rows = await self._db.rows(select(MarkRow.item_id).where(*theirs, of_origin).order_by(MarkRow.item_id))
        return [row.item_id for row in rows]

    async def put_mark(self, workspace: str, mark: Mark) -> None:
        row = {
            "workspace_id": workspace,
            "item_id": mark.item,
            "person_id": mark.person,
            "origin": mark.origin,
            "made_at": mark.made_at,
            "ended_at": mark.ended_at,
            "ending": mark.ending,
            "shelf": mark.shelf,
            "vouched": mark.vouched,
        }
        await self._hold(workspace, [mark.item])
        await self._db.put(MarkRow, [row])
        await self._date(workspace, [mark.item])

    async def end_marks(self, person: PersonKey, item: str | None, at: datetime, ending: Ending) -> int:
        """Erasing ends the ended ones once more, so that nothing that happened before can revive them."""
        theirs = [MarkRow.workspace_id == person.workspace, MarkRow.person_id == person.person]
        if item is not None:
            theirs.append(MarkRow.item_id == item)
        if ending is not Ending.ERASED:
            theirs.append(MarkRow.ended_at.is_(None))
        items = [row.item_id for row in await self._db.rows(select(MarkRow.item_id).where(*theirs).distinct())]
        await self._hold(person.workspace, items)
        ended = await self._db.run(update(MarkRow).where(*theirs).values(ended_at=at, ending=ending))
        await self._date(person.workspace, items)
        return ended

    async def _hold(self, workspace: str, items: Collection[str]) -> None:
        """Makes others wait who would change marks of these items, so that nobody's save is overlooked."""
        for part in in_parts(sorted(items)):
            these = ItemRow.workspace_id == workspace, ItemRow.id.in_(part)
            await self._db.rows(select(ItemRow.id).where(*these).order_by(ItemRow.id).with_for_update())

    async def _date(self, workspace: str, items: Collection[str]) -> None:
        """Writes down when the newest save was made and how many there are, by which items are found and sorted."""
        for part in in_parts(items):
            saves = await marked(self._db, workspace, part)
            for item in part:
                by_all = saves.get(item, Marked())
                stand = {"saved_at": by_all.newest, "savers": len(by_all.since), "vouched": by_all.vouched}
                this = ItemRow.workspace_id == workspace, ItemRow.id == item
                await self._db.run(update(ItemRow).where(*this).values(**stand))
        await self._db.index(workspace, items)

    async def tag(self, workspace: str, item: str, tags: Collection[str], by: str, at: datetime) -> None:
        rows = [
            {
                "workspace_id": workspace,
                "item_id": item,
                "tag": tag,
                "folded": folded(tag),
                "added_by": by,
                "added_at": at,
            }
            for tag in tags
        ]
        await self._db.add(ItemTag, rows)
        await self._db.index(workspace, [item])

    async def note(self, workspace: str, item: str, note: Note) -> None:
        row = {
            "workspace_id": workspace,
            "item_id": item,
            "person_id": note.by,
            "text": note.text,
            "folded": folded(note.text),
            "written_at": note.written_at,
        }
        await self._db.put(ItemNote, [row])
        await self._db.index(workspace, [item])

    async def noted(self, person: PersonKey) -> list[str]:
        theirs = ItemNote.workspace_id == person.workspace, ItemNote.person_id == person.person
        return [row.item_id for row in await self._db.rows(select(ItemNote.item_id).where(*theirs))]

    async def items(self, workspace: str, ids: Collection[str], viewer: str | None = None) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for part in in_parts(ids):
            found |= {item.id: item for item in await items_of(self._db, workspace, part, viewer)}
        return found

    async def of_post(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, Item]:
        found: dict[PostKey, Item] = {}
        for part in in_parts([(post.source, post.id) for post in posts]):
            of_these = tuple_(ItemRow.post_source, ItemRow.post_id).in_(part)
            there = ItemRow.workspace_id == workspace, of_these, ItemRow.id.not_in(items_hidden(workspace))
            rows = await self._db.rows(select(ItemRow.id).where(*there))
            items = await self.items(workspace, [row.id for row in rows])
            found |= {item.post: item for item in items.values() if item.post and item.saver_count}
        return found

    async def tags(self, workspace: str, having: str, most: int, least: int = 1) -> list[str]:
        stands = ItemRow.workspace_id == workspace, ItemRow.saved_at.is_not(None), *for_all(least)
        seen = ItemTag.item_id.not_in(items_hidden(workspace))
        of_items = and_(ItemTag.workspace_id == ItemRow.workspace_id, ItemTag.item_id == ItemRow.id)
        asked = select(ItemTag.tag).join(ItemRow, of_items).where(*stands, seen, self._has(ItemTag.folded, having))
        by_use = asked.group_by(ItemTag.tag).order_by(func.count().desc(), ItemTag.tag).limit(most)
        return [row.tag for row in await self._db.rows(by_use)]

    async def find(
        self,
        workspace: str,
        query: Query,
        *,
        saved_by: str | None,
        viewer: str | None,
        limit: int,
        offset: int,
        least: int = 1,
    ) -> tuple[list[Item], int]:
        search = Search(self._db, workspace, query, saved_by=saved_by, viewer=viewer, least=least)
        ids, total = await search.page(limit, offset)
        items = await self.items(workspace, ids, viewer)
        return [items[id_] for id_ in ids], total

    async def known_words(self, workspace: str, shortest: int, longest: int) -> list[str]:
        return await known_words(self._db, workspace, shortest, longest)

    async def savers_of_authors(
        self, workspace: str, authors: Collection[tuple[str, str]], least: int = 1
    ) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for source in {source for source, _ in authors}:
            theirs = self._db.is_one_of(ItemRow.author_id, [author for of, author in authors if of == source])
            rows = await self._db.rows(_savers_of(workspace, source, theirs, least))
            found |= {(source, row.author_id): row.people for row in rows if row.people}
        return found

    async def active_since(self, workspace: str, since: datetime, limit: int, least: int = 1) -> tuple[list[str], int]:
        people: dict[str, set[str]] = {}
        latest: dict[str, datetime] = {}
        for row in await self._db.rows(_acts_since(workspace, since)):
            people.setdefault(row.item_id, set()).update({row.person_id} - {NOBODY})
            latest[row.item_id] = max(row.at, latest.get(row.item_id, row.at))
        found: list[str] = []
        for part in in_parts(latest):
            seen = ItemRow.id.not_in(items_hidden(workspace)), *for_all(least)
            these = ItemRow.workspace_id == workspace, ItemRow.id.in_(part), *seen
            rows = await self._db.rows(select(ItemRow.id, ItemRow.saved_at).where(*these))
            found += [row.id for row in rows if row.saved_at is not None]
        found.sort(key=lambda item: (len(people[item]), latest[item], item), reverse=True)
        return found[:limit], len(found)

    def _has(self, text: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
        """Unlike a pattern, a position has no wildcards to escape and no limit of length."""
        position = func.strpos if self._db.on_postgresql else func.instr
        return position(text, storable_text(folded(word))) > 0


def _author_of(post: PostKey) -> ScalarSelect[str]:
    return select(Post.author_id).where(Post.source == post.source, Post.id == post.id).scalar_subquery()


def _savers_of(workspace: str, source: str, by_them: ColumnElement[bool], least: int) -> Select[str | None, int]:
    """An outer join, by which SQLite begins at the items of these authors and not at every mark there is."""
    theirs = ItemRow.workspace_id == workspace, ItemRow.post_source == source, by_them, *for_all(least)
    saved = and_(
        MarkRow.workspace_id == ItemRow.workspace_id, MarkRow.item_id == ItemRow.id, MarkRow.ended_at.is_(None)
    )
    people = func.count(MarkRow.person_id.distinct()).label("people")
    asked = select(ItemRow.author_id, people).outerjoin(MarkRow, saved)
    return asked.where(*theirs).group_by(ItemRow.author_id)


def _acts_since(workspace: str, since: datetime) -> CompoundSelect[tuple[str, str, datetime]]:
    """Who saved, tagged or noted which item since then. A save is as old as the oldest of a person's marks."""
    marked = select(MarkRow.item_id).where(stands(workspace), MarkRow.made_at >= since)
    saved_at = func.min(MarkRow.made_at)
    saved = (
        select(MarkRow.item_id, MarkRow.person_id.label("person_id"), saved_at.label("at"))
        .where(stands(workspace), MarkRow.item_id.in_(marked))
        .group_by(MarkRow.item_id, MarkRow.person_id)
        .having(saved_at >= since)
    )
    tagged = select(ItemTag.item_id, ItemTag.added_by, ItemTag.added_at).where(
        ItemTag.workspace_id == workspace, ItemTag.added_at >= since
    )
    noted = select(ItemNote.item_id, ItemNote.person_id, ItemNote.written_at).where(
        ItemNote.workspace_id == workspace, ItemNote.written_at >= since
    )
    return union_all(saved, tagged, noted)
