"""Where posts come from, and what reading may cost."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Protocol, Self

from bot.domain.budget import Money, Prices, Reservation, Resources
from bot.domain.check import Check
from bot.domain.coverage import Span
from bot.domain.post import Author, Post
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.reading.want import Reach, Want
from bot.domain.standing import Standing
from bot.domain.topic import Topic


@dataclass(frozen=True, slots=True)
class Query:
    """How wants are asked for together, in the source's own words. `limit` is how many posts it may bring at most."""

    text: str
    wants: tuple[Want, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reserved request really brought. None: its fate is unknown, so that its worst case stands."""

    reservation: Reservation
    resources: Resources | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request brought. To be stored in one transaction: posts, coverage and receipt together.

    `certain` are topics that every post of the batch matches because the source said so. `covered` is what has now
    been read of what passes `filter`, and `problems` names in plain words what the source left out. `wants` are those
    it belongs to, and `ends` says that nothing more comes for them; `cut`, that there would have been more.
    """

    receipt: Receipt | None
    posts: Sequence[Post] = ()
    authors: Sequence[Author] = ()
    certain: Sequence[Topic] = ()
    covered: Sequence[tuple[Topic, Span]] = ()
    problems: Sequence[str] = ()
    filter: Filter = EVERYTHING
    wants: Sequence[Want] = ()
    ends: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts by the handle they were asked for, folded; `missing` are handles that nobody has or that are closed."""

    receipt: Receipt | None
    found: Mapping[str, Author] = field(default_factory=dict)
    missing: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """How many posts of a topic were written within a span, by the source's own count, which may not match exactly."""

    receipt: Receipt | None
    posts: int
    span: Span


@dataclass(frozen=True, slots=True)
class Found:
    """Posts that were looked up by id. Of an id that is in neither, nothing is known. `posts` may have a newer id than
    was asked for, where they were edited: `latest_id` then says it."""

    receipt: Receipt | None
    posts: Mapping[str, Post] = field(default_factory=dict)
    authors: Sequence[Author] = ()
    absent: Mapping[str, Standing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What has become of posts, by the ids of their keys, and `how` it was found out, for the audit: "compliance job",
    "embed", "look-up". `posts` are those that were read anew on the way, as they are now. With `is_final`, what is
    absent needs no second look some hours later."""

    receipt: Receipt | None
    standings: Mapping[str, Standing]
    how: str
    posts: Sequence[Post] = ()
    is_final: bool = False


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
    """Where posts come from, connected while it is entered. `label` is how people call it, `exports_text` whether what
    its posts say may stand in files that people take away."""

    name: str
    label: str
    prices: Prices
    reach: Reach
    exports_text: bool

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

        Every post inside a covered span that the source would give for the topic and the filter is in a batch that came
        no later. A want whose limit or allowance ran out is covered from its end backwards, as far as it was read, or
        with a filter that asks for the top not at all; a source may round a limit up to its smallest page. Raises
        OutOfAllowance, Throttled, Unavailable, Uncertain, Unauthorised, OutOfCredit or Rejected; batches that came
        before count.
        """
        ...

    def queries(self, wants: Sequence[Want]) -> Sequence[Query]:
        """How `read` would ask for them, each want in exactly one. Asks nothing."""
        ...

    async def count(self, topic: Topic, span: Span, allowance: Allowance) -> Counted:
        """One request. Raises as `read` does, and Rejected where the source does not count (`reach`)."""
        ...

    async def lookup(self, ids: Sequence[str], allowance: Allowance) -> Sequence[Found]:
        """The posts with these ids, as far as the allowance goes. Raises as `read` does."""
        ...

    def recheck(self, posts: Sequence[Post], allowance: Allowance) -> AsyncIterator[Rechecked]:
        """What has become of these posts, the cheapest way there is, as far as the allowance goes; of a post that is in
        no answer nothing was found out, or not yet: a later call about it may know. A failure of one way is tried by
        the next; raises only where all failed."""
        ...

    async def usage(self, days: int) -> Mapping[date, int] | None:
        """How many posts the source itself counted as read on each of the last UTC days; None where it does not say.
        Costs nothing. Raises as `read` does."""
        ...

    def post_id(self, url: str) -> str | None:
        """The id of the post that this address leads to, however it is spelt; None where it leads to no post here."""
        ...

    def search_url(self, words: str) -> str | None:
        """Where people can search the source for these words themselves."""
        ...

    def account_links(self, handle: str) -> Mapping[str, str]:
        """Where people follow the account there or write to it themselves: addresses by what is done there, such as
        `Follow`. None where that is no account, or the source has no such pages."""
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
