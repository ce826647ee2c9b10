"""History, care and titles of what is in the library, in memory."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.database.text import storable, storable_text
from bot.domain.history import ItemChange
from bot.domain.keys import PersonKey
from bot.domain.library import Ending, NewItem
from bot.errors import StoreError
from bot.ports import RemovedItem, Untitled
from tests.fakes.store_citations import items_led_to
from tests.fakes.store_data import CareRow, Data, RowKey
from tests.fakes.store_library import FakeLibrary
from tests.fakes.store_people import is_removed


class FakeHistory:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def add(self, workspace: str, *changes: ItemChange) -> None:
        for change in changes:
            if (workspace, change.item) not in self._data.items:
                raise StoreError("There is no such item.")
            self._data.history.setdefault((workspace, change.id), storable(replace(change, name="")))

    async def of_item(self, workspace: str, item: str, limit: int, offset: int) -> tuple[list[ItemChange], int]:
        there = [each for (at, _), each in self._data.history.items() if (at, each.item) == (workspace, item)]
        newest_first = sorted(there, key=lambda each: (each.at, there.index(each)), reverse=True)
        page = newest_first[offset : offset + limit]
        names = self._data.people
        return [replace(each, name=names.get(PersonKey(workspace, each.by), "")) for each in page], len(there)

    async def forget_note(self, workspace: str, item: str, note: str) -> None:
        for (there, id_), each in self._data.history.items():
            if (there, each.item, each.note) == (workspace, item, note):
                self._data.history[there, id_] = replace(each, before="", after="")

    async def forget(self, person: PersonKey) -> None:
        for (workspace, id_), each in self._data.history.items():
            if workspace == person.workspace and each.whose == person.person:
                self._data.history[workspace, id_] = replace(each, before="", after="", whose="")
        for (workspace, id_), each in self._data.history.items():
            if workspace == person.workspace and each.by == person.person:
                self._data.history[workspace, id_] = replace(each, by="")


class FakeCare:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def hold(self, workspace: str, item: str) -> None:
        """One transaction at a time writes anyway."""

    async def untag(self, workspace: str, item: str, tags: Collection[str]) -> None:
        for tag in map(storable_text, tags):
            self._data.tags.pop((workspace, item, tag), None)

    async def drop_note(self, workspace: str, item: str, note: str) -> None:
        self._data.notes.pop((workspace, item, note), None)

    async def retitle(self, workspace: str, item: str, title: str) -> None:
        if (workspace, item) in self._data.items:
            _entitle(self._data, workspace, item, title)
            _change(self._data, workspace, item, own_title=True, title_due_at=None)

    async def set_kind(self, workspace: str, item: str, kind: str) -> None:
        if (workspace, item) in self._data.items:
            row = self._data.items[workspace, item]
            self._data.items[workspace, item] = replace(row, item=replace(row.item, kind=kind))
            _change(self._data, workspace, item, own_kind=True)

    async def remove(self, workspace: str, item: str, by: str, at: datetime) -> bool:
        if (workspace, item) not in self._data.items or await self.removed_at(workspace, item):
            return False
        _change(self._data, workspace, item, removed_at=storable(at), removed_by=by, title_due_at=None)
        return True

    async def restore(self, workspace: str, item: str) -> bool:
        if await self.removed_at(workspace, item) is None:
            return False
        _change(self._data, workspace, item, removed_at=None, removed_by="", erased=False)
        return True

    async def removed_at(self, workspace: str, item: str) -> datetime | None:
        return _cared(self._data, workspace, item).removed_at

    async def removed_under(self, workspace: str, new: NewItem) -> str | None:
        of_key = [id_ for (at, id_), row in self._data.items.items() if (at, row.item.key) == (workspace, new.key)]
        joined = (items_led_to(self._data, workspace, new.post) if new.post else []) or of_key
        return next((id_ for id_ in joined[:1] if is_removed(self._data, workspace, id_)), None)

    async def is_erased(self, workspace: str, item: str) -> bool:
        return _cared(self._data, workspace, item).erased

    async def rewrite(self, workspace: str, item: str, new: NewItem) -> None:
        row = self._data.items[workspace, item]
        said = storable(replace(new, id=row.item.id, key=row.item.key, post=None, post_text=""))
        self._data.items[workspace, item] = replace(row, item=said)
        _change(self._data, workspace, item, erased=False, own_title=False, own_kind=False, title_tries=0)

    async def merge(self, workspace: str, item: str, into: str) -> None:
        data = self._data
        for at in [at for at, mark in data.marks.items() if at[:2] == (workspace, item) and mark.stands]:
            there = data.marks.get((workspace, into, *at[2:]))
            if there and not there.stands:
                del data.marks[workspace, into, *at[2:]]
        for said in (data.tags, data.notes, data.shares, data.citations, data.marks):
            _hand_over(said, workspace, item, into)
        for where, mark in data.marks.items():
            data.marks[where] = replace(mark, item=where[1])
        for key_of_change, change in data.history.items():
            if (key_of_change[0], change.item) == (workspace, item):
                data.history[key_of_change] = replace(change, item=into)
        for key, row in data.imports.items():
            if key[0] == workspace:
                brought = (replace(each, item=into) if each.item == item else each for each in row.brought)
                data.imports[key] = replace(row, brought=tuple(brought))
        data.items.pop((workspace, item), None)
        data.cared.pop((workspace, item), None)

    async def removed(self, workspace: str, limit: int, offset: int) -> tuple[list[RemovedItem], int]:
        kept = [
            (id_, row.removed_at, row.removed_by)
            for (there, id_), row in self._data.cared.items()
            if there == workspace and row.removed_at is not None and not row.erased
        ]
        by_name = sorted(kept)
        newest_first = sorted(by_name, key=lambda each: each[1], reverse=True)[offset : offset + limit]
        items = await FakeLibrary(self._data).items(workspace, [id_ for id_, _, _ in newest_first])
        return [RemovedItem(items[id_], at, by) for id_, at, by in newest_first], len(kept)

    async def erase_removed(self, before: datetime, most: int) -> int:
        due = [
            (row.removed_at, key)
            for key, row in self._data.cared.items()
            if row.removed_at is not None and row.removed_at < before and not row.erased
        ]
        for _, key in sorted(due)[:most]:
            self._erase(key, before)
        return len(due[:most])

    def _erase(self, key: RowKey, at: datetime) -> None:
        for said in (self._data.tags, self._data.notes, self._data.shares, self._data.citations):
            _drop(said, key)
        for change in [of for of, each in self._data.history.items() if (of[0], each.item) == key]:
            del self._data.history[change]
        for where, mark in self._data.marks.items():
            if where[:2] == key:
                ended_at = mark.ended_at or storable(at)
                self._data.marks[where] = replace(mark, ended_at=ended_at, ending=Ending.ERASED, shelf="")
        for of, known in self._data.imports.items():
            if of[0] == key[0]:
                left = tuple(each for each in known.brought if each.item != key[1])
                self._data.imports[of] = replace(known, brought=left)
        row = self._data.items[key]
        bare = replace(row.item, url="", title="", search_text="", kind="", post=None)
        self._data.items[key] = replace(row, item=bare)
        self._data.cared[key] = CareRow(removed_at=self._data.cared[key].removed_at, erased=True)


def _hand_over(said: dict[Any, Any], workspace: str, item: str, into: str) -> None:
    """Each is kept by workspace, item and more."""
    for at in [at for at in said if at[:2] == (workspace, item)]:
        said.setdefault((workspace, into, *at[2:]), said[at])
        del said[at]


class FakeTitles:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def want(self, workspace: str, items: Collection[str], at: datetime) -> None:
        for item in items:
            row = _cared(self._data, workspace, item)
            known = self._data.items.get((workspace, item))
            is_untried = not (row.own_title or row.title_tries or row.title_due_at or row.removed_at)
            if known and known.item.url and is_untried:
                _change(self._data, workspace, item, title_due_at=storable(at))

    async def claim(self, now: datetime, lease: timedelta, most: int) -> list[Untitled]:
        due = sorted(
            (row.title_due_at, key[1], key[0])
            for key, row in self._data.cared.items()
            if row.title_due_at is not None and row.title_due_at <= now
        )
        found = []
        for _, item, workspace in due[:most]:
            tries = _cared(self._data, workspace, item).title_tries
            found.append(Untitled(workspace, item, self._data.items[workspace, item].item.url, tries))
            _change(self._data, workspace, item, title_due_at=storable(now + lease), title_tries=tries + 1)
        return sorted(found, key=lambda each: (each.workspace, each.item))

    async def later(self, untitled: Untitled, at: datetime | None) -> None:
        if _cared(self._data, untitled.workspace, untitled.item).title_due_at is not None:
            _change(self._data, untitled.workspace, untitled.item, title_due_at=storable(at) if at else None)

    async def found(self, untitled: Untitled, title: str) -> str | None:
        row = _cared(self._data, untitled.workspace, untitled.item)
        known = self._data.items.get((untitled.workspace, untitled.item))
        if known is None or row.title_due_at is None or row.own_title or known.item.url != untitled.url:
            return None
        _entitle(self._data, untitled.workspace, untitled.item, title)
        _change(self._data, untitled.workspace, untitled.item, title_due_at=None)
        return known.item.title


def _drop(said: dict[Any, Any], item: RowKey) -> None:
    for each in [each for each in said if each[:2] == item]:
        del said[each]


def _cared(data: Data, workspace: str, item: str) -> CareRow:
    return data.cared.get((workspace, item), CareRow())


def _change(data: Data, workspace: str, item: str, **values: Any) -> None:
    data.cared[workspace, item] = replace(_cared(data, workspace, item), **values)


def _entitle(data: Data, workspace: str, item: str, title: str) -> None:
    row = data.items[workspace, item]
    data.items[workspace, item] = replace(row, item=replace(row.item, title=storable_text(title)))
