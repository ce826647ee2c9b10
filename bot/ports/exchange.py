"""What the web page asks of the engine to give things out of the library and to take things in."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.events import Person
from bot.domain.exchange import Bringing, Format, Listing
from bot.domain.keys import PersonKey
from bot.domain.people import Role


@dataclass(frozen=True, slots=True)
class Download:
    """A file that is written while it is sent. `pieces` raises StoreError where the store cannot be read on."""

    name: str
    media_type: str
    pieces: AsyncIterator[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FeedCard:
    """`made_by` is the name of whoever made it, where it is known; `title` says what it is the news of."""

    id: str
    title: str
    made_by: str
    made_at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class NewFeed:
    """The secret is known to nobody afterwards: only a digest of it is kept."""

    id: str
    title: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FeedText:
    """`id` is the feed's own, which may be logged; `etag` stands in quotes."""

    id: str
    text: str = field(repr=False)
    etag: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be exported or subscribed to, as value and label each."""

    libraries: Sequence[tuple[str, str]] = ()
    tags: Sequence[tuple[str, str]] = ()
    shelves: Sequence[tuple[str, str]] = ()
    digests: Sequence[tuple[str, str]] = ()


class Exchange(Protocol):
    """All of it is of the workspace of the person who asks. What a role does not allow raises Mistake."""

    async def choices(self, who: PersonKey) -> Choices: ...

    async def export(self, who: PersonKey, what: Listing, into: Format) -> Download:
        """Raises Mistake for what cannot be exported so."""
        ...

    async def feeds(self, who: PersonKey, role: Role) -> Sequence[FeedCard]:
        """Those that this person made; an owner sees everybody's. Newest first."""
        ...

    async def make_feed(self, who: Person, what: Listing) -> NewFeed:
        """Raises Mistake for what has no feed, or where the person has too many."""
        ...

    async def end_feed(self, who: PersonKey, role: Role, feed: str) -> str:
        """Says that it ended; its address leads nowhere from now on."""
        ...

    async def feed(self, secret: str, address: str) -> FeedText | None:
        """What is read at `address`, which carries the secret; None where there is no such feed any more."""
        ...

    async def look_through(self, who: Person, role: Role, file: bytes, library: str) -> Bringing:
        """What is in the file, kept for a day to be confirmed. Nothing of it is in the library yet. Raises Mistake for
        a file that cannot be read."""
        ...

    async def imports(self, who: PersonKey, role: Role) -> Sequence[Bringing]:
        """Those of this person; an owner sees everybody's. Newest first."""
        ...

    async def one_import(self, who: PersonKey, role: Role, id: str) -> Bringing | None: ...  # noqa: A002

    async def confirm(self, who: PersonKey, role: Role, id: str) -> str:  # noqa: A002
        """Says that it is being worked off. A second time changes nothing."""
        ...

    async def drop(self, who: PersonKey, role: Role, id: str) -> str:  # noqa: A002
        """Gives up one that is not confirmed."""
        ...

    async def undo(self, who: PersonKey, role: Role, id: str) -> str:  # noqa: A002
        """Takes out again what it alone brought, soon."""
        ...

    async def try_again(self, who: PersonKey, role: Role, id: str) -> str:  # noqa: A002
        """Goes on with one that is stuck, soon. With any other nothing happens."""
        ...
