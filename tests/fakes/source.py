"""A source of posts in memory, which keeps the promises of `bot.ports.PostSource`."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Self
from urllib.parse import quote_plus

from bot.domain.budget import Prices, Resources
from bot.domain.check import Check, Health
from bot.domain.coverage import Span
from bot.domain.languages import written_in
from bot.domain.matching import TopicIndex
from bot.domain.post import Author, Post
from bot.domain.reading.filter import Filter
from bot.domain.standing import Standing
from bot.domain.topic import Topic, TopicKind
from bot.errors import OutOfAllowance, Rejected, StaffroomError
from bot.ports import Accounts, Allowance, Batch, Clock, Counted, Found, Query, Reach, Receipt, Rechecked, Want

MICROSECOND = timedelta(microseconds=1)
ALL_OF_IT = Reach(thresholds=True, languages=True, replies=True, top=True, counts=True)

_POST = re.compile(r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(?:\w+/)+status/(\d{1,19})(?:[/?#].*)?", re.ASCII)


class FakeSource:
    """Gives `posts` as far as they are written, `page_size` at a time, at `prices`, and what of a filter is in `reach`.
    Each of `failures` is raised once, by the next request, which then costs nothing. `asked` are the wants it was asked
    for, and `requests` how many requests left.

    `standings` are of posts that are not there any more, by id: they are neither read nor found. A recheck says `how`
    and answers as `is_final`, free of charge unless `rechecks_cost`; while `is_checking` it has no answer yet. `edited`
    are posts as they are now, by their key's id. `usage_by_day` is what it says it counted itself.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        name: str = "x",
        prices: Prices | None = None,
        page_size: int = 100,
        posts: Iterable[Post] = (),
        people: Iterable[Author] = (),
        reach: Reach = ALL_OF_IT,
    ) -> None:
        self.name = name
        self.label = name.upper()
        self.exports_text = False
        self.prices = prices or Prices()
        self.page_size = page_size
        self.reach = reach
        self.posts = list(posts)
        self.people = list(people)
        self.failures: list[StaffroomError] = []
        self.requests = 0
        self.asked: list[Want] = []
        self.counted: list[Topic] = []
        self.looked_up: list[str] = []
        self.rechecked: list[str] = []
        self.standings: dict[str, Standing] = {}
        self.edited: dict[str, Post] = {}
        self.how = "compliance job"
        self.is_final = False
        self.is_checking = False
        self.rechecks_cost = False
        self.usage_by_day: Mapping[date, int] | None = None
        self._clock = clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def fail_next(self, error: StaffroomError, times: int = 1) -> None:
        self.failures += [error] * times

    # ----------------------------------------------------------------------------------------------------------- read

    def queries(self, wants: Sequence[Want]) -> Sequence[Query]:
        ours = [want for want in wants if want.topic.source in ("", self.name)]
        return [Query(f"{want.topic.label} {want.filter.key}".strip(), (want,), want.limit) for want in ours]

    async def read(self, wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:
        for want in wants:
            self.asked.append(want)
            if want.topic.source in ("", self.name):
                async for batch in self._pages(want, allowance):
                    yield batch

    async def _pages(self, want: Want, allowance: Allowance) -> AsyncIterator[Batch]:
        asked = self._written(want.span)
        found = [post for post in self._matching(want.topic, asked) if self._passes(post, want.filter)]
        matching = self._ordered(found, want.filter)
        given = 0
        while asked.length and given < want.limit:
            size = await self._affordable(min(want.limit - given, self.page_size), allowance)
            receipt = await self._request("read", Resources(posts=size), allowance, [want.topic])
            page, given = matching[given : given + size], given + size
            left = matching[given:]
            covered = Span(_read_back_to(left, asked.start), asked.end)
            is_certain = covered.length and not (left and self._asks_for_top(want.filter))
            yield Batch(
                receipt=Receipt(receipt.reservation, _posts_of(page)),
                posts=page,
                certain=[want.topic],
                covered=[(want.topic, covered)] if is_certain else [],
                filter=want.filter,
                wants=[want],
                ends=not left or given >= want.limit,
                cut=bool(left) and given >= want.limit,
            )
            if not left:
                return

    def _written(self, span: Span) -> Span:
        return Span(span.start, min(span.end, self._clock.now()))

    def _asks_for_top(self, asked_for: Filter) -> bool:
        return asked_for.top and self.reach.top

    def _ordered(self, posts: list[Post], asked_for: Filter) -> list[Post]:
        """Newest first, or the most liked first."""
        newest_first = sorted(posts, key=lambda post: post.created_at, reverse=True)
        if not self._asks_for_top(asked_for):
            return newest_first
        return sorted(newest_first, key=lambda post: post.metrics.likes, reverse=True)

    def _passes(self, post: Post, asked_for: Filter) -> bool:
        return (
            self._reaches_a_threshold(post, asked_for)
            and (not self.reach.languages or not _is_in_another_language(post, asked_for))
            and (not self.reach.replies or asked_for.replies or not post.is_reply or bool(post.links))
        )

    def _reaches_a_threshold(self, post: Post, asked_for: Filter) -> bool:
        thresholds = [(post.metrics.likes, asked_for.min_likes), (post.metrics.reposts, asked_for.min_reposts)]
        given = [(count, least) for count, least in thresholds if least > 0]
        return not self.reach.thresholds or not given or any(count >= least for count, least in given)

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
        reservation = await allowance.reserve(endpoint, worst.cost(self.prices), topics)
        self.requests += 1
        if self.failures:
            await allowance.settle(Receipt(reservation, Resources()))
            raise self.failures.pop(0)
        return Receipt(reservation, worst)

    def _matching(self, topic: Topic, span: Span) -> list[Post]:
        index = TopicIndex([topic], self._account_ids(topic))
        return [post for post in self._there() if span.start <= post.created_at < span.end and index.topics_of(post)]

    def _there(self) -> list[Post]:
        gone = {each for each, standing in self.standings.items() if standing is not Standing.PRESENT}
        return [self.edited.get(post.key.id, post) for post in self.posts if post.key.id not in gone]

    def _account_ids(self, topic: Topic) -> dict[Topic, str]:
        known = [each.id for each in self.people if each.handle.casefold() == topic.key]
        return {topic: known[0]} if known and topic.kind is TopicKind.ACCOUNT else {}

    # ------------------------------------------------------------------------------------------------------ ask about

    async def count(self, topic: Topic, span: Span, allowance: Allowance) -> Counted:
        if not self.reach.counts:
            raise Rejected("This source does not count posts.")
        self.counted.append(topic)
        receipt = await self._request("count", Resources(counts=1), allowance, [topic])
        written = self._written(span)
        return Counted(receipt, len(self._matching(topic, written)), written)

    async def lookup(self, ids: Sequence[str], allowance: Allowance) -> Sequence[Found]:
        asked = list(dict.fromkeys(ids))
        size = await self._affordable(len(asked), allowance) if asked else 0
        self.looked_up += asked[:size]
        return [await self._look_up(asked[:size], allowance)] if size else []

    async def _look_up(self, ids: Sequence[str], allowance: Allowance) -> Found:
        receipt = await self._request("lookup", Resources(posts=len(ids)), allowance)
        known = {each: post for post in self._there() for each in (post.key.id, post.latest_id)}
        posts = {each: known[each] for each in ids if each in known}
        authors = [each for each in self.people if each.id in {post.author_id for post in posts.values()}]
        absent = {each: self.standings.get(each, Standing.GONE) for each in ids if each not in posts}
        return Found(
            Receipt(receipt.reservation, _posts_of(list(posts.values()))),
            posts,
            authors,
            {each: standing for each, standing in absent.items() if standing is not Standing.UNKNOWN},
        )

    async def recheck(self, posts: Sequence[Post], allowance: Allowance) -> AsyncIterator[Rechecked]:
        asked = list(posts)
        if asked and self.rechecks_cost:
            asked = asked[: await self._affordable(len(asked), allowance)]
        self.rechecked += [post.key.id for post in asked]
        if self.failures:
            raise self.failures.pop(0)
        if not asked or self.is_checking:
            return
        worst = Resources(posts=len(asked))
        receipt = await self._request("recheck", worst, allowance) if self.rechecks_cost else None
        standings = {post.key.id: self.standings.get(post.key.id, Standing.PRESENT) for post in asked}
        there = [each for each in self._there() if each.key.id in standings]
        read_anew = there if self.rechecks_cost else [each for each in there if each.key.id in self.edited]
        settled = Receipt(receipt.reservation, _posts_of(read_anew)) if receipt else None
        yield Rechecked(settled, standings, self.how, read_anew, is_final=self.is_final)

    async def usage(self, days: int) -> Mapping[date, int] | None:
        if self.failures:
            raise self.failures.pop(0)
        first = self._clock.now().date() - timedelta(days=days)
        return self.usage_by_day and {day: posts for day, posts in self.usage_by_day.items() if day >= first}

    def post_id(self, url: str) -> str | None:
        found = _POST.fullmatch(url)
        return found[1] if found else None

    def search_url(self, words: str) -> str | None:
        return f"https://x.com/search?q={quote_plus(words)}&f=live" if words.strip() else None

    # --------------------------------------------------------------------------------------------------------- people

    def account_links(self, handle: str) -> Mapping[str, str]:
        return {"Follow": f"https://x.example/follow/{handle}", "Say hello": f"https://x.example/hello/{handle}"}

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
        billed = Resources(users=len(found), user_ids=tuple(author.id for author in found.values()))
        return Accounts(Receipt(receipt.reservation, billed), found, missing)

    async def check(self) -> Sequence[Check]:
        return [Check(self.label, Health.OK, f"{len(self.posts)} posts in memory.")]


def edited(post: Post, text: str) -> Post:
    """The post with another text, under a later id as X gives it."""
    return replace(post, text=text, latest_id=f"{post.latest_id}1")


def _is_in_another_language(post: Post, asked_for: Filter) -> bool:
    """Not so where nobody can tell in which it is."""
    lang = written_in(post.lang)
    return bool(lang and asked_for.languages and lang not in asked_for.languages)


def _posts_of(posts: Sequence[Post]) -> Resources:
    return Resources(posts=len(posts), post_ids=tuple(post.latest_id for post in posts))


def _read_back_to(left: Sequence[Post], start: datetime) -> datetime:
    return left[0].created_at + MICROSECOND if left else start
