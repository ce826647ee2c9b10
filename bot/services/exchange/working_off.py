"""Imports that are under way: some rows at a time come into the library, or go out of it again.

Some rows are one transaction, so that nothing is doubled or lost wherever the process ends.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.department import library_key
from bot.domain.exchange import Bringing, Broken, ImportState, Row
from bot.domain.exchange.entry import Said
from bot.domain.history import ItemChange, What
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Item, Mark, NewItem, Note, key_of_post
from bot.domain.links import canonical
from bot.errors import StaffroomError
from bot.ports import Brought, Saving, Transaction
from bot.services.ids import new_id
from bot.services.library.shelf import (
    COUNTS_AT_MOST_EVERY,
    forget_what_others_call_it,
    is_kept_apart,
    link_item,
    new_item,
    under_its_page,
)
from bot.services.parts import Parts
from bot.services.posts.roundups import mend_roundups

AT_ONCE = 50
"""So many rows are one transaction: while it is open nobody else can write, and somebody may be waiting."""
FEW = 10
"""Of those with a post that is known here, each of which is added by itself."""
LEASE = timedelta(minutes=3)
REMOVED_BEFORE = "An admin removed this page from the library."


async def bring_some(parts: Parts) -> bool:
    """Works off some rows of the earliest import that is under way. False where there is none. One that cannot be gone
    on with is left alone for the time of a lease, so that nobody else's waits behind it, and what went wrong raised."""
    bringing: Bringing | None = None
    try:
        async with parts.store.transaction() as tx:
            bringing = await tx.imports.claim(parts.worker, parts.clock.now(), LEASE)
            if bringing is None:
                return False
            await work_on(tx, bringing, parts.clock.now())
    except StaffroomError:
        raise
    except Exception:
        if bringing is not None:
            await _leave_alone(parts, bringing)
        raise
    return True


async def _leave_alone(parts: Parts, failed: Bringing) -> None:
    """It was the earliest; where another process has it by now, it is that one's business, and nothing is kept."""
    with suppress(_AnothersTurn):
        async with parts.store.transaction() as tx:
            claimed = await tx.imports.claim(parts.worker, parts.clock.now(), LEASE)
            if claimed is None or (claimed.workspace, claimed.id) != (failed.workspace, failed.id):
                raise _AnothersTurn


class _AnothersTurn(Exception):
    """Ends the transaction without a trace."""


async def work_on(tx: Transaction, bringing: Bringing, now: datetime) -> None:
    """Some rows of one that was claimed in this transaction."""
    if bringing.state is ImportState.WAITING:
        await _bring_in(tx, bringing, now)
    else:
        await _take_out(tx, bringing, now)


# ---------------------------------------------------------------------------------------------------------- bringing in


async def _bring_in(tx: Transaction, bringing: Bringing, now: datetime) -> None:
    rows = await tx.imports.rows(bringing, AT_ONCE)
    if not rows:
        await tx.imports.finish(bringing, ImportState.DONE)
        return
    cited = await _pages_of_posts(tx, rows)
    rows = _few_enough(rows, cited)
    work = _Work(tx, bringing, await _departments(tx, bringing.workspace, rows), now)
    brought, broken = await work.bring(rows, cited)
    await tx.imports.worked_off(bringing, len(rows), brought, broken)


async def _pages_of_posts(tx: Transaction, rows: Sequence[Row]) -> dict[int, NewItem]:
    """By the lines of those rows that name a post which is known here and leads to that very page: a file can say
    anything."""
    posts = await tx.posts.get({PostKey(*each) for row in rows for each in row.citations})
    found: dict[int, NewItem] = {}
    for row in rows:
        for post in [posts[key] for key in (PostKey(*each) for each in row.citations) if key in posts]:
            author = (await tx.posts.authors(post.key.source, [post.author_id])).get(post.author_id)
            page = new_item(post, author)
            if canonical(page.url) == canonical(row.url):
                found.setdefault(row.line, replace(page, key=key_of_post(post.key)) if row.private else page)
    return found


async def _departments(tx: Transaction, workspace: str, rows: Sequence[Row]) -> set[str]:
    """Their keys, which take a moment to be found, where a row names one."""
    is_named = any(row.libraries for row in rows)
    return {library_key(name) for name in await tx.library.departments(workspace)} if is_named else set()


def _few_enough(rows: list[Row], cited: Mapping[int, NewItem]) -> list[Row]:
    """The first of them, with few that are cited."""
    slow = [place for place, row in enumerate(rows) if row.line in cited]
    return rows[: slow[FEW]] if len(slow) > FEW else rows


@dataclass(frozen=True, slots=True)
class _Coming:
    """A row with its page and the item that it becomes; `there` is that item where the library has it already."""

    row: Row
    page: NewItem
    item: str
    there: Item | None = None

    @property
    def is_removed(self) -> bool:
        return self.there is not None and self.there.removed_at is not None

    @property
    def is_saved(self) -> bool:
        return self.there is not None and self.there.saved_by_me

    @property
    def posts(self) -> Sequence[PostKey]:
        own = () if self.page.post is None else (self.page.post,)
        return own if self.there is None else (*own, *self.there.citations)


@dataclass(frozen=True, slots=True)
class _Work:
    tx: Transaction
    bringing: Bringing
    departments: set[str]
    now: datetime

    @property
    def who(self) -> PersonKey:
        return PersonKey(self.bringing.workspace, self.bringing.person)

    async def bring(self, rows: Sequence[Row], cited: Mapping[int, NewItem]) -> tuple[list[Brought], list[Broken]]:
        """What was brought, and what cannot be. Whatever this person has saved already stays as it is."""
        coming = await self._added(rows, cited)
        new = _to_be_saved(coming)
        await self._forget_what_others_call_them(new)
        savings = [self._saving(each) for each in new]
        await self.tx.imports.save(self.who.workspace, savings)
        saved = [saving.mark for saving in savings if not saving.mark.private]
        await self.tx.history.add(self.who.workspace, *(self._imported(mark) for mark in saved))
        untitled = [each.item for each in new if each.page.untitled]
        await self.tx.titles.want(self.who.workspace, untitled, self.now)
        await _show_savers(self.tx, self.who.workspace, [post for each in new for post in each.posts], self.now)
        broken = [Broken(each.row.line, REMOVED_BEFORE, each.row.title) for each in coming if each.is_removed]
        return [_brought(saving) for saving in savings], broken

    async def _added(self, rows: Sequence[Row], cited: Mapping[int, NewItem]) -> list[_Coming]:
        pages = {row.line: cited.get(row.line) or _page_of(row) for row in rows}
        by_key = [(pages[row.line], self._at(row)) for row in rows if row.line not in cited]
        ids = await self.tx.imports.add_pages(self.who.workspace, by_key)
        coming = []
        for row in rows:
            page = pages[row.line]
            coming.append(_Coming(row, page, await self._cite(row, page) if row.line in cited else ids[page.key]))
        old = [each.item for each in coming if each.item != each.page.id]
        there = await self.tx.library.items(self.who.workspace, old, self.who.person)
        return [replace(each, there=there.get(each.item)) for each in coming]

    async def _cite(self, row: Row, page: NewItem) -> str:
        """The item of a page with its post. What was removed is not written in; what others keep alone of it goes under
        its page with it."""
        tx, workspace, alone = self.tx, self.who.workspace, replace(page, post=None)
        for each in (page, alone):
            if removed := await tx.care.removed_under(workspace, each):
                return removed
        item = await tx.library.add(workspace, page, self._at(row))
        known = (await tx.library.items(workspace, [item], self.who.person))[item]
        if row.private or known.saved_by_me or not is_kept_apart(known, page):
            return item
        return await under_its_page(tx, workspace, item, alone, self._at(row))

    async def _forget_what_others_call_them(self, coming: Sequence[_Coming]) -> None:
        for each in coming:
            if each.there and not each.there.saver_count:
                own = each.row.private and not each.page.post
                called = link_item(each.row.url, "") if own else each.page
                await forget_what_others_call_it(self.tx, self.who, each.item, called)

    def _saving(self, coming: _Coming) -> Saving:
        row, there = coming.row, coming.there
        library, *others = self._libraries_of(row)
        tags = () if row.private else tuple(tag for tag in row.tags if not there or tag not in there.tags)
        return Saving(
            self._mark(row, coming.item, library),
            tags,
            tuple(self._notes(row, there)),
            () if row.private else tuple(others),
        )

    def _mark(self, row: Row, item: str, library: str) -> Mark:
        return Mark(
            item,
            self.who.person,
            _origin(self.bringing),
            self._at(row),
            shelf=row.shelf,
            vouched=self.bringing.vouched,
            library=library,
            private=row.private,
        )

    def _notes(self, row: Row, there: Item | None) -> Iterator[Note]:
        """Without what this person reads there already."""
        said = [each for each in row.notes if not self._reads(each, row, there)]
        for id_, each in zip(sorted(new_id() for _ in said), said, strict=True):
            is_private = row.private or each.private
            yield Note(id_, self.who.person, each.text, each.at, private=is_private, edited_at=each.edited_at)

    def _reads(self, said: Said, row: Row, there: Item | None) -> bool:
        """What others wrote may go again: it does not stand for what this person keeps for themselves."""
        is_private = row.private or said.private
        known = (note for note in there.notes if not is_private or note.by == self.who.person) if there else ()
        return any(note.text == said.text for note in known)

    def _at(self, row: Row) -> datetime:
        return row.saved_at or self.bringing.asked_at

    def _libraries_of(self, row: Row) -> list[str]:
        """One at least; departments that there are not here do not count."""
        return [key for key in row.libraries if key in self.departments] or [self.bringing.library]

    def _imported(self, mark: Mark) -> ItemChange:
        return _change(self.bringing, mark.item, What.IMPORTED, self.now, after=mark.library)


def _to_be_saved(coming: Sequence[_Coming]) -> list[_Coming]:
    """Each item once, as the first row says it."""
    found: dict[str, _Coming] = {}
    for each in coming:
        if not (each.is_removed or each.is_saved):
            found.setdefault(each.item, each)
    return list(found.values())


def _page_of(row: Row) -> NewItem:
    new = link_item(row.url, row.title)
    return replace(new, title=row.title or new.title, kind=row.kind)


def _brought(saving: Saving) -> Brought:
    return Brought(saving.mark.item, saving.tags, tuple(note.id for note in saving.notes))


# ----------------------------------------------------------------------------------------------------------- taking out


async def _take_out(tx: Transaction, bringing: Bringing, now: datetime) -> None:
    brought = await tx.imports.brought(bringing, AT_ONCE)
    if not brought:
        await tx.imports.finish(bringing, ImportState.UNDONE)
        return
    workspace, ids = bringing.workspace, [each.item for each in brought]
    items = await tx.library.items(workspace, ids, bringing.person)
    marks = await tx.imports.marks(PersonKey(workspace, bringing.person), ids, _origin(bringing))
    ours = {mark.item: mark for mark in marks if mark.stands and mark.item in items}
    taken = [_taken(bringing, each, items[each.item], ours[each.item], now) for each in brought if each.item in ours]
    await tx.imports.unsave(workspace, taken)
    undone = [item for item, mark in ours.items() if not mark.private]
    await tx.history.add(workspace, *(_change(bringing, item, What.UNDONE, now) for item in undone))
    await _show_savers(tx, workspace, [post for item in ours for post in items[item].citations], now)
    await mend_roundups(tx, workspace, ids, now)
    await tx.imports.taken_out(bringing, ids)


def _taken(bringing: Bringing, brought: Brought, known: Item, ours: Mark, now: datetime) -> Saving:
    """Not what somebody wrote or decided since then."""
    notes = (note for note in known.notes if note.id in brought.notes and note.by == bringing.person)
    return Saving(
        replace(ours, ended_at=now, ending=Ending.UNDONE),
        tuple(tag for tag in brought.tags if tag in known.tags),
        tuple(note for note in notes if note.edited_at is None or note.edited_at <= bringing.asked_at),
    )


# ----------------------------------------------------------------------------------------------------------- both ways


def _origin(bringing: Bringing) -> str:
    return f"import:{bringing.id}"


def _change(bringing: Bringing, item: str, what: What, at: datetime, *, after: str = "") -> ItemChange:
    return ItemChange(new_id(), item, at, bringing.person, what, after=after)


async def _show_savers(tx: Transaction, workspace: str, posts: Collection[PostKey], at: datetime) -> None:
    """Wants every message with one of these posts to say who saved what it leads to by then, soon."""
    shown = [delivery for post in dict.fromkeys(posts) for delivery in await tx.outbox.showing(workspace, post)]
    await tx.outbox.refresh(workspace, shown, at, COUNTS_AT_MOST_EVERY)
