from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from adapters.database.repositories.citations import CitationTable
from adapters.database.repositories.library_rows import (
    date,
    for_all,
    hold,
    items_of,
    kept,
    mark_of,
    mark_row,
    note_row,
    stands,
)
from adapters.database.repositories.reports import ReportRepository, items_hidden
from adapters.database.repositories.searching import Search, known_words
from adapters.database.repositories.standings import StandingTable
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Channel as ChannelRow
from adapters.database.tables import Citation, ItemNote, ItemShare, ItemTag
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Mark as MarkRow
from adapters.database.text import storable_text
from bot.domain.department import library_key
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import LINK, Ending, Item, Mark, NewItem, Note, key_of_post
from bot.domain.search import Query, Total
from bot.domain.topic import folded

NOBODY = ""
"""Who added a tag and is forgotten."""


class LibraryRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db
        self._standings = StandingTable(db)
        self._citations = CitationTable(db)

    async def add(self, workspace: str, item: NewItem, at: datetime) -> str:
        if item.post and (known := await self._citations.item_of(workspace, item.post)):
            return known
        item = await self._as_kept(item)
        new = self._db.insert(ItemRow).values(
            workspace_id=workspace,
            id=item.id,
            key=item.key,
            url=item.url,
            title=item.title,
            search_text=folded(item.search_text),
            added_at=at,
            kind=item.kind,
        )
        await self._db.run(new.on_conflict_do_nothing(index_elements=["workspace_id", "key"]))
        there = select(ItemRow.id).where(ItemRow.workspace_id == workspace, ItemRow.key == item.key)
        id_ = str(await self._db.value(there))
        if item.post:
            await hold(self._db, workspace, [id_])
            await self._citations.add(workspace, id_, item.post, item.post_text, at)
            await self._db.index(workspace, [id_])
        return id_

    async def _as_kept(self, item: NewItem) -> NewItem:
        """Where its post was erased, what was read of it before says nothing any more."""
        if item.post is None:
            return item
        await self._standings.hold()
        is_erased = await self._standings.erased([item.post])
        return replace(item, url="", title="", search_text="", kind="", post_text="") if is_erased else item

    async def renew(self, workspace: str, item: NewItem) -> None:
        post = item.post
        if post is None:
            return
        item = await self._as_kept(item)
        await self._citations.say(workspace, post, item.post_text)
        await self._citations.show_newest([post])
        title = case((ItemRow.own_title, ItemRow.title), else_=item.title)
        kind = case((ItemRow.own_kind, ItemRow.kind), else_=item.kind)
        said = {"url": item.url, "search_text": folded(item.search_text), "title": title, "kind": kind}
        this = ItemRow.workspace_id == workspace, ItemRow.key == key_of_post(post)
        await self._db.run(update(ItemRow).where(*this).values(**said))
        await self._db.index(workspace, await self._citations.items_of(workspace, post))

    async def links(self) -> list[tuple[str, str, str]]:
        asked = select(ItemRow.workspace_id, ItemRow.id, ItemRow.url).where(ItemRow.key.startswith(LINK))
        rows = await self._db.rows(asked.order_by(ItemRow.workspace_id, ItemRow.id))
        return [(row.workspace_id, row.id, row.url) for row in rows]

    async def take_link_away(self, workspace: str, item: str, post: PostKey) -> None:
        nothing = {"url": "", "title": "", "search_text": "", "key": f"gone:{item}", "kind": ""}
        this = ItemRow.workspace_id == workspace, ItemRow.id == item
        added_at = await self._db.value(select(ItemRow.added_at).where(*this))
        await self._db.run(update(ItemRow).where(*this).values(**nothing))
        await self._citations.add(workspace, item, post, "", added_at)
        await self._db.index(workspace, [item])

    async def marks(self, workspace: str, item: str, person: str) -> list[Mark]:
        """Sorted here: SQLite would take the index of the order, and look through all marks of the workspace."""
        theirs = MarkRow.workspace_id == workspace, MarkRow.item_id == item, MarkRow.person_id == person
        rows = await self._db.rows(select(MarkRow).where(*theirs))
        return [mark_of(row) for row in sorted(rows, key=lambda row: (row.made_at, row.origin))]

    async def marked(self, person: PersonKey, origin: str) -> list[str]:
        theirs = MarkRow.workspace_id == person.workspace, MarkRow.person_id == person.person
        of_origin = MarkRow.origin == storable_text(origin)
        rows = await self._db.rows(select(MarkRow.item_id).where(*theirs, of_origin).order_by(MarkRow.item_id))
        return [row.item_id for row in rows]

    async def last_saved(self, person: PersonKey) -> str | None:
        theirs = kept(person.workspace), MarkRow.person_id == person.person
        there = and_(ItemRow.workspace_id == MarkRow.workspace_id, ItemRow.id == MarkRow.item_id)
        asked = select(MarkRow.item_id).join(ItemRow, there).where(*theirs, ItemRow.removed_at.is_(None))
        newest = asked.order_by(MarkRow.made_at.desc(), MarkRow.item_id.desc()).limit(1)
        row = await self._db.row(newest)
        return row.item_id if row else None

    async def put_mark(self, workspace: str, mark: Mark) -> None:
        await hold(self._db, workspace, [mark.item])
        await self._db.put(MarkRow, [mark_row(workspace, mark)])
        await date(self._db, workspace, [mark.item])

    async def end_marks(self, person: PersonKey, item: str | None, at: datetime, ending: Ending) -> int:
        """Erasing ends the ended ones once more, so that nothing that happened before can revive them."""
        theirs = [MarkRow.workspace_id == person.workspace, MarkRow.person_id == person.person]
        if item is not None:
            theirs.append(MarkRow.item_id == item)
        if ending is not Ending.ERASED:
            theirs.append(MarkRow.ended_at.is_(None))
        items = [row.item_id for row in await self._db.rows(select(MarkRow.item_id).where(*theirs).distinct())]
        await hold(self._db, person.workspace, items)
        ended = await self._db.run(update(MarkRow).where(*theirs).values(ended_at=at, ending=ending))
        await date(self._db, person.workspace, items)
        return ended

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
        await hold(self._db, workspace, [item])
        await self._db.add(ItemTag, rows)
        await self._db.index(workspace, [item])

    async def note(self, workspace: str, item: str, note: Note) -> None:
        await hold(self._db, workspace, [item])
        await self._db.put(ItemNote, [note_row(workspace, item, note)])
        await self._db.index(workspace, [item])

    async def noted(self, person: PersonKey) -> list[str]:
        theirs = ItemNote.workspace_id == person.workspace, ItemNote.person_id == person.person
        return [row.item_id for row in await self._db.rows(select(ItemNote.item_id).where(*theirs).distinct())]

    async def items(self, workspace: str, ids: Collection[str], viewer: str | None = None) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for part in in_parts(ids):
            found |= {item.id: item for item in await items_of(self._db, workspace, part, viewer)}
        return found

    async def of_post(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, Item]:
        cited = await self._citations.of_posts(workspace, posts, ItemRow.saved_at.is_not(None))
        reported = await ReportRepository(self._db).hidden(workspace, cited)
        items = await self.items(workspace, {item for items in cited.values() for item in items})
        return {post: items[of_it[0]] for post, of_it in cited.items() if post not in reported}

    async def led_to(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, list[str]]:
        of_item = MarkRow.workspace_id == ItemRow.workspace_id, MarkRow.item_id == ItemRow.id
        return await self._citations.of_posts(workspace, posts, exists().where(*of_item, MarkRow.ended_at.is_(None)))

    async def share(self, workspace: str, item: str, library: str, by: str, at: datetime) -> bool:
        row = {"workspace_id": workspace, "item_id": item, "library": library, "shared_by": by, "shared_at": at}
        await hold(self._db, workspace, [item])
        is_new = await self._db.run(self._db.insert(ItemShare).values(row).on_conflict_do_nothing()) == 1
        await self._db.index(workspace, [item])
        return is_new

    async def unshare(self, workspace: str, item: str, library: str) -> bool:
        this = ItemShare.workspace_id == workspace, ItemShare.item_id == item, ItemShare.library == library
        await hold(self._db, workspace, [item])
        was_shared = await self._db.run(delete(ItemShare).where(*this)) == 1
        await self._db.index(workspace, [item])
        return was_shared

    async def departments(self, workspace: str) -> list[str]:
        return list(await self._db.once(("departments", workspace), partial(self._known_departments, workspace)))

    async def _known_departments(self, workspace: str) -> list[str]:
        named, saved, shared = _departments(workspace)
        saved_in, shared_with = saved.where(stands(workspace)).distinct().subquery(), shared.distinct().subquery()
        nothing = literal("")
        asked = union_all(
            select(saved_in.c.library, nothing.label("name")),
            select(shared_with.c.library, nothing),
            named.with_only_columns(nothing, ChannelRow.department),
        )
        rows = await self._db.rows(asked)
        keys = {row.library for row in rows if row.library}
        names = {library_key(row.name): row.name for row in rows if row.name}
        known = {key: key for key in keys} | names
        return [known[key] for key in sorted(known)]

    async def has_departments(self, workspace: str) -> bool:
        some = [each.limit(1).subquery() for each in _departments(workspace)]
        return await self._db.row(union_all(*(select(each) for each in some)).limit(1)) is not None

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
    ) -> tuple[list[Item], Total]:
        search = Search(self._db, workspace, query, saved_by=saved_by, viewer=viewer, least=least)
        ids, total = await search.page(limit, offset)
        items = await self.items(workspace, ids, viewer)
        return [items[id_] for id_ in ids], total

    async def known_words(
        self, workspace: str, shortest: int, longest: int, beginnings: Collection[str] = ("",)
    ) -> list[str]:
        return await known_words(self._db, workspace, shortest, longest, beginnings)

    async def savers_of_authors(
        self, workspace: str, authors: Collection[tuple[str, str]], least: int = 1
    ) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for source in {source for source, _ in authors}:
            theirs = self._db.is_one_of(Citation.author_id, [author for of, author in authors if of == source])
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


def _departments(workspace: str) -> tuple[Select[str], Select[str], Select[str]]:
    """Those of channels, of what was ever saved, and of what is shared."""
    return (
        select(ChannelRow.department).where(ChannelRow.workspace_id == workspace, ChannelRow.department != ""),
        select(MarkRow.library).where(MarkRow.workspace_id == workspace, MarkRow.library != ""),
        select(ItemShare.library).where(ItemShare.workspace_id == workspace, ItemShare.library != ""),
    )


def _savers_of(workspace: str, source: str, by_them: ColumnElement[bool], least: int) -> Select[str | None, int]:
    """Outer joins, by which SQLite begins at the posts of these authors and not at every mark there is."""
    theirs = Citation.workspace_id == workspace, Citation.source == source, by_them
    cited = and_(ItemRow.workspace_id == Citation.workspace_id, ItemRow.id == Citation.item_id)
    saved = and_(
        MarkRow.workspace_id == ItemRow.workspace_id,
        MarkRow.item_id == ItemRow.id,
        MarkRow.ended_at.is_(None),
        MarkRow.private.is_(False),
    )
    people = func.count(MarkRow.person_id.distinct()).label("people")
    asked = select(Citation.author_id, people).outerjoin(ItemRow, cited).outerjoin(MarkRow, saved)
    counted = ItemRow.saved_at.is_not(None), *for_all(least)
    return asked.where(*theirs, *counted).group_by(Citation.author_id)


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
        ItemNote.workspace_id == workspace, ItemNote.written_at >= since, ItemNote.private.is_(False)
    )
    return union_all(saved, tagged, noted)
