"""Files that people bring: shown first, then worked off a few rows at a time, and taken out again the same way.

A few rows are one transaction, so that nothing is doubled or lost wherever the process ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.admin_acts import Decided
from bot.domain.department import library_key
from bot.domain.events import Person
from bot.domain.exchange import Bringing, Broken, ImportForm, ImportState, Row
from bot.domain.exchange.found import Found
from bot.domain.history import What
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import LINK, Ending, Item, Mark, NewItem, Note, key_of_post
from bot.domain.links import canonical
from bot.domain.people import Role
from bot.errors import Mistake
from bot.ports import Brought, Fresh, Transaction
from bot.services.exchange.exporting import department_named
from bot.services.ids import new_id
from bot.services.library.history import write_down
from bot.services.library.shelf import forget_what_others_call_it, link_item, new_item, show_savers_of
from bot.services.parts import Parts
from bot.services.people.admin_acts import decided
from bot.services.people.threshold import savers_needed
from bot.services.posts.roundups import mend_roundups

AT_ONCE = 10
"""So many rows are one transaction: while it is open nobody else can write, and somebody may be waiting."""
FEW = 5
"""Of what is in the library already, each of which is looked at by itself."""
LEASE = timedelta(minutes=3)
SHOWN_FOR = timedelta(days=1)
FOR_EDITORS = "Only people who may save things here can bring in a file. Ask an admin if you should."
NOT_HERE = "This import is not here any more. Choose the file once more."
NOT_YOURS = "Only the person who brought this file can have it brought in: it is saved in their name."
NOTHING_IN_IT = "There is no page in this file that can be saved."
REMOVED_BEFORE = "An admin removed this page from the library."


async def keep(
    tx: Transaction, who: Person, role: Role, read: tuple[ImportForm, Found], library: str, *, at: datetime
) -> Bringing:
    """Keeps what was found in a file, in place of what this person was shown before and did not confirm. Raises
    Mistake."""
    require_editor(role)
    form, found = read
    workspace, rows = who.key.workspace, list(found.rows.values())
    if not rows:
        raise Mistake(NOTHING_IN_IT)
    if library:
        await department_named(tx, workspace, library)
    for earlier in await tx.imports.of(workspace, who.key.person):
        if earlier.state is ImportState.SHOWN:
            await tx.imports.drop(workspace, earlier.id)
    least = await savers_needed(tx, workspace)
    known = await tx.listings.known(workspace, {_key_of(row) for row in rows}, least)
    bringing = Bringing(
        id=new_id(),
        workspace=workspace,
        person=who.key.person,
        form=form,
        library=library,
        asked_at=at,
        state=ImportState.SHOWN,
        total=len(rows),
        new=len(rows) - len(known),
        broken=tuple(found.broken),
        broken_count=found.broken_count,
        vouched=role is Role.OWNER,
    )
    await tx.people.put(who)
    await tx.imports.put(bringing, rows)
    return bringing


async def theirs(tx: Transaction, who: PersonKey, role: Role, id_: str) -> Bringing | None:
    """One that this person brought; for owners anybody's."""
    found = await tx.imports.get(who.workspace, id_)
    return found if found and (role is Role.OWNER or found.person == who.person) else None


async def confirm(tx: Transaction, who: PersonKey, role: Role, id_: str) -> str:
    """Raises Mistake, also for an owner's wish to have a colleague save what that colleague has not confirmed."""
    require_editor(role)
    found = await theirs(tx, who, role, id_)
    if found is None or found.person != who.person:
        raise Mistake(NOT_HERE if found is None else NOT_YOURS)
    await tx.imports.begin(who.workspace, id_, ImportState.SHOWN, ImportState.WAITING)
    return "Started. You can leave this page."


async def drop(tx: Transaction, who: PersonKey, role: Role, id_: str) -> str:
    """Raises Mistake where it is confirmed already."""
    found = await theirs(tx, who, role, id_)
    if found is not None and found.state is not ImportState.SHOWN:
        raise Mistake("It is being brought in already. Undo it when it is done.")
    if found is not None:
        await tx.imports.drop(who.workspace, id_)
    return "Nothing was brought in."


async def undo(tx: Transaction, who: PersonKey, role: Role, id_: str, *, at: datetime) -> str:
    """Raises Mistake where it is not done yet."""
    found = await theirs(tx, who, role, id_)
    if found is None:
        raise Mistake("This import is too long ago to be undone. Take back single saves instead.")
    if found.state in {ImportState.SHOWN, ImportState.WAITING}:
        raise Mistake("It is not done yet. Undo it when it is.")
    begins = await tx.imports.begin(who.workspace, id_, ImportState.DONE, ImportState.UNDOING)
    if begins and found.person != who.person:
        await decided(tx, who.workspace, who.person, Decided.IMPORT_UNDONE, at=at)
    return "Started: what this file alone brought comes out of the library."


def require_editor(role: Role) -> None:
    if not role.may_edit:
        raise Mistake(FOR_EDITORS)


async def bring_some(parts: Parts) -> bool:
    """Works off some rows of the earliest import that is under way. False where there is none."""
    async with parts.store.transaction() as tx:
        bringing = await tx.imports.claim(parts.worker, parts.clock.now(), LEASE)
        if bringing is None:
            return False
        await work_on(tx, bringing, parts.clock.now())
    return True


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
    rows = await _few_enough(tx, bringing.workspace, rows)
    keys = {library_key(name) for name in await tx.library.departments(bringing.workspace)}
    work = _Work(tx, bringing, keys, now)
    new = await work.bring_new([row for row in rows if work.may_be_new(row)])
    found = [new.get(row.line) or await work.bring(row) for row in rows]
    brought = [each for each in found if isinstance(each, Brought)]
    broken = [each for each in found if isinstance(each, Broken)]
    await tx.imports.worked_off(bringing, len(rows), brought, broken)


async def _few_enough(tx: Transaction, workspace: str, rows: list[Row]) -> list[Row]:
    """The first of them, few of which are in the library already."""
    known = await tx.listings.known(workspace, {_key_of(row) for row in rows})
    slow = [place for place, row in enumerate(rows) if row.citations or _key_of(row) in known]
    return rows[: slow[FEW]] if len(slow) > FEW else rows


def _key_of(row: Row) -> str:
    return f"{LINK}{canonical(row.url)}"


@dataclass(frozen=True, slots=True)
class _Work:
    tx: Transaction
    bringing: Bringing
    departments: set[str]
    now: datetime

    @property
    def who(self) -> PersonKey:
        return PersonKey(self.bringing.workspace, self.bringing.person)

    def may_be_new(self, row: Row) -> bool:
        """Most are: they are brought in together, which is many times faster."""
        return not row.citations and len(self._libraries_of(row)) == 1

    async def bring_new(self, rows: Sequence[Row]) -> dict[int, Brought]:
        """What the library did not have, by the line of the row."""
        pages = {row.line: self._fresh(row) for row in rows}
        added = await self.tx.imports.add_new(self.who.workspace, list(pages.values()))
        new = {line: page for line, page in pages.items() if page.item.id in added}
        for page in new.values():
            if not page.mark.private:
                await self._write_down(page.mark)
        untitled = [page.item.id for page in new.values() if page.item.untitled]
        await self.tx.titles.want(self.who.workspace, untitled, self.now)
        return {
            line: Brought(page.item.id, page.tags, page.note.text if page.note else "") for line, page in new.items()
        }

    def _fresh(self, row: Row) -> Fresh:
        item, at = self._page(row), self._at(row)
        mark = self._mark_of(row, item.id)
        note = Note(self.who.person, row.note, row.noted_at or at, private=row.private) if row.note else None
        return Fresh(item, mark, () if row.private else row.tags, note)

    async def bring(self, row: Row) -> Brought | Broken | None:
        """None where this person has saved the page already: it stays as it is."""
        workspace, tx = self.bringing.workspace, self.tx
        new = await self._new_item(row)
        if await tx.care.removed_under(workspace, new):
            return Broken(row.line, REMOVED_BEFORE)
        at = self._at(row)
        item = await tx.library.add(workspace, new, at)
        if item != new.id:
            called = link_item(row.url, "") if row.private and not new.post else new
            await forget_what_others_call_it(tx, self.who, item, called)
        marks = await tx.library.marks(workspace, item, self.who.person)
        if any(mark.stands for mark in marks):
            return None
        known = (await tx.library.items(workspace, [item], self.who.person))[item]
        brought = Brought(item, await self._tag(row, known, at), await self._note(row, known, at))
        await self._mark(row, item)
        if new.untitled:
            await tx.titles.want(workspace, [item], self.now)
        if known.saver_count and known.post:
            await show_savers_of(tx, workspace, item, self.now)
        return brought

    async def _new_item(self, row: Row) -> NewItem:
        """A post that is known here only where it leads to this very page: a file can say anything. One that is kept
        alone is an item of its own."""
        page = canonical(row.url)
        for post in (await self.tx.posts.get([PostKey(*each) for each in row.citations])).values():
            author = (await self.tx.posts.authors(post.key.source, [post.author_id])).get(post.author_id)
            cited = new_item(post, author)
            if canonical(cited.url) == page:
                return replace(cited, key=key_of_post(post.key)) if row.private else cited
        return self._page(row)

    def _page(self, row: Row) -> NewItem:
        new = link_item(row.url, row.title)
        return replace(new, title=row.title or new.title, kind=row.kind)

    def _at(self, row: Row) -> datetime:
        return row.saved_at or self.bringing.asked_at

    def _libraries_of(self, row: Row) -> list[str]:
        """One at least; departments that there are not here do not count."""
        return [key for key in row.libraries if key in self.departments] or [self.bringing.library]

    async def _tag(self, row: Row, known: Item, at: datetime) -> tuple[str, ...]:
        """Those it did not have."""
        tags = () if row.private else tuple(tag for tag in row.tags if tag not in known.tags)
        if tags:
            await self.tx.library.tag(self.who.workspace, known.id, tags, self.who.person, at)
        return tags

    async def _note(self, row: Row, known: Item, at: datetime) -> str:
        """A note of one's own stays as it is."""
        if not row.note or any(note.by == self.who.person for note in known.notes):
            return ""
        note = Note(self.who.person, row.note, row.noted_at or at, private=row.private)
        await self.tx.library.note(self.who.workspace, known.id, note)
        return row.note

    async def _mark(self, row: Row, item: str) -> None:
        mark, others = self._mark_of(row, item), self._libraries_of(row)[1:]
        await self.tx.library.put_mark(self.who.workspace, mark)
        if row.private:
            return
        for library in others:
            await self.tx.library.share(self.who.workspace, item, library, self.who.person, mark.made_at)
        await self._write_down(mark)

    def _mark_of(self, row: Row, item: str) -> Mark:
        return Mark(
            item,
            self.who.person,
            _origin(self.bringing),
            self._at(row),
            shelf=row.shelf,
            vouched=self.bringing.vouched,
            library=self._libraries_of(row)[0],
            private=row.private,
        )

    async def _write_down(self, mark: Mark) -> None:
        await write_down(self.tx, self.who, mark.item, What.IMPORTED, at=self.now, after=mark.library)


def _origin(bringing: Bringing) -> str:
    return f"import:{bringing.id}"


# ----------------------------------------------------------------------------------------------------------- taking out


async def _take_out(tx: Transaction, bringing: Bringing, now: datetime) -> None:
    brought = await tx.imports.brought(bringing, FEW)
    if not brought:
        await tx.imports.finish(bringing, ImportState.UNDONE)
        return
    workspace = bringing.workspace
    items = await tx.library.items(workspace, [each.item for each in brought], bringing.person)
    for each in brought:
        await _take_back(tx, bringing, each, items, now)
    await mend_roundups(tx, workspace, list(items), now)
    await tx.imports.taken_out(bringing, [each.item for each in brought])


async def _take_back(
    tx: Transaction, bringing: Bringing, brought: Brought, items: Mapping[str, Item], now: datetime
) -> None:
    """Not what somebody wrote or decided since then."""
    who, item = PersonKey(bringing.workspace, bringing.person), brought.item
    known = items.get(item)
    marks = await tx.library.marks(who.workspace, item, who.person)
    ours = next((mark for mark in marks if mark.origin == _origin(bringing) and mark.stands), None)
    if known is None or ours is None:
        return
    tags = [tag for tag in brought.tags if tag in known.tags]
    if tags:
        await tx.care.untag(who.workspace, item, tags)
    if brought.note and any((note.by, note.text) == (who.person, brought.note) for note in known.notes):
        await tx.care.drop_note(who.workspace, item, who.person)
    await tx.library.put_mark(who.workspace, replace(ours, ended_at=now, ending=Ending.UNDONE))
    if not ours.private:
        await write_down(tx, who, item, What.UNDONE, at=now)
    if known.post:
        await show_savers_of(tx, who.workspace, item, now)
