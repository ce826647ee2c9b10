"""What is taken out of the library and brought into it: feeds and imports."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.exchange import Bringing, Broken, ImportState, Listing, Row
from bot.domain.keys import PersonKey
from bot.domain.library import Mark, NewItem, Note


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that news is read at. `secret_hash` is a digest of what its address carries."""

    id: str
    person: PersonKey
    what: Listing
    made_at: datetime
    secret_hash: str = field(repr=False)


class Feeds(Protocol):
    async def put(self, feed: Feed) -> None: ...

    async def by_secret(self, secret_hash: str) -> Feed | None: ...

    async def of(self, workspace: str, person: str | None = None) -> list[Feed]:
        """Newest first; of all people where none is given."""
        ...

    async def end(self, workspace: str, feed: str) -> bool:
        """False where there is none."""
        ...

    async def erase(self, person: PersonKey) -> None:
        """Ends all that this person made."""
        ...


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import alone brought to an item: the save of whoever brought it, tags and the libraries that it is shared
    with where they were not there before, and that person's notes, by their ids.

    `behind` is its row where another import had brought something to the item before: some of what it says may be there
    only because of that one. Where that person's save is, too, nothing was brought at all.
    """

    item: str
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    behind: Row | None = None


@dataclass(frozen=True, slots=True)
class Saving:
    """A save with all that is said at once; `libraries` are those that it is shared with as well."""

    mark: Mark
    tags: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    libraries: tuple[str, ...] = ()


class Imports(Protocol):
    async def add_pages(self, workspace: str, pages: Sequence[tuple[NewItem, datetime]]) -> dict[str, str]:
        """Adds those whose key no item has, as old as that, in few steps. Returns the ids of the items under all these
        keys, by their keys; the posts of what is added are left alone."""
        ...

    async def save(self, workspace: str, savings: Sequence[Saving]) -> None:
        """Adds all of it to items that are there, one saving each, in few steps."""
        ...

    async def unsave(self, workspace: str, savings: Sequence[Saving]) -> None:
        """Puts the marks, which have ended, and takes these tags, notes and shares away, in few steps."""
        ...

    async def marks(self, person: PersonKey, items: Collection[str]) -> list[Mark]:
        """The marks of that person on these items, tombstones included."""
        ...

    async def shares(self, workspace: str, items: Collection[str]) -> dict[str, set[str]]:
        """The libraries that these items are shared with, by the items that are shared at all."""
        ...

    async def put(self, bringing: Bringing, rows: Sequence[Row]) -> None:
        """Keeps it with its rows until they are worked off."""
        ...

    async def get(self, workspace: str, id: str) -> Bringing | None: ...  # noqa: A002

    async def of(self, workspace: str, person: str | None = None) -> list[Bringing]:
        """Newest first; of all people where none is given."""
        ...

    async def drop(self, workspace: str, id: str) -> None:  # noqa: A002
        """Forgets it with its rows, and what it brought; that stays where it is."""
        ...

    async def begin(self, workspace: str, id: str, before: ImportState, now: ImportState) -> bool:  # noqa: A002
        """Whether it was in that state before; now it is in the other, may be claimed at once and has not failed. Where
        it is tried again it goes on where it was; else nothing is done yet."""
        ...

    async def fail(self, bringing: Bringing, state: ImportState) -> None:
        """It could not be gone on with once more, and is in this state now; it stays claimed until its lease ends.
        Raises LeaseLost where the fence is no longer its own."""
        ...

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Bringing | None:
        """The earliest one under way that nobody is at, or whose worker lost its lease."""
        ...

    async def rows(self, bringing: Bringing, most: int) -> list[Row]:
        """Its next ones, in the order of the file."""
        ...

    async def brought(self, bringing: Bringing, most: int) -> list[Brought]:
        """What is still to be taken out again, always in the same order."""
        ...

    async def of_others(self, bringing: Bringing, items: Collection[str]) -> list[tuple[Bringing, Brought]]:
        """What other imports brought to these items and could be undone, the earliest import first. Until the
        transaction ends nobody else changes the items."""
        ...

    async def amend(self, bringing: Bringing, brought: Sequence[Brought]) -> None:
        """Puts this in place of what it had brought to these items, whoever is at it."""
        ...

    async def worked_off(
        self, bringing: Bringing, rows: int, brought: Sequence[Brought], broken: Sequence[Broken] = ()
    ) -> None:
        """So many of its next rows are done and brought this, or turned out to be broken; whoever likes may claim it
        again, and it has not failed. Raises LeaseLost where the fence is no longer its own."""
        ...

    async def taken_out(self, bringing: Bringing, items: Collection[str]) -> None:
        """What it brought to these is out again; whoever likes may claim it, and it has not failed. Raises LeaseLost
        likewise."""
        ...

    async def finish(self, bringing: Bringing, state: ImportState) -> None:
        """Forgets the rows that are left. Raises LeaseLost likewise."""
        ...

    async def forget_before(self, at: datetime, state: ImportState) -> None:
        """Drops those in this state that were asked for before then; what they brought stays."""
        ...

    async def erase(self, person: PersonKey) -> None:
        """Drops all of this person, also those under way."""
        ...
