"""A source of posts in memory, which keeps the promises of `bot.ports.PostSource`."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from bot.domain.budget import Money, Prices, Resources
from bot.domain.check import Check, Health
from bot.domain.coverage import Span
from bot.domain.matching import TopicIndex
from bot.domain.post import Author, Post
from bot.domain.topic import Topic, TopicKind
from bot.errors import OutOfAllowance, StaffroomError
from bot.ports import Accounts, Allowance, Batch, Clock, Receipt, Want

MICROSECOND = timedelta(microseconds=1)


class FakeSource:
    """Gives `posts` as far as they are written, `page_size` at a time, at `prices`. Each of `failures` is raised once,
    by the next request, which then costs nothing. `asked` are the wants it was asked for."""

    def __init__(
        self,
        clock: Clock,
        *,
        name: str = "x",
        prices: Prices | None = None,
        page_size: int = 100,
        posts: Iterable[Post] = (),
        people: Iterable[Author] = (),
    ) -> None:
        self.name = name
        self.label = name.upper()
        self.prices = prices or Prices()
        self.page_size = page_size
        self.posts = list(posts)
        self.people = list(people)
        self.failures: list[StaffroomError] = []
        self.asked: list[Want] = []
        self._clock = clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def fail_next(self, error: StaffroomError, times: int = 1) -> None:
        self.failures += [error] * times

    async def read(self, wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:
        for want in wants:
            self.asked.append(want)
            if want.topic.source in ("", self.name):
                async for batch in self._pages(want, allowance):
                    yield batch

    async def _pages(self, want: Want, allowance: Allowance) -> AsyncIterator[Batch]:
        asked = Span(want.span.start, min(want.span.end, self._clock.now()))
        matching = self._matching(want.topic, asked)
        given = 0
        while asked.length and given < want.limit:
            size = await self._affordable(min(want.limit - given, self.page_size), allowance)
            receipt = await self._request("read", Resources(posts=size), allowance, [want.topic])
            page, given = matching[given : given + size], given + size
            covered = Span(_read_back_to(matching[given:], asked.start), asked.end)
            yield Batch(
                receipt=Receipt(receipt.reservation, Resources(posts=len(page))),
                posts=page,
                certain=[want.topic],
                covered=[(want.topic, covered)] if covered.length else [],
            )
            if given >= len(matching):
                return

    async def _affordable(self, size: int, allowance: Allowance) -> int:
        left = await allowance.left()
        if left is None or not self.prices.post:
            return size
        if left < self.prices.post:
            raise OutOfAllowance("The budget does not allow another read.")
        return min(size, left // self.prices.post)

    async def _request(
        self, endpoint: str, worst: Resources, allowance: Allowance, topics: Sequence[Topic] = ()
    ) -> Receipt:
        reservation = await allowance.reserve(endpoint, Money(worst.cost(self.prices)), topics)
        if self.failures:
            await allowance.settle(Receipt(reservation, Resources()))
            raise self.failures.pop(0)
        return Receipt(reservation, worst)

    def _matching(self, topic: Topic, span: Span) -> list[Post]:
        index = TopicIndex([topic], self._account_ids(topic))
        found = [post for post in self.posts if span.start <= post.created_at < span.end and index.topics_of(post)]
        return sorted(found, key=lambda post: post.created_at, reverse=True)

    def _account_ids(self, topic: Topic) -> dict[Topic, str]:
        known = [each.id for each in self.people if each.handle.casefold() == topic.key]
        return {topic: known[0]} if known and topic.kind is TopicKind.ACCOUNT else {}

    async def accounts(self, handles: Sequence[str], allowance: Allowance) -> Sequence[Accounts]:
        asked = {handle.removeprefix("@").casefold() for handle in handles}
        found = {each.handle.casefold(): each for each in self.people if each.handle.casefold() in asked}
        return [await self._accounts(len(asked), found, sorted(asked - found.keys()), allowance)]

    async def authors(self, posts: Sequence[Post], allowance: Allowance) -> Sequence[Accounts]:
        asked = {post.author_id for post in posts}
        found = {each.id: each for each in self.people if each.id in asked}
        try:
            return [await self._accounts(len(asked), found, sorted(asked - found.keys()), allowance)]
        except OutOfAllowance:
            return []

    async def _accounts(
        self, asked: int, found: dict[str, Author], missing: Sequence[str], allowance: Allowance
    ) -> Accounts:
        receipt = await self._request("users", Resources(users=asked), allowance)
        return Accounts(Receipt(receipt.reservation, Resources(users=len(found))), found, missing)

    async def check(self) -> Sequence[Check]:
        return [Check(self.label, Health.OK, f"{len(self.posts)} posts in memory.")]


def _read_back_to(left: Sequence[Post], start: datetime) -> datetime:
    return left[0].created_at + MICROSECOND if left else start
