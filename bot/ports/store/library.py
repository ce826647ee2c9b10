"""What is in the library, its history, and what was taken out of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.exchange import Listing
from bot.domain.history import ItemChange
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Item, Mark, NewItem, Note
from bot.domain.search import Query, Total


class Library(Protocol):
    async def add(self, workspace: str, item: NewItem, at: datetime) -> str:
        """The id of the item that its post leads to already; else of the one under its key, new or not, which the post
        leads to from now on. Of an erased post nothing is known but its item."""
        ...

    async def renew(self, workspace: str, item: NewItem) -> None:
        """Replaces what is searched of its post in the item that it leads to, where there is one; where that is the
        post itself, address, title and kind as well."""
        ...

    async def links(self) -> list[tuple[str, str, str]]:
        """Pages of the web that were saved, in all workspaces: workspace, item and address. Asked for only when
        somebody names a post, so it may take a moment."""
        ...

    async def take_link_away(self, workspace: str, item: str, post: PostKey) -> None:
        """From now on the item is that of this post, of which nothing is known: address and title go, tags, notes and
        saves stay."""
        ...

    async def marks(self, workspace: str, item: str, person: str) -> list[Mark]:
        """All marks of that person on the item, tombstones included."""
        ...

    async def marked(self, person: PersonKey, origin: str) -> list[str]:
        """The items on which that person has a mark of this origin, tombstones included."""
        ...

    async def last_saved(self, person: PersonKey) -> str | None:
        """The item that this person saved last, of those whose save stands. What was removed is none."""
        ...

    async def put_mark(self, workspace: str, mark: Mark) -> None:
        """Adds it or replaces the one of the same item, person and origin."""
        ...

    async def end_marks(self, person: PersonKey, item: str | None, at: datetime, ending: Ending) -> int:
        """Ends the standing marks on one item, or on all. Returns how many; with ERASED the ended ones count too."""
        ...

    async def items(self, workspace: str, ids: Collection[str], viewer: str | None = None) -> dict[str, Item]:
        """Those that exist, saved or not. Private notes and saves only the viewer's."""
        ...

    async def of_post(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, Item]:
        """The items that these posts lead to and that somebody's save keeps in the library; none of a post that is
        hidden by a report. Private saves keep nothing there."""
        ...

    async def led_to(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, list[str]]:
        """The items that each of these posts leads to and that somebody saved, also to themselves alone."""
        ...

    async def share(self, workspace: str, item: str, library: str, by: str, at: datetime) -> bool:
        """Puts it into the library of a department as well, for as long as it is saved. False where it is shared so
        already."""
        ...

    async def unshare(self, workspace: str, item: str, library: str) -> bool:
        """False where it was not shared so. Saves made in that department keep it there all the same."""
        ...

    async def departments(self, workspace: str) -> list[str]:
        """The departments by name: those of channels, and those that something is in the library of, whose channels are
        gone, by their keys. By their keys in order."""
        ...

    async def has_departments(self, workspace: str) -> bool: ...

    async def tag(self, workspace: str, item: str, tags: Collection[str], by: str, at: datetime) -> None:
        """Adds tags; one that is there stays as it is."""
        ...

    async def note(self, workspace: str, item: str, note: Note) -> None:
        """Adds a note to the item, or replaces the one of its id there."""
        ...

    async def noted(self, person: PersonKey) -> list[str]:
        """The items that have a note by that person, private or not, each once."""
        ...

    async def tags(self, workspace: str, having: str, most: int, least: int = 1) -> list[str]:
        """Tags of what stands in the library that have this somewhere, whatever its case and accents: those of most
        items first, then by name. Here and below, `least` leaves out what fewer people saved and nobody vouched for."""
        ...

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
        """Saved items that have what the query says, and how many there are in all: those that have its words in more
        important places first, by title, tags, notes and text; then, and without words, the newest save first. Of very
        many only the newest are weighed, and where there is a search, they are counted only as far as `total_of` says.
        Those whose post is hidden by a report are left out."""
        ...

    async def known_words(
        self, workspace: str, shortest: int, longest: int, beginnings: Collection[str] = ("",)
    ) -> list[str]:
        """Words of so many letters with one of these beginnings, folded, by which something may be found: what is
        suggested of them has to be looked for first, because others may not find it. Without a beginning all words are
        read, which takes long."""
        ...

    async def savers_of_authors(
        self, workspace: str, authors: Collection[tuple[str, str]], least: int = 1
    ) -> dict[tuple[str, str], int]:
        """How many people have a standing save of a post by each author, given by source and author id; authors
        without one are left out."""
        ...

    async def active_since(self, workspace: str, since: datetime, limit: int, least: int = 1) -> tuple[list[str], int]:
        """Items that stand in the library and were saved, tagged or noted since then: first those with which most
        people did so, then those with which somebody did last; and how many there are in all. Those whose post is
        hidden by a report are left out."""
        ...


class History(Protocol):
    """Who changed what about the items of the library."""

    async def add(self, workspace: str, *changes: ItemChange) -> None:
        """In this order, in few steps. Their `name` is not kept."""
        ...

    async def of_item(self, workspace: str, item: str, limit: int, offset: int) -> tuple[list[ItemChange], int]:
        """Newest first, of what was changed at once the last one, and how many there are in all."""
        ...

    async def forget_note(self, workspace: str, item: str, note: str) -> None:
        """What the note of that id said goes, also what it said before."""
        ...

    async def forget(self, person: PersonKey) -> None:
        """What their notes said goes, and that it was them."""
        ...


@dataclass(frozen=True, slots=True)
class RemovedItem:
    """Found nowhere, and restorable until it is erased. `by` is who removed it, empty once they are forgotten."""

    item: Item
    at: datetime
    by: str


class Care(Protocol):
    """What is changed about an item that is there. Each waits for others who are at the same item."""

    async def hold(self, workspace: str, item: str) -> None:
        """From now on, until the transaction ends, nobody else changes the item."""
        ...

    async def untag(self, workspace: str, item: str, tags: Collection[str]) -> None: ...

    async def drop_note(self, workspace: str, item: str, note: str) -> None:
        """By its id."""
        ...

    async def retitle(self, workspace: str, item: str, title: str) -> None:
        """From now on no other title of its post or page replaces it."""
        ...

    async def set_kind(self, workspace: str, item: str, kind: str) -> None:
        """From now on no other kind replaces it."""
        ...

    async def remove(self, workspace: str, item: str, by: str, at: datetime) -> bool:
        """From now on it is found nowhere, and nobody's save counts. False where it is removed already."""
        ...

    async def restore(self, workspace: str, item: str) -> bool:
        """Saves that stand count again. False where it is not removed."""
        ...

    async def removed_at(self, workspace: str, item: str) -> datetime | None:
        """None where it is not removed."""
        ...

    async def removed_under(self, workspace: str, new: NewItem) -> str | None:
        """The item that this one would join, where that is removed."""
        ...

    async def is_erased(self, workspace: str, item: str) -> bool:
        """Whether what it said was erased: it can be saved anew, but not restored."""
        ...

    async def rewrite(self, workspace: str, item: str, new: NewItem) -> None:
        """Gives an item that was erased what it says anew. Its post is cited when it is added."""
        ...

    async def merge(self, workspace: str, item: str, into: str) -> None:
        """Makes one of two items: saves, tags, notes, shares, history, the posts that lead to it and what imports
        brought of it go over, where the other has not the same; a save that was taken back there gives way to one that
        stands. The first is no longer there."""
        ...

    async def removed(self, workspace: str, limit: int, offset: int) -> tuple[list[RemovedItem], int]:
        """Newest first, and how many there are in all. What is erased is not among them."""
        ...

    async def erase_removed(self, before: datetime, most: int) -> int:
        """Erases what was removed before then, in all workspaces, with its history; but for its key, by which it stays
        removed, and its saves, which end as erased. Returns how many there were."""
        ...


@dataclass(frozen=True, slots=True)
class Untitled:
    """A page in the library whose title is wanted. `tries` is how often it was asked for before."""

    workspace: str
    item: str
    url: str
    tries: int


class Titles(Protocol):
    """Pages in the library that say by themselves what they are called."""

    async def want(self, workspace: str, items: Collection[str], at: datetime) -> None:
        """The page's own title is to be read from then on, unless somebody wrote one, or it was tried before."""
        ...

    async def claim(self, now: datetime, lease: timedelta, most: int) -> list[Untitled]:
        """Those that are due, in all workspaces, now this worker's until the lease ends: those wanted first come
        first."""
        ...

    async def later(self, untitled: Untitled, at: datetime | None) -> None:
        """To be tried again then; with None not again."""
        ...

    async def found(self, untitled: Untitled, title: str) -> str | None:
        """Gives it that title and returns the one before; None where somebody wrote one meanwhile, or it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in a listing. `at` is when it was saved, by whomever the listing is about."""

    at: datetime
    item: str


class Listings(Protocol):
    async def standing(self, workspace: str, what: Listing, *, viewer: str, least: int, most: int) -> list[Place]:
        """What stands there, newest first, at most so much of it. What was removed, is hidden by a report, or was saved
        by fewer than `least` people and vouched for by nobody is left out, and so is what others keep for themselves
        alone; among their own saves people find all of that but what was removed or is hidden. Of digests, and of what
        a search finds, nothing."""
        ...

    async def found(self, workspace: str, query: Query, *, viewer: str, least: int, most: int) -> list[Place]:
        """What the search finds for that person, as `Library.find` says, but newest first, at most so much of it."""
        ...

    async def known(self, workspace: str, keys: Collection[str], least: int = 1) -> set[str]:
        """Those of the keys under which something stands in the library that so many people saved, or somebody vouched
        for."""
        ...

    async def shelves(self, workspace: str, least: int = 1) -> list[str]:
        """The shelves that public marks put things on which everybody finds, by name: what was removed, is hidden by a
        report, or was saved by fewer than `least` people and vouched for by nobody does not count."""
        ...
