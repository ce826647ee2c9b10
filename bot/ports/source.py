"""Where posts come from, and what reading may cost."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from bot.domain.budget import Money, Prices, Reservation, Resources
from bot.domain.check import Check
from bot.domain.coverage import Span
from bot.domain.post import Author, Post
from bot.domain.topic import Topic


@dataclass(frozen=True, slots=True)
class Want:
    """A topic to be read over a span, the newest `limit` posts of it first. `account_id` is known for accounts only."""

    topic: Topic
    span: Span
    limit: int
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reserved request really brought. None: its fate is unknown, so that its worst case stands."""

    reservation: Reservation
    resources: Resources | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request brought. To be stored in one transaction: posts, coverage and receipt together.

    `certain` are topics that every post of the batch matches because the source said so. `covered` is what has now
    been read, and `problems` names in plain words what the source left out.
    """

    receipt: Receipt | None
    posts: Sequence[Post] = ()
    authors: Sequence[Author] = ()
    certain: Sequence[Topic] = ()
    covered: Sequence[tuple[Topic, Span]] = ()
    problems: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts by the handle they were asked for, folded; `missing` are handles that nobody has or that are closed."""

    receipt: Receipt | None
    found: Mapping[str, Author] = field(default_factory=dict)
    missing: Collection[str] = ()


class Allowance(Protocol):
    """What a source may spend. A request is reserved before it leaves, at its worst case."""

    async def left(self) -> Money | None:
        """What may still be spent now, or None without a cap."""
        ...

    async def reserve(self, endpoint: str, worst: Money, topics: Sequence[Topic] = ()) -> Reservation:
        """Counts the worst case against the caps, committed. Raises OutOfAllowance; the request must then not be made.
        A reservation that is never settled stays counted."""
        ...

    async def settle(self, receipt: Receipt) -> None:
        """For answers that bring nothing to store: an error that costs nothing, or a fate that is unknown. What a
        batch carries is settled by whoever stores the batch."""
        ...


class PostSource(Protocol):
    """Where posts come from, connected while it is entered. `label` is how people call it."""

    name: str
    label: str
    prices: Prices

    async def __aenter__(self) -> Self:
        """Opens it. Raises Mistake where what it is configured with cannot be used."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it."""
        ...

    def read(self, wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:
        """Reads the wants, a batch a request, as far as the allowance goes.

        Every post inside a covered span that the source would give for the topic is in a batch that came no later. A
        want whose limit or allowance ran out is covered from its end backwards, as far as it was read; a source may
        round a limit up to its smallest page. Raises OutOfAllowance, Throttled, Unavailable, Uncertain, Unauthorised,
        OutOfCredit or Rejected; batches that came before count.
        """
        ...

    async def accounts(self, handles: Sequence[str], allowance: Allowance) -> Sequence[Accounts]:
        """Looks handles up."""
        ...

    async def authors(self, posts: Sequence[Post], allowance: Allowance) -> Sequence[Accounts]:
        """The authors of these posts, under their author ids, the cheapest way there is."""
        ...

    async def check(self) -> Sequence[Check]:
        """Lines for `staffroom doctor`; spends nothing."""
        ...
