"""What an import alone brought, on its way out of the library again.

What another import would have brought as well, had this one not been there before it, is that one's from then on.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from bot.domain.exchange import Bringing, ImportState, Row
from bot.domain.history import What
from bot.domain.keys import PersonKey
from bot.domain.library import Ending, Item, Mark
from bot.ports import Brought, Saving, Transaction
from bot.services.exchange.coming_in import AT_ONCE, Work, pages_of_posts
from bot.services.exchange.traces import change_by, origin_of, show_savers
from bot.services.posts.roundups import mend_roundups

FEW = 20
"""Of those that may have to be handed on: that takes much longer, and nobody else can write meanwhile."""
STAYS = {ImportState.WAITING, ImportState.STUCK, ImportState.DONE}
"""What such an import has brought is in the library and not on its way out."""


async def take_out(tx: Transaction, bringing: Bringing, now: datetime) -> int:
    """Some of it, and from how many items: none at its end. It is read once more when nobody else changes the items:
    another import that goes out may just have handed something on to it."""
    brought = await tx.imports.brought(bringing, AT_ONCE)
    if not brought:
        await tx.imports.finish(bringing, ImportState.UNDONE)
        return 0
    others = await tx.imports.of_others(bringing, [each.item for each in brought])
    brought = await tx.imports.brought(bringing, FEW if any(each.behind for _, each in others) else AT_ONCE)
    workspace, ids = bringing.workspace, [each.item for each in brought]
    out = await _out(tx, bringing, brought, now)
    await tx.imports.unsave(workspace, [each.saving for each in out])
    undone = [each.item.id for each in out if not each.saving.mark.private]
    await tx.history.add(workspace, *(change_by(bringing, item, What.UNDONE, now) for item in undone))
    await tx.imports.taken_out(bringing, ids)
    await _Handing(tx, bringing, {each.item.id: each for each in out}, now).on(others)
    await show_savers(tx, workspace, [post for each in out for post in each.item.citations], now)
    await mend_roundups(tx, workspace, ids, now)
    return len(ids)


@dataclass(frozen=True, slots=True)
class _Out:
    """What goes of an item, which is told as it was before."""

    brought: Brought
    item: Item
    saving: Saving
    shared: Collection[str]

    def left_of(self, row: Row) -> Row:
        """What another import would have brought by this row: nothing that somebody took away or changed since then.
        What such a note said nobody knows any more."""
        taken_away = {*self.brought.tags} - {*self.item.tags}, {*self.brought.libraries} - {*self.shared}
        are_as_they_were = {*self.brought.notes} == {note.id for note in self.saving.notes}
        texts = {note.text for note in self.saving.notes}
        return replace(
            row,
            tags=tuple(tag for tag in row.tags if tag not in taken_away[0]),
            notes=tuple(said for said in row.notes if are_as_they_were or said.text in texts),
            libraries=(*row.libraries[:1], *(each for each in row.libraries[1:] if each not in taken_away[1])),
        )


async def _out(tx: Transaction, bringing: Bringing, brought: Sequence[Brought], now: datetime) -> list[_Out]:
    """Of those items alone that its save still stands on."""
    person, ids = PersonKey(bringing.workspace, bringing.person), [each.item for each in brought]
    items = await tx.library.items(person.workspace, ids, person.person)
    marks = [mark for mark in await tx.imports.marks(person, ids) if mark.origin == origin_of(bringing)]
    ours = {mark.item: mark for mark in marks if mark.stands and mark.item in items}
    shared = await tx.imports.shares(person.workspace, ours)
    out = []
    for each in brought:
        if mark := ours.get(each.item):
            item, libraries = items[each.item], shared.get(each.item, set())
            ended = replace(mark, ended_at=now, ending=Ending.UNDONE)
            out.append(_Out(each, item, _taken(bringing, each, item, ended, libraries), libraries))
    return out


def _taken(bringing: Bringing, brought: Brought, known: Item, ended: Mark, shared: Collection[str]) -> Saving:
    """Not what somebody wrote or decided since then."""
    notes = (note for note in known.notes if note.id in brought.notes and note.by == bringing.person)
    return Saving(
        ended,
        tuple(tag for tag in brought.tags if tag in known.tags),
        tuple(note for note in notes if note.edited_at is None or note.edited_at <= bringing.asked_at),
        tuple(library for library in brought.libraries if library in shared),
    )


@dataclass(frozen=True, slots=True)
class _Handing:
    """What goes with an import, by the items, which others may have brought as well."""

    tx: Transaction
    bringing: Bringing
    out: Mapping[str, _Out]
    now: datetime

    async def on(self, others: Sequence[tuple[Bringing, Brought]]) -> None:
        """To the earliest first: the next one finds there what that one brings."""
        for other, theirs in groupby(others, key=lambda each: each[0]):
            behind = {brought.item: brought for _, brought in theirs if brought.behind and brought.item in self.out}
            if behind and other.state in STAYS:
                await self._on_to(other, behind)

    async def _on_to(self, other: Bringing, behind: Mapping[str, Brought]) -> None:
        rows = {item: brought.behind for item, brought in behind.items() if brought.behind}
        work = await Work.on(self.tx, other, list(rows.values()), self.now)
        saved = await work.saved(rows)
        again = {item: (row, self.out[item].saving) for item, row in rows.items() if item in saved}
        more = await work.bring_again(again) if again else []
        is_theirs = other.person == self.bringing.person
        unsaved = [self.out[item].left_of(row) for item, row in rows.items() if item not in saved and is_theirs]
        brought = await work.bring_instead(unsaved, await pages_of_posts(self.tx, unsaved)) if unsaved else []
        await self.tx.imports.amend(other, [*brought, *(_both(behind[each.item], each) for each in more)])


def _both(before: Brought, more: Brought) -> Brought:
    return replace(
        before,
        tags=(*before.tags, *more.tags),
        notes=(*before.notes, *more.notes),
        libraries=(*before.libraries, *more.libraries),
    )
