"""The library in memory."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from adapters.database.text import storable, storable_text
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Item, Mark, NewItem, Note
from bot.domain.search import Entry, Query, entry_of, weight_of, words_weighed
from bot.domain.search.query import AllOf, AnyOf, Before, CameFrom, Node, Not, SavedByMe, ShownIn, Since
from bot.domain.topic import folded
from bot.errors import StoreError
from tests.fakes.searching import has
from tests.fakes.store_data import Data, ItemRow, TagRow
from tests.fakes.store_people import is_for_all, is_hidden, is_vouched, saves_of


class FakeLibrary:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def add(self, workspace: str, item: NewItem, at: datetime) -> str:
        for (there, id_), row in self._data.items.items():
            if (there, row.item.key) == (workspace, item.key):
                return id_
        self._data.items[workspace, item.id] = ItemRow(storable(self._as_kept(item)), storable(at))
        return item.id

    def _as_kept(self, item: NewItem) -> NewItem:
        standing = self._data.standings.get(item.post) if item.post else None
        return replace(item, url="", title="", search_text="", kind="") if standing and standing.erased else item

    async def renew(self, workspace: str, item: NewItem) -> None:
        item = self._as_kept(item)
        for (there, id_), row in self._data.items.items():
            if (there, row.item.key) == (workspace, item.key):
                said = storable(item)
                renewed = replace(
                    row.item, url=said.url, title=said.title, search_text=said.search_text, kind=said.kind
                )
                self._data.items[there, id_] = replace(row, item=renewed)

    async def links(self) -> list[tuple[str, str, str]]:
        return [(*at, row.item.url) for at, row in sorted(self._data.items.items()) if row.item.post is None]

    async def take_link_away(self, workspace: str, item: str, post: PostKey) -> None:
        row = self._data.items[workspace, item]
        bare = replace(row.item, url="", title="", search_text="", key=f"gone:{item}", post=post, kind="")
        self._data.items[workspace, item] = replace(row, item=bare)

    async def marks(self, workspace: str, item: str, person: str) -> list[Mark]:
        marks = [mark for key, mark in self._data.marks.items() if key[:3] == (workspace, item, person)]
        return sorted(marks, key=lambda mark: (mark.made_at, mark.origin))

    async def marked(self, person: PersonKey, origin: str) -> list[str]:
        wanted = (person.workspace, person.person, storable_text(origin))
        return sorted(mark.item for key, mark in self._data.marks.items() if (key[0], *key[2:]) == wanted)

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
        ids = [
            id_
            for (there, id_), row in self._data.items.items()
            if there == workspace and row.item.post in posts and not self._is_hidden(there, row)
        ]
        items = [self._item(workspace, id_, None) for id_ in ids]
        return {item.post: item for item in items if item.post and item.saver_count}

    async def tag(self, workspace: str, item: str, tags: Collection[str], by: str, at: datetime) -> None:
        self._require(workspace, item)
        for tag in map(storable_text, tags):
            self._data.tags.setdefault((workspace, item, tag), TagRow(tag, by, storable(at)))

    async def note(self, workspace: str, item: str, note: Note) -> None:
        self._require(workspace, item)
        self._data.notes[workspace, item, note.by] = storable(replace(note, name=""))

    async def noted(self, person: PersonKey) -> list[str]:
        return [item for there, item, by in self._data.notes if (there, by) == (person.workspace, person.person)]

    async def tags(self, workspace: str, having: str, most: int, least: int = 1) -> list[str]:
        stands = {
            id_
            for (there, id_), row in self._data.items.items()
            if there == workspace and is_for_all(self._data, there, id_, least) and not self._is_hidden(there, row)
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
    ) -> tuple[list[Item], int]:
        sought = words_weighed(query.tree)
        found = []
        for (there, id_), row in self._data.items.items():
            saves = saves_of(self._data, there, id_)
            counted = [at for person, at in saves.items() if saved_by in {None, person}]
            is_seen = is_for_all(self._data, there, id_, least) and not self._is_hidden(there, row)
            if there == workspace and counted and is_seen and self._fits(there, id_, query.tree, viewer):
                newest = counted if not sought else saves.values()
                fields = [" ".join(words) for words in self._entry(there, id_).fields]
                found.append((weight_of(fields, sought), max(newest), id_))
        page = sorted(found, reverse=True)[offset : offset + limit]
        return [self._item(workspace, id_, viewer) for _, _, id_ in page], len(found)

    async def known_words(self, workspace: str, shortest: int, longest: int) -> list[str]:
        entries = [
            self._entry(there, id_)
            for there, id_ in self._data.items
            if there == workspace and saves_of(self._data, there, id_)
        ]
        words = {word for entry in entries for field in entry.fields for word in field}
        return sorted(word for word in words if shortest <= len(word) <= longest and word.isalnum())

    def _fits(self, workspace: str, id_: str, node: Node | None, viewer: str | None) -> bool:
        saves = saves_of(self._data, workspace, id_)
        post = self._data.items[workspace, id_].item.post
        match node:
            case None:
                return True
            case Not(part):
                return not self._fits(workspace, id_, part, viewer)
            case AllOf(parts):
                return all(self._fits(workspace, id_, part, viewer) for part in parts)
            case AnyOf(parts):
                return any(self._fits(workspace, id_, part, viewer) for part in parts)
            case Since(at):
                return max(saves.values()) >= at
            case Before(at):
                return max(saves.values()) < at
            case SavedByMe():
                return viewer in saves
            case CameFrom(kinds, key):
                return any(of == post and topic[0] in kinds and topic[2] == key for of, topic in self._data.matches)
            case ShownIn(channels):
                digests = [row.digest for row in self._data.digests.values()]
                there = [each for each in digests if each.channel.workspace == workspace]
                shown = [each for each in there if each.channel.channel in channels]
                return any(item.post == post for digest in shown for item in digest.items)
            case _:
                return has(self._entry(workspace, id_), node)

    def _entry(self, workspace: str, id_: str) -> Entry:
        new = self._data.items[workspace, id_].item
        post = self._data.posts.get(new.post) if new.post else None
        author = self._data.authors.get((post.key.source, post.author_id)) if post else None
        return entry_of(
            title=new.title,
            url=new.url,
            search_text=folded(new.search_text),
            kind=new.kind,
            author=author[0].handle if author else "",
            tags=self._tags(workspace, id_),
            notes=[note.text for note in self._notes(workspace, id_)],
        )

    async def savers_of_authors(
        self, workspace: str, authors: Collection[tuple[str, str]], least: int = 1
    ) -> dict[tuple[str, str], int]:
        savers: dict[tuple[str, str], set[str]] = {}
        for (there, id_), row in self._data.items.items():
            post = self._data.posts.get(row.item.post) if row.item.post else None
            is_theirs = post is not None and (post.key.source, post.author_id) in authors
            if there == workspace and post and is_theirs and is_for_all(self._data, there, id_, least):
                savers.setdefault((post.key.source, post.author_id), set()).update(saves_of(self._data, there, id_))
        return {author: len(people) for author, people in savers.items() if people}

    async def active_since(self, workspace: str, since: datetime, limit: int, least: int = 1) -> tuple[list[str], int]:
        found = []
        for (there, id_), row in self._data.items.items():
            acts = [(person, at) for person, at in self._acts(there, id_) if at >= since]
            stands = is_for_all(self._data, there, id_, least) and not self._is_hidden(there, row)
            if there == workspace and stands and acts:
                people = {person for person, _ in acts if person}
                found.append((len(people), max(at for _, at in acts), id_))
        return [id_ for _, _, id_ in sorted(found, reverse=True)[:limit]], len(found)

    def _acts(self, workspace: str, item: str) -> list[tuple[str, datetime]]:
        saved = saves_of(self._data, workspace, item).items()
        tagged = [(row.by, row.added_at) for key, row in self._data.tags.items() if key[:2] == (workspace, item)]
        noted = [(note.by, note.written_at) for key, note in self._data.notes.items() if key[:2] == (workspace, item)]
        return [*saved, *tagged, *noted]

    def _is_hidden(self, workspace: str, row: ItemRow) -> bool:
        return row.item.post is not None and is_hidden(self._data.reports.get((workspace, row.item.post)))

    def _item(self, workspace: str, id_: str, viewer: str | None) -> Item:
        row = self._data.items[workspace, id_]
        saves = saves_of(self._data, workspace, id_)
        names = (self._data.people.get(PersonKey(workspace, person), "") for person in saves)
        return Item(
            id=id_,
            key=row.item.key,
            url=row.item.url,
            title=row.item.title,
            post=row.item.post,
            saved_at=max(saves.values(), default=row.added_at),
            savers=tuple(name for name in names if name),
            saver_count=len(saves),
            saved_by_me=viewer in saves,
            shelves=self._shelves(workspace, id_),
            tags=self._tags(workspace, id_),
            notes=self._notes(workspace, id_),
            vouched=is_vouched(self._data, workspace, id_),
        )

    def _shelves(self, workspace: str, item: str) -> tuple[str, ...]:
        marks = [mark for key, mark in self._data.marks.items() if key[:2] == (workspace, item) and mark.stands]
        oldest_first = sorted(marks, key=lambda mark: (mark.made_at, mark.person, mark.origin))
        return tuple(dict.fromkeys(mark.shelf for mark in oldest_first if mark.shelf))

    def _tags(self, workspace: str, item: str) -> tuple[str, ...]:
        rows = [row for key, row in self._data.tags.items() if key[:2] == (workspace, item)]
        return tuple(row.tag for row in sorted(rows, key=lambda row: (row.added_at, row.tag)))

    def _notes(self, workspace: str, item: str) -> tuple[Note, ...]:
        notes = [note for key, note in self._data.notes.items() if key[:2] == (workspace, item)]
        oldest_first = sorted(notes, key=lambda note: (note.written_at, note.by))
        return tuple(
            replace(note, name=self._data.people.get(PersonKey(workspace, note.by), "")) for note in oldest_first
        )
