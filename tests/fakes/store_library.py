"""The library, people, the ledger and notices in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from adapters.database.text import storable
from bot.domain.budget import Caps, EntryState, Money, Reservation
from bot.domain.events import Person
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Item, Mark, NewItem
from bot.domain.topic import Topic, folded
from bot.errors import StoreError
from bot.ports import Receipt
from tests.fakes.store_data import Data, EntryRow, ItemRow


class FakeLibrary:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def add(self, workspace: str, item: NewItem, at: datetime) -> str:
        for (there, id_), row in self._data.items.items():
            if (there, row.item.key) == (workspace, item.key):
                return id_
        self._data.items[workspace, item.id] = ItemRow(storable(item), storable(at))
        return item.id

    async def marks(self, workspace: str, item: str, person: str) -> list[Mark]:
        marks = [mark for key, mark in self._data.marks.items() if key[:3] == (workspace, item, person)]
        return sorted(marks, key=lambda mark: (mark.made_at, mark.origin))

    async def put_mark(self, workspace: str, mark: Mark) -> None:
        if (workspace, mark.item) not in self._data.items:
            raise StoreError("There is no such item.")
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
        ids = [id_ for (there, id_), row in self._data.items.items() if there == workspace and row.item.post in posts]
        items = [self._item(workspace, id_, None) for id_ in ids]
        return {item.post: item for item in items if item.post and item.saver_count}

    async def find(
        self, workspace: str, words: Sequence[str], *, saved_by: str | None, viewer: str | None, limit: int, offset: int
    ) -> tuple[list[Item], int]:
        wanted = [storable(folded(word)) for word in words]
        found = []
        for (there, id_), row in self._data.items.items():
            saves = self._saves(there, id_)
            counted = [at for person, at in saves.items() if saved_by in {None, person}]
            text = folded(row.item.search_text)
            if there == workspace and counted and all(word in text for word in wanted):
                found.append((max(counted), id_))
        page = sorted(found, reverse=True)[offset : offset + limit]
        return [self._item(workspace, id_, viewer) for _, id_ in page], len(found)

    def _saves(self, workspace: str, item: str) -> dict[str, datetime]:
        """Who saved it and since when, in that order."""
        since: dict[str, datetime] = {}
        for key, mark in self._data.marks.items():
            if key[:2] == (workspace, item) and mark.stands:
                since[mark.person] = min(mark.made_at, since.get(mark.person, mark.made_at))
        return dict(sorted(since.items(), key=lambda each: (each[1], each[0])))

    def _item(self, workspace: str, id_: str, viewer: str | None) -> Item:
        row = self._data.items[workspace, id_]
        saves = self._saves(workspace, id_)
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
        )


class FakePeople:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def put(self, person: Person) -> None:
        if person.name:
            self._data.people[person.key] = storable(person.name)

    async def names(self, workspace: str, people: Collection[str]) -> dict[str, str]:
        keys = [PersonKey(workspace, person) for person in people]
        return {key.person: self._data.people[key] for key in keys if key in self._data.people}

    async def erase(self, person: PersonKey) -> None:
        self._data.people.pop(person, None)
        for key, following in self._data.following.items():
            if key[0].workspace == person.workspace and following.by == person.person:
                self._data.following[key] = replace(following, by=None)


class FakeLedger:
    def __init__(self, data: Data) -> None:
        self._entries = data.ledger

    async def reserve(
        self, reservation: Reservation, topics: Sequence[Topic], caps: Caps, at: datetime
    ) -> Money | None:
        storable(tuple(topics))
        day = at.astimezone(UTC).date()
        left = caps.left(*await self.spent(day))
        if left is not None and reservation.worst > left:
            return left
        self._entries[reservation.id] = EntryRow(day, reservation.worst)
        return None

    async def settle(self, receipt: Receipt, cost: Money | None, at: datetime) -> None:
        storable(at)
        entry = self._entries.get(receipt.reservation.id)
        if entry is None or (cost is None and entry.state is EntryState.SETTLED):
            return
        state = EntryState.UNKNOWN if cost is None else EntryState.SETTLED
        self._entries[receipt.reservation.id] = replace(entry, cost=cost, state=state)

    async def spent(self, day: date) -> tuple[Money, Money]:
        return self._between(day, day), self._between(day.replace(day=1), day)

    def _between(self, first: date, last: date) -> Money:
        entries = [entry for entry in self._entries.values() if first <= entry.day <= last]
        return Money(sum(entry.worst if entry.cost is None else entry.cost for entry in entries))


class FakeNotices:
    def __init__(self, data: Data) -> None:
        self._told = data.notices

    async def first_time(self, workspace: str, key: str, at: datetime) -> bool:
        storable(at)
        is_first = (workspace, key) not in self._told
        self._told[workspace, key] = None
        return is_first

    async def clear(self, workspace: str, key: str) -> None:
        self._told.pop((workspace, key), None)
