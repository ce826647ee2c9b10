"""Listings, feeds and imports in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.database.text import storable
from bot.domain.exchange import MOST_NAMED, Bringing, Broken, ImportState, Listing, ListingKind, Row
from bot.domain.keys import PersonKey
from bot.domain.library import Mark, NewItem
from bot.domain.search import Query
from bot.domain.topic import folded
from bot.errors import LeaseLost
from bot.ports import Brought, Feed, Place, Saving
from tests.fakes.store_citations import is_reported, shown_post
from tests.fakes.store_data import Data, ImportRow, is_free
from tests.fakes.store_history import FakeCare
from tests.fakes.store_library import FakeLibrary
from tests.fakes.store_people import is_for_all, is_removed, kept_by, saves_of


class FakeListings:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def standing(self, workspace: str, what: Listing, *, viewer: str, least: int, most: int) -> list[Place]:
        ids = [id_ for there, id_ in self._data.items if there == workspace and not self._is_away(there, id_)]
        places = [place for id_ in ids if (place := self._place(workspace, id_, what, viewer, least))]
        return sorted(places, key=lambda place: (place.at, place.item), reverse=True)[:most]

    async def found(self, workspace: str, query: Query, *, viewer: str, least: int, most: int) -> list[Place]:
        library = FakeLibrary(self._data)
        items, _ = await library.find(
            workspace, query, saved_by=None, viewer=viewer, limit=len(self._data.items), offset=0, least=least
        )
        places = [self._found_at(workspace, item.id, viewer, least) for item in items]
        return sorted(places, key=lambda place: (place.at, place.item), reverse=True)[:most]

    def _found_at(self, workspace: str, id_: str, viewer: str, least: int) -> Place:
        """One's own save where others do not find it."""
        saves = saves_of(self._data, workspace, id_)
        if saves and is_for_all(self._data, workspace, id_, least):
            return Place(max(saves.values()), id_)
        own = kept_by(self._data, workspace, id_, viewer)
        assert own
        return Place(own, id_)

    async def known(self, workspace: str, keys: Collection[str], least: int = 1) -> set[str]:
        rows = [(id_, row.item.key) for (there, id_), row in self._data.items.items() if there == workspace]
        return {key for id_, key in rows if key in keys and self._is_for_all(workspace, id_, least)}

    async def shelves(self, workspace: str, least: int = 1) -> list[str]:
        marks = [mark for key, mark in self._data.marks.items() if key[0] == workspace]
        public = [mark for mark in marks if mark.shelf and mark.stands and not mark.private]
        seen = [mark for mark in public if not self._is_away(workspace, mark.item)]
        return sorted({mark.shelf for mark in seen if self._is_for_all(workspace, mark.item, least)})

    def _is_for_all(self, workspace: str, id_: str, least: int) -> bool:
        return bool(saves_of(self._data, workspace, id_)) and is_for_all(self._data, workspace, id_, least)

    def _is_away(self, workspace: str, id_: str) -> bool:
        post = shown_post(self._data, workspace, id_)
        is_away = post is not None and is_reported(self._data, workspace, post)
        return is_away or is_removed(self._data, workspace, id_)

    def _place(self, workspace: str, id_: str, what: Listing, viewer: str, least: int) -> Place | None:
        marks = [mark for key, mark in self._data.marks.items() if key[:2] == (workspace, id_) and mark.stands]
        if what.kind in {ListingKind.DIGESTS, ListingKind.FOUND}:
            return None
        if what.kind is ListingKind.MINE:
            mine = [mark.made_at for mark in marks if mark.person == viewer]
            return Place(min(mine), id_) if mine else None
        public = [mark for mark in marks if not mark.private]
        if not public or not is_for_all(self._data, workspace, id_, least) or not self._fits(workspace, public, what):
            return None
        return Place(max(saves_of(self._data, workspace, id_).values()), id_)

    def _fits(self, workspace: str, public: Sequence[Mark], what: Listing) -> bool:
        id_ = public[0].item
        match what.kind:
            case ListingKind.LIBRARY:
                is_shared = (workspace, id_, what.value) in self._data.shares
                return not what.value or is_shared or any(mark.library == what.value for mark in public)
            case ListingKind.TAG:
                tags = [key[2] for key in self._data.tags if key[:2] == (workspace, id_)]
                return folded(what.value) in map(folded, tags)
            case _:
                return any(mark.shelf == what.value for mark in public)


class FakeFeeds:
    def __init__(self, data: Data) -> None:
        self._feeds = data.feeds

    async def put(self, feed: Feed) -> None:
        self._feeds[feed.person.workspace, feed.id] = storable(feed)

    async def by_secret(self, secret_hash: str) -> Feed | None:
        return next((feed for feed in self._feeds.values() if feed.secret_hash == secret_hash), None)

    async def of(self, workspace: str, person: str | None = None) -> list[Feed]:
        theirs = [
            feed
            for feed in self._feeds.values()
            if feed.person.workspace == workspace and person in {None, feed.person.person}
        ]
        return sorted(sorted(theirs, key=lambda feed: feed.id), key=lambda feed: feed.made_at, reverse=True)

    async def end(self, workspace: str, feed: str) -> bool:
        return self._feeds.pop((workspace, feed), None) is not None

    async def erase(self, person: PersonKey) -> None:
        for key in [key for key, feed in self._feeds.items() if feed.person == person]:
            del self._feeds[key]


class FakeImports:
    def __init__(self, data: Data) -> None:
        self._imports = data.imports
        self._data = data

    async def add_pages(self, workspace: str, pages: Sequence[tuple[NewItem, datetime]]) -> dict[str, str]:
        library = FakeLibrary(self._data)
        return {item.key: await library.add(workspace, item, at) for item, at in pages}

    async def save(self, workspace: str, savings: Sequence[Saving]) -> None:
        library = FakeLibrary(self._data)
        for saving in savings:
            mark = saving.mark
            await library.put_mark(workspace, mark)
            await library.tag(workspace, mark.item, saving.tags, mark.person, mark.made_at)
            for note in saving.notes:
                await library.note(workspace, mark.item, note)
            for each in saving.libraries:
                await library.share(workspace, mark.item, each, mark.person, mark.made_at)

    async def unsave(self, workspace: str, savings: Sequence[Saving]) -> None:
        library, care = FakeLibrary(self._data), FakeCare(self._data)
        for saving in savings:
            await library.put_mark(workspace, saving.mark)
            await care.untag(workspace, saving.mark.item, saving.tags)
            for note in saving.notes:
                await care.drop_note(workspace, saving.mark.item, note.id)
            for each in saving.libraries:
                await library.unshare(workspace, saving.mark.item, each)

    async def marks(self, person: PersonKey, items: Collection[str]) -> list[Mark]:
        library = FakeLibrary(self._data)
        return [mark for item in items for mark in await library.marks(person.workspace, item, person.person)]

    async def shares(self, workspace: str, items: Collection[str]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for there, item, library in self._data.shares:
            if there == workspace and item in items:
                found.setdefault(item, set()).add(library)
        return found

    async def put(self, bringing: Bringing, rows: Sequence[Row]) -> None:
        kept = storable(replace(bringing, fence=0))
        self._imports[bringing.workspace, bringing.id] = ImportRow(kept, storable(tuple(rows)))

    async def get(self, workspace: str, id: str) -> Bringing | None:  # noqa: A002
        row = self._imports.get((workspace, id))
        return row.bringing if row else None

    async def of(self, workspace: str, person: str | None = None) -> list[Bringing]:
        all_of_them = [row.bringing for row in self._imports.values()]
        theirs = [each for each in all_of_them if each.workspace == workspace and person in {None, each.person}]
        return sorted(sorted(theirs, key=lambda each: each.id), key=lambda each: each.asked_at, reverse=True)

    async def drop(self, workspace: str, id: str) -> None:  # noqa: A002
        self._imports.pop((workspace, id), None)

    async def begin(self, workspace: str, id: str, before: ImportState, now: ImportState) -> bool:  # noqa: A002
        row = self._imports.get((workspace, id))
        if row is None or row.bringing.state is not before:
            return False
        done = row.bringing.done if before.when_tried_again is now else 0
        begun = replace(row.bringing, state=now, done=done, failures=0)
        self._imports[workspace, id] = replace(row, bringing=begun, lease_until=None)
        return True

    async def fail(self, bringing: Bringing, state: ImportState) -> None:
        row = self._mine(bringing)
        failed = replace(row.bringing, state=state, failures=row.bringing.failures + 1)
        self._imports[bringing.workspace, bringing.id] = replace(row, bringing=failed)

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Bringing | None:
        assert worker
        due = [
            (row.bringing.asked_at, key)
            for key, row in self._imports.items()
            if row.bringing.is_under_way and is_free(row.lease_until, now)
        ]
        if not due:
            return None
        row = self._imports[min(due)[1]]
        claimed = replace(row.bringing, fence=row.bringing.fence + 1)
        self._imports[min(due)[1]] = replace(row, bringing=claimed, lease_until=now + lease)
        return claimed

    async def rows(self, bringing: Bringing, most: int) -> list[Row]:
        return list(self._imports[bringing.workspace, bringing.id].rows[:most])

    async def brought(self, bringing: Bringing, most: int) -> list[Brought]:
        return list(self._imports[bringing.workspace, bringing.id].brought[:most])

    async def of_others(self, bringing: Bringing, items: Collection[str]) -> list[tuple[Bringing, Brought]]:
        rows = [row for row in self._imports.values() if row.bringing.workspace == bringing.workspace]
        others = [row for row in rows if row.bringing.id != bringing.id]
        found = [(row.bringing, each) for row in others for each in row.brought if each.item in items]
        return sorted(found, key=lambda each: (each[0].asked_at, each[0].id, each[1].item))

    async def amend(self, bringing: Bringing, brought: Sequence[Brought]) -> None:
        row = self._imports[bringing.workspace, bringing.id]
        known = {each.item: each for each in (*row.brought, *storable(tuple(brought)))}
        self._imports[bringing.workspace, bringing.id] = replace(row, brought=tuple(known.values()))

    async def worked_off(
        self, bringing: Bringing, rows: int, brought: Sequence[Brought], broken: Sequence[Broken] = ()
    ) -> None:
        row = self._mine(bringing)
        known = {each.item: each for each in (*brought, *row.brought)}
        done = replace(
            row.bringing,
            done=row.bringing.done + rows,
            broken=(*row.bringing.broken, *broken)[:MOST_NAMED],
            broken_count=row.bringing.broken_count + len(broken),
            failures=0,
        )
        self._free(replace(row, bringing=done, rows=row.rows[rows:], brought=storable(tuple(known.values()))))

    async def taken_out(self, bringing: Bringing, items: Collection[str]) -> None:
        row = self._mine(bringing)
        left = tuple(each for each in row.brought if each.item not in items)
        done = replace(row.bringing, done=row.bringing.done + len(items), failures=0)
        self._free(replace(row, bringing=done, brought=left))

    async def finish(self, bringing: Bringing, state: ImportState) -> None:
        row = self._mine(bringing)
        self._free(replace(row, bringing=replace(row.bringing, state=state), rows=()))

    async def forget_before(self, at: datetime, state: ImportState) -> None:
        for key, row in list(self._imports.items()):
            if row.bringing.asked_at < at and row.bringing.state is state:
                del self._imports[key]

    async def erase(self, person: PersonKey) -> None:
        for key, row in list(self._imports.items()):
            if PersonKey(row.bringing.workspace, row.bringing.person) == person:
                del self._imports[key]

    def _mine(self, bringing: Bringing) -> ImportRow:
        row = self._imports.get((bringing.workspace, bringing.id))
        if row is None or row.bringing.fence != bringing.fence:
            raise LeaseLost("Another worker took this import over.")
        return row

    def _free(self, row: ImportRow) -> None:
        self._imports[row.bringing.workspace, row.bringing.id] = replace(row, lease_until=None)
