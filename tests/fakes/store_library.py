"""The library in memory."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.database.text import storable, storable_text
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import LINK, Ending, Item, Mark, NewItem, Note, key_of_post
from bot.domain.search import Entry, Query, Total, entry_of, total_of, weight_of, words_weighed
from bot.domain.search.fits import fits, has
from bot.domain.search.query import (
    Before,
    CameFrom,
    Facet,
    Node,
    SavedBy,
    SavedByMe,
    ShownIn,
    Since,
    Words,
    is_ones_own,
)
from bot.domain.topic import folded
from bot.errors import StoreError
from tests.fakes.store_citations import citations_of, is_reported, items_led_to, shown_post
from tests.fakes.store_data import CareRow, CitationRow, Data, ItemRow, RowKey, TagRow
from tests.fakes.store_people import is_for_all, is_removed, is_vouched, kept_by, public_marks, saves_of


@dataclass(frozen=True)
class _Looks:
    """Who looks for an item; `alone_since` is when they saved what nobody else finds."""

    viewer: str | None
    alone_since: datetime | None


class FakeLibrary:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def add(self, workspace: str, item: NewItem, at: datetime) -> str:
        if item.post and (known := items_led_to(self._data, workspace, item.post)):
            return known[0]
        item = storable(self._as_kept(item))
        id_ = next(
            (id_ for (there, id_), row in self._items() if (there, row.item.key) == (workspace, item.key)), item.id
        )
        new = replace(item, post=None, post_text="")
        self._data.items.setdefault((workspace, id_), ItemRow(new, storable(at)))
        if item.post:
            self._cite(workspace, id_, item.post, item.post_text, at)
        return id_

    def _items(self) -> list[tuple[RowKey, ItemRow]]:
        return list(self._data.items.items())

    def _cite(self, workspace: str, item: str, post: PostKey, text: str, at: datetime) -> None:
        stored = self._data.posts.get(post)
        row = CitationRow(storable(at), text, stored.author_id if stored else "")
        self._data.citations.setdefault((workspace, item, post), row)

    def _as_kept(self, item: NewItem) -> NewItem:
        standing = self._data.standings.get(item.post) if item.post else None
        is_erased = standing is not None and standing.erased
        return replace(item, url="", title="", search_text="", kind="", post_text="") if is_erased else item

    async def renew(self, workspace: str, item: NewItem) -> None:
        if item.post is None:
            return
        said = storable(self._as_kept(item))
        for id_ in items_led_to(self._data, workspace, item.post):
            cited = self._data.citations[workspace, id_, item.post]
            self._data.citations[workspace, id_, item.post] = replace(cited, text=said.post_text)
            row = self._data.items[workspace, id_]
            if row.item.key == key_of_post(item.post):
                cared = self._data.cared.get((workspace, id_), CareRow())
                title = row.item.title if cared.own_title else said.title
                kind = row.item.kind if cared.own_kind else said.kind
                renewed = replace(row.item, url=said.url, title=title, search_text=said.search_text, kind=kind)
                self._data.items[workspace, id_] = replace(row, item=renewed)

    async def links(self) -> list[tuple[str, str, str]]:
        return [(*at, row.item.url) for at, row in sorted(self._items()) if row.item.key.startswith(LINK)]

    async def take_link_away(self, workspace: str, item: str, post: PostKey) -> None:
        row = self._data.items[workspace, item]
        bare = replace(row.item, url="", title="", search_text="", key=f"gone:{item}", kind="")
        self._data.items[workspace, item] = replace(row, item=bare)
        self._cite(workspace, item, post, "", row.added_at)

    async def marks(self, workspace: str, item: str, person: str) -> list[Mark]:
        marks = [mark for key, mark in self._data.marks.items() if key[:3] == (workspace, item, person)]
        return sorted(marks, key=lambda mark: (mark.made_at, mark.origin))

    async def marked(self, person: PersonKey, origin: str) -> list[str]:
        wanted = (person.workspace, person.person, storable_text(origin))
        return sorted(mark.item for key, mark in self._data.marks.items() if (key[0], *key[2:]) == wanted)

    async def last_saved(self, person: PersonKey) -> str | None:
        theirs = (
            mark
            for key, mark in self._data.marks.items()
            if (key[0], key[2]) == (person.workspace, person.person)
            and mark.stands
            and not is_removed(self._data, person.workspace, mark.item)
        )
        newest = max(theirs, key=lambda mark: (mark.made_at, mark.item), default=None)
        return newest.item if newest else None

    async def put_mark(self, workspace: str, mark: Mark) -> None:
        self._require(workspace, mark.item)
        self._data.marks[workspace, mark.item, mark.person, mark.origin] = storable(mark)

    async def end_marks(self, person: PersonKey, item: str | None, at: datetime, ending: Ending) -> int:
        ended = 0
        for key, mark in self._data.marks.items():
            theirs = (key[0], mark.person) == (person.workspace, person.person) and item in {None, mark.item}
            if theirs and (mark.stands or ending is Ending.ERASED):
                self._data.marks[key] = replace(mark, ended_at=storable(at), ending=ending)
                ended += 1
        return ended

    async def items(self, workspace: str, ids: Collection[str], viewer: str | None = None) -> dict[str, Item]:
        there = [id_ for id_ in ids if (workspace, id_) in self._data.items]
        return {id_: self._item(workspace, id_, viewer) for id_ in there}

    async def of_post(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, Item]:
        found = {}
        for post in posts:
            saved = [
                id_
                for id_ in items_led_to(self._data, workspace, post)
                if saves_of(self._data, workspace, id_) and not is_reported(self._data, workspace, post)
            ]
            if saved:
                found[post] = self._item(workspace, saved[0], None)
        return found

    async def led_to(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, list[str]]:
        kept = {mark.item for key, mark in self._data.marks.items() if key[0] == workspace and mark.stands}
        found = {
            post: [id_ for id_ in items_led_to(self._data, workspace, post) if id_ in kept]
            for post in dict.fromkeys(posts)
        }
        return {post: ids for post, ids in found.items() if ids}

    async def share(self, workspace: str, item: str, library: str, by: str, at: datetime) -> bool:
        self._require(workspace, item)
        is_new = (workspace, item, library) not in self._data.shares
        self._data.shares.setdefault((workspace, item, library), (by, storable(at)))
        return is_new

    async def unshare(self, workspace: str, item: str, library: str) -> bool:
        return self._data.shares.pop((workspace, item, library), None) is not None

    async def departments(self, workspace: str) -> list[str]:
        saved = {
            mark.library: mark.library
            for key, mark in self._data.marks.items()
            if key[0] == workspace and mark.stands and not mark.private
        }
        shared = {library: library for there, _, library in self._data.shares if there == workspace}
        channels = [each for key, each in self._data.channels.items() if key.workspace == workspace]
        named = {each.library: each.department for each in channels}
        known = saved | shared | named
        return [known[key] for key in sorted(known) if key]

    async def has_departments(self, workspace: str) -> bool:
        return bool(await self.departments(workspace))

    async def tag(self, workspace: str, item: str, tags: Collection[str], by: str, at: datetime) -> None:
        self._require(workspace, item)
        for tag in map(storable_text, tags):
            self._data.tags.setdefault((workspace, item, tag), TagRow(tag, by, storable(at)))

    async def note(self, workspace: str, item: str, note: Note) -> None:
        self._require(workspace, item)
        self._data.notes[workspace, item, note.id] = storable(replace(note, name=""))

    async def noted(self, person: PersonKey) -> list[str]:
        theirs = person.workspace, person.person
        return list(dict.fromkeys(key[1] for key, note in self._data.notes.items() if (key[0], note.by) == theirs))

    async def tags(self, workspace: str, having: str, most: int, least: int = 1) -> list[str]:
        stands = {
            id_
            for there, id_ in self._data.items
            if there == workspace and is_for_all(self._data, there, id_, least) and not self._is_hidden(there, id_)
        }
        tags = [key[2] for key in self._data.tags if key[0] == workspace and key[1] in stands]
        count = Counter(tag for tag in tags if storable(folded(having)) in folded(tag))
        return sorted(count, key=lambda tag: (-count[tag], tag))[:most]

    def _require(self, workspace: str, item: str) -> None:
        if (workspace, item) not in self._data.items:
            raise StoreError("There is no such item.")

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
        sought = words_weighed(query.tree)
        is_own = is_ones_own(query, saved_by, viewer)
        found = []
        for there, id_ in self._data.items:
            saves = saves_of(self._data, there, id_)
            by_all = [at for person, at in saves.items() if saved_by in {None, person}]
            own = kept_by(self._data, there, id_, viewer) if viewer is not None and is_own else None
            is_theirs = bool(by_all) or (own is not None and saved_by is not None)
            is_public = bool(saves) and is_theirs and is_for_all(self._data, there, id_, least)
            if there != workspace or self._is_hidden(there, id_) or not (is_public or own):
                continue
            looks = _Looks(viewer, None if is_public else own)
            if self._fits(there, id_, query.tree, looks):
                newest = max(by_all if by_all and not sought else saves.values()) if is_public else own
                newest = own if own and query.tree is None else newest
                fields = [" ".join(words) for words in self._entry(there, id_, looks).fields]
                found.append((weight_of(fields, sought), newest, id_))
        page = sorted(found, reverse=True)[offset : offset + limit]
        total = Total(len(found)) if query.tree is None else total_of(len(found), offset + limit)
        return [self._item(workspace, id_, viewer) for _, _, id_ in page], total

    async def known_words(
        self, workspace: str, shortest: int, longest: int, beginnings: Collection[str] = ("",)
    ) -> list[str]:
        entries = [
            self._entry(there, id_)
            for there, id_ in self._data.items
            if there == workspace and saves_of(self._data, there, id_)
        ]
        words = {word for entry in entries for field in entry.fields for word in field}
        fitting = (word for word in words if shortest <= len(word) <= longest and word.isalnum())
        return sorted(word for word in fitting if word.startswith(tuple(beginnings)))

    def _fits(self, workspace: str, id_: str, node: Node | None, looks: _Looks) -> bool:
        return fits(node, lambda leaf: self._holds(workspace, id_, leaf, looks))

    def _holds(self, workspace: str, id_: str, leaf: Node, looks: _Looks) -> bool:
        saves = saves_of(self._data, workspace, id_)
        posts = citations_of(self._data, workspace, id_)
        newest = looks.alone_since or max(saves.values())
        match leaf:
            case Since(at):
                return newest >= at
            case Before(at):
                return newest < at
            case SavedByMe():
                return looks.viewer is not None and kept_by(self._data, workspace, id_, looks.viewer) is not None
            case SavedBy(people):
                told = {looks.viewer} if looks.alone_since else saves.keys()
                return not (told & saves.keys()).isdisjoint(people)
            case CameFrom(kinds, key):
                return any(of in posts and topic[0] in kinds and topic[2] == key for of, topic in self._data.matches)
            case ShownIn(channels):
                digests = [row.digest for row in self._data.digests.values()]
                there = [each for each in digests if each.channel.workspace == workspace]
                shown = [each for each in there if each.channel.channel in channels]
                return any(item.post in posts for digest in shown for item in digest.items)
            case Words() | Facet():
                return has(self._entry(workspace, id_, looks), leaf)
            case _:
                raise TypeError(leaf)

    def _entry(self, workspace: str, id_: str, looks: _Looks | None = None) -> Entry:
        """Where nobody else finds the item, with one's own tags and notes alone."""
        reader = looks.viewer if looks and looks.alone_since else None
        new = self._data.items[workspace, id_].item
        there = reversed(citations_of(self._data, workspace, id_))
        posts = [post for post in there if not is_reported(self._data, workspace, post)]
        cited = [self._data.citations[workspace, id_, post] for post in posts]
        sources = [post.source for post in posts]
        authors = [self._data.authors.get((source, row.author)) for source, row in zip(sources, cited, strict=True)]
        return entry_of(
            title=new.title,
            url=new.url,
            texts=[folded(text) for text in (new.search_text, *(row.text for row in cited)) if text],
            kind=new.kind,
            authors=[author[0].handle for author in authors if author],
            tags=self._tags(workspace, id_, reader),
            notes=[note.text for note in self._notes(workspace, id_, reader) if reader in {None, note.by}],
            libraries=self._libraries(workspace, id_) if reader is None else (),
            savers=list(saves_of(self._data, workspace, id_)) if reader is None else (),
        )

    async def savers_of_authors(
        self, workspace: str, authors: Collection[tuple[str, str]], least: int = 1
    ) -> dict[tuple[str, str], int]:
        savers: dict[tuple[str, str], set[str]] = {}
        for (there, id_, post), row in self._data.citations.items():
            author = (post.source, row.author)
            if there == workspace and author in authors and is_for_all(self._data, there, id_, least):
                savers.setdefault(author, set()).update(saves_of(self._data, there, id_))
        return {author: len(people) for author, people in savers.items() if people}

    async def active_since(self, workspace: str, since: datetime, limit: int, least: int = 1) -> tuple[list[str], int]:
        found = []
        for there, id_ in self._data.items:
            acts = [(person, at) for person, at in self._acts(there, id_) if at >= since]
            stands = is_for_all(self._data, there, id_, least) and not self._is_hidden(there, id_)
            if there == workspace and stands and acts:
                people = {person for person, _ in acts if person}
                found.append((len(people), max(at for _, at in acts), id_))
        return [id_ for _, _, id_ in sorted(found, reverse=True)[:limit]], len(found)

    def _acts(self, workspace: str, item: str) -> list[tuple[str, datetime]]:
        saved = saves_of(self._data, workspace, item).items()
        tagged = [(row.by, row.added_at) for key, row in self._data.tags.items() if key[:2] == (workspace, item)]
        noted = [
            (note.by, note.written_at)
            for key, note in self._data.notes.items()
            if key[:2] == (workspace, item) and not note.private
        ]
        return [*saved, *tagged, *noted]

    def _is_hidden(self, workspace: str, id_: str) -> bool:
        post = shown_post(self._data, workspace, id_)
        return post is not None and is_reported(self._data, workspace, post)

    def _item(self, workspace: str, id_: str, viewer: str | None) -> Item:
        row = self._data.items[workspace, id_]
        saves = saves_of(self._data, workspace, id_)
        own = kept_by(self._data, workspace, id_, viewer) if viewer is not None else None
        names = (self._data.people.get(PersonKey(workspace, person), "") for person in saves)
        return Item(
            id=id_,
            key=row.item.key,
            url=row.item.url,
            title=row.item.title,
            post=shown_post(self._data, workspace, id_),
            saved_at=max(saves.values(), default=own or row.added_at),
            savers=tuple(name for name in names if name),
            saver_count=len(saves),
            saved_by_me=own is not None,
            shelves=self._shelves(workspace, id_),
            tags=self._tags(workspace, id_),
            notes=self._notes(workspace, id_, viewer),
            vouched=is_vouched(self._data, workspace, id_),
            citations=tuple(citations_of(self._data, workspace, id_)),
            kind=row.item.kind,
            libraries=self._libraries(workspace, id_),
            private=own is not None and viewer not in saves,
            removed_at=self._data.cared.get((workspace, id_), CareRow()).removed_at,
        )

    def _shelves(self, workspace: str, item: str) -> tuple[str, ...]:
        marks = public_marks(self._data, workspace, item)
        return tuple(dict.fromkeys(mark.shelf for mark in marks if mark.shelf))

    def _libraries(self, workspace: str, item: str) -> tuple[str, ...]:
        saved = [mark.library for mark in public_marks(self._data, workspace, item)]
        rows = [(at, library) for (*key, library), (_, at) in self._data.shares.items() if key == [workspace, item]]
        shared = [library for _, library in sorted(rows)]
        return tuple(dict.fromkeys([*saved, *shared])) if saved else ()

    def _tags(self, workspace: str, item: str, by: str | None = None) -> tuple[str, ...]:
        rows = [row for key, row in self._data.tags.items() if key[:2] == (workspace, item) and by in {None, row.by}]
        return tuple(row.tag for row in sorted(rows, key=lambda row: (row.added_at, row.tag)))

    def _notes(self, workspace: str, item: str, viewer: str | None) -> tuple[Note, ...]:
        notes = [note for key, note in self._data.notes.items() if key[:2] == (workspace, item)]
        oldest_first = sorted(notes, key=lambda note: (note.written_at, note.id))
        return tuple(
            replace(note, name=self._data.people.get(PersonKey(workspace, note.by), ""))
            for note in oldest_first
            if not note.private or note.by == viewer
        )
