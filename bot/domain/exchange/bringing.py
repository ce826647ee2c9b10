"""A file that somebody brings in: what is in it, and how far it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.exchange.entry import Said

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest file that is looked at, and the most rows in it."""

    megabytes: int
    rows: int

    @property
    def bytes(self) -> int:
        return self.megabytes * MEGABYTE


ON_THE_WEB = Limits(5, 20_000)
ON_THE_COMMAND_LINE = Limits(200, 500_000)
"""Whoever runs Staffroom brings in what another one exported whole."""
MOST_NAMED = 100
"""So many of the broken rows are named, and so many of those that are cut."""


class ImportForm(StrEnum):
    """
    bookmarks   what a browser writes: Netscape's bookmark file
    json        our own
    """

    BOOKMARKS = "bookmarks"
    JSON = "json"


class ImportState(StrEnum):
    """
    shown      looked through and shown to whoever brought it; nothing is in the library yet
    waiting    to be worked off, or being so
    stuck      left alone after it failed again and again; a part of it may be in the library
    done       all of it is in the library
    undoing    to be taken out again, or being so
    undo stuck left alone likewise; a part of it may be out again
    undone     what it alone had brought is out again
    """

    SHOWN = "shown"
    WAITING = "waiting"
    STUCK = "stuck"
    DONE = "done"
    UNDOING = "undoing"
    UNDO_STUCK = "undo stuck"
    UNDONE = "undone"

    @property
    def when_stuck(self) -> "ImportState":
        """Of one that is under way."""
        return ImportState.STUCK if self is ImportState.WAITING else ImportState.UNDO_STUCK

    @property
    def when_tried_again(self) -> "ImportState | None":
        """None for one that is not stuck."""
        return {ImportState.STUCK: ImportState.WAITING, ImportState.UNDO_STUCK: ImportState.UNDOING}.get(self)


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be brought in, by the line of the file where it begins, and its title."""

    line: int
    reason: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """A row of which a part is too long to be kept whole: `what`, in a sentence."""

    line: int
    what: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """One page of a file that is brought in. `tags` and `notes` are as they are kept, the latter oldest first and
    without a name; `citations` are source and id of posts that lead to it. `saved_at` is when it was kept where it
    comes from, where that is known."""

    line: int
    url: str
    title: str
    tags: tuple[str, ...] = ()
    notes: tuple[Said, ...] = ()
    saved_at: datetime | None = None
    kind: str = ""
    shelf: str = ""
    libraries: tuple[str, ...] = ()
    citations: tuple[tuple[str, str], ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class Bringing:
    """An import into the library of a department, by its key. It is `vouched` where whoever brings it looks after the
    workspace. `new` is how many of its `total` rows the library did not have when it was looked through, `done` how
    many are worked off; `broken` are the first of those that cannot be brought in, `broken_count` is how many; `cut`
    are the first of those that are not kept whole, `cut_count` is how many. `failures` is how often in a row it could
    not be gone on with, `fence` grows with every claim."""

    id: str
    workspace: str
    person: str
    form: ImportForm
    library: str
    asked_at: datetime
    state: ImportState
    total: int
    new: int = 0
    done: int = 0
    broken: tuple[Broken, ...] = ()
    broken_count: int = 0
    cut: tuple[Cut, ...] = ()
    cut_count: int = 0
    vouched: bool = False
    failures: int = 0
    fence: int = 0

    @property
    def is_under_way(self) -> bool:
        return self.state in {ImportState.WAITING, ImportState.UNDOING}

    @property
    def is_stuck(self) -> bool:
        return self.state.when_tried_again is not None
