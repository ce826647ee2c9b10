"""Rows of an import on their way into the library."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.department import library_key
from bot.domain.exchange import Bringing, Broken, ImportState, Row
from bot.domain.exchange.entry import Said
from bot.domain.history import What
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Item, Mark, NewItem, Note, key_of_post
from bot.domain.links import canonical
from bot.ports import Brought, Saving, Transaction
from bot.services.exchange.traces import change_by, is_by_an_import, origin_of, show_savers
from bot.services.ids import new_id
from bot.services.library.shelf import (
    forget_what_others_call_it,
    is_kept_apart,
    link_item,
    new_item,
    under_its_page,
)

AT_ONCE = 50
"""So many rows are one transaction: while it is open nobody else can write, and somebody may be waiting."""
FEW = 10
"""Of those with a post that is known here, each of which is added by itself."""
REMOVED_BEFORE = "An admin removed this page from the library."


async def bring_in(tx: Transaction, bringing: Bringing, now: datetime) -> int:
    """Its next rows, and how many they were: none at its end."""
    rows = await tx.imports.rows(bringing, AT_ONCE)
    if not rows:
        await tx.imports.finish(bringing, ImportState.DONE)
        return 0
    cited = await pages_of_posts(tx, rows)
    rows = _few_enough(rows, cited)
    work = await Work.on(tx, bringing, rows, now)
    brought, broken = await work.bring(rows, cited)
    await tx.imports.worked_off(bringing, len(rows), brought, broken)
    return len(rows)


async def pages_of_posts(tx: Transaction, rows: Sequence[Row]) -> dict[int, NewItem]:
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
    """A row with its page and the item that it becomes; `there` is that item where the library has it already, `shared`
    are the libraries that it is shared with. It is `behind` where another import brought something to it, and `by_hand`
    where its save comes beside one that was made by hand after it."""

    row: Row
    page: NewItem
    item: str
    there: Item | None = None
    shared: Collection[str] = ()
    behind: bool = False
    by_hand: bool = False

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
class Work:
    """Rows of an import, which are brought into the library."""

    tx: Transaction
    bringing: Bringing
    departments: set[str]
    now: datetime

    @classmethod
    async def on(cls, tx: Transaction, bringing: Bringing, rows: Sequence[Row], now: datetime) -> "Work":
        return cls(tx, bringing, await _departments(tx, bringing.workspace, rows), now)

    @property
    def who(self) -> PersonKey:
        return PersonKey(self.bringing.workspace, self.bringing.person)

    async def bring(self, rows: Sequence[Row], cited: Mapping[int, NewItem]) -> tuple[list[Brought], list[Broken]]:
        """What was brought, and what cannot be. Whatever this person has saved already stays as it is; where only
        imports saved it, the row is kept for the time when those are undone."""
        coming = await self._added(rows, cited)
        new = _to_be_saved(coming)
        await self._forget_what_others_call_them(new)
        broken = [Broken(each.row.line, REMOVED_BEFORE, each.row.title) for each in coming if each.is_removed]
        return [*await self._saved(new), *await self._only_behind(coming)], broken

    async def bring_instead(self, rows: Sequence[Row], cited: Mapping[int, NewItem]) -> list[Brought]:
        """In place of what this person brought by another import. Pages keep the names that they have by then, and
        whatever was saved by hand came later."""
        coming = await self._added(rows, cited)
        by_hand = await self._saved_by_hand_since(coming)
        new = _to_be_saved([replace(each, by_hand=each.item in by_hand) for each in coming])
        return [*await self._saved(new), *await self._only_behind(coming)]

    async def _saved(self, new: Sequence[_Coming]) -> list[Brought]:
        savings = [self._saving(each) for each in new]
        await self.tx.imports.save(self.who.workspace, savings)
        saved = [saving.mark for saving in savings if not saving.mark.private]
        imported = [change_by(self.bringing, mark.item, What.IMPORTED, self.now, after=mark.library) for mark in saved]
        await self.tx.history.add(self.who.workspace, *imported)
        untitled = [each.item for each in new if each.page.untitled]
        await self.tx.titles.want(self.who.workspace, untitled, self.now)
        await show_savers(self.tx, self.who.workspace, [post for each in new for post in each.posts], self.now)
        return [_brought(saving, each) for saving, each in zip(savings, new, strict=True)]

    async def bring_again(self, gone: Mapping[str, tuple[Row, Saving]]) -> list[Brought]:
        """What went of some items with the save of another import, as far as the rows of this one, which has saved them
        too, say it as well and it is not there."""
        there, shared = await self._there(gone)
        saves = await self._saves(gone)
        coming = [
            _Coming(_as_kept(row, there[item]), _page_of(row), item, there[item], shared.get(item, ()), behind=True)
            for item, (row, _) in gone.items()
            if item in there and item in saves
        ]
        savings = [_only(self._saving(each), gone[each.item][1], saves[each.item]) for each in coming]
        await self.tx.imports.save(self.who.workspace, savings)
        return [_brought(saving, each) for saving, each in zip(savings, coming, strict=True)]

    async def saved(self, items: Collection[str]) -> set[str]:
        """Those of them that this import ever saved."""
        return set(await self._saves(items))

    async def _saves(self, items: Collection[str]) -> dict[str, Mark]:
        marks = await self.tx.imports.marks(self.who, items)
        return {mark.item: mark for mark in marks if mark.origin == origin_of(self.bringing)}

    async def _added(self, rows: Sequence[Row], cited: Mapping[int, NewItem]) -> list[_Coming]:
        pages = {row.line: cited.get(row.line) or _page_of(row) for row in rows}
        by_key = [(pages[row.line], self._at(row)) for row in rows if row.line not in cited]
        ids = await self.tx.imports.add_pages(self.who.workspace, by_key)
        coming = []
        for row in rows:
            page = pages[row.line]
            coming.append(_Coming(row, page, await self._cite(row, page) if row.line in cited else ids[page.key]))
        old = [each.item for each in coming if each.item != each.page.id]
        of_others = {each.item for _, each in await self.tx.imports.of_others(self.bringing, old)}
        there, shared = await self._there(old)
        return [
            replace(
                each,
                there=there.get(each.item),
                shared=shared.get(each.item, ()),
                behind=each.item in of_others,
            )
            for each in coming
        ]

    async def _there(self, items: Collection[str]) -> tuple[Mapping[str, Item], Mapping[str, Collection[str]]]:
        """These items, as this person sees them, and the libraries that they are shared with."""
        there = await self.tx.library.items(self.who.workspace, items, self.who.person)
        return there, await self.tx.imports.shares(self.who.workspace, items)

    async def _only_behind(self, coming: Sequence[_Coming]) -> list[Brought]:
        """What was left alone only because another import had saved it."""
        rows = {each.item: each.row for each in reversed(coming) if each.is_saved and each.behind}
        marks = await self.tx.imports.marks(self.who, rows) if rows else []
        by_hand = {mark.item for mark in marks if mark.stands and not is_by_an_import(mark)}
        return [Brought(item, behind=row) for item, row in rows.items() if item not in by_hand]

    async def _saved_by_hand_since(self, coming: Sequence[_Coming]) -> set[str]:
        """The items that they saved for all by themselves, and by no file."""
        saved = {each.item for each in coming if each.is_saved and not each.row.private}
        marks = [mark for mark in await self.tx.imports.marks(self.who, saved) if mark.stands]
        return saved - {mark.item for mark in marks if mark.private or is_by_an_import(mark)}

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
            () if row.private else tuple(library for library in others if library not in coming.shared),
        )

    def _mark(self, row: Row, item: str, library: str) -> Mark:
        return Mark(
            item,
            self.who.person,
            origin_of(self.bringing),
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


def _to_be_saved(coming: Sequence[_Coming]) -> list[_Coming]:
    """Each item once, as the first row says it."""
    found: dict[str, _Coming] = {}
    for each in coming:
        if not each.is_removed and (each.by_hand or not each.is_saved):
            found.setdefault(each.item, each)
    return list(found.values())


def _as_kept(row: Row, known: Item) -> Row:
    """What its owner keeps alone by now tells nobody else anything."""
    return replace(row, private=row.private or known.private)


def _page_of(row: Row) -> NewItem:
    new = link_item(row.url, row.title)
    return replace(new, title=row.title or new.title, kind=row.kind)


def _only(saving: Saving, gone: Saving, mark: Mark) -> Saving:
    """What of it had gone, beside the mark as it is."""
    texts = {note.text for note in gone.notes}
    return Saving(
        mark,
        tuple(tag for tag in saving.tags if tag in gone.tags),
        tuple(note for note in saving.notes if note.text in texts),
        tuple(library for library in saving.libraries if library in gone.libraries),
    )


def _brought(saving: Saving, coming: _Coming) -> Brought:
    notes = tuple(note.id for note in saving.notes)
    behind = coming.row if coming.behind and not coming.row.private else None
    return Brought(saving.mark.item, saving.tags, notes, saving.libraries, behind)
