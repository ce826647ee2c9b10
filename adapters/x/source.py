"""X as a source of posts. Everything it asks for may cost money, so it is reserved first, at its worst case."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Any, Self

import aiohttp
from tweepy.asynchronous import AsyncClient

from adapters.x.embeds import PublicEmbeds
from adapters.x.parse import Page, parse_page, parse_users
from adapters.x.queries import Query, packed
from adapters.x.section import XSection
from adapters.x.session import TIMEOUT, HostRewritingSession, keep_tweepy_quiet
from adapters.x.shapes import Json, json_object
from adapters.x.windows import read_back_to, readable
from bot.domain.budget import Money, Prices, Reservation, Resources, dollars, in_words
from bot.domain.check import Check, Health
from bot.domain.coverage import Span
from bot.domain.post import Author, Post
from bot.domain.topic import Topic
from bot.errors import AdapterError, OutOfAllowance, StaffroomError, Unauthorised, Unavailable, Uncertain
from bot.ports import Accounts, Allowance, Batch, Clock, Receipt, Want

SMALLEST_PAGE = 10
LARGEST_PAGE = 100
MOST_USERS = 100

POST_FIELDS = [
    "attachments",
    "author_id",
    "conversation_id",
    "created_at",
    "edit_history_tweet_ids",
    "entities",
    "lang",
    "note_tweet",
    "possibly_sensitive",
    "public_metrics",
    "referenced_tweets",
    "text",
    "withheld",
]
# Pictures and polls have no price of their own at X; authors and quoted posts have, and are therefore not asked for.
FREE_EXPANSIONS = ["attachments.media_keys", "attachments.poll_ids"]
MEDIA_FIELDS = ["alt_text", "type"]
POLL_FIELDS = ["options"]
USER_FIELDS = ["name", "profile_image_url", "protected", "public_metrics", "username"]

HOW_TO_SIGN_IN = "No bearer token of X is configured. Set STAFFROOM_X__BEARER_TOKEN, or STAFFROOM_X__BEARER_TOKEN_FILE."

_HANDLE = re.compile(r"\w{1,15}", re.ASCII)

Request = Callable[[], Awaitable[Any]]


class XSource:
    """Recent search over the last seven days, one query for as many topics as fit."""

    name = "x"
    label = "X"

    def __init__(self, section: XSection, clock: Clock, *, timeout: aiohttp.ClientTimeout = TIMEOUT) -> None:
        self.prices = Prices(dollars(section.post_price_usd), dollars(section.user_price_usd))
        self._section = section
        self._clock = clock
        self._timeout = timeout

    async def __aenter__(self) -> Self:
        keep_tweepy_quiet()
        self._session = HostRewritingSession(self._section.base_url, self._clock, self._timeout)
        self._embeds = PublicEmbeds(self._section.oembed_url, self._session.http, _user_agent())
        self._client = self._tweepy()
        return self

    def _tweepy(self) -> AsyncClient:
        token = self._section.bearer_token
        client = AsyncClient(
            token.get_secret_value() if token else None,
            return_type=aiohttp.ClientResponse,
            wait_on_rate_limit=False,
        )
        client.session, client.user_agent = self._session, _user_agent()
        return client

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    # ---------------------------------------------------------------------------------------------------------- posts

    async def read(self, wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:
        ours = [want for want in wants if want.topic.source in ("", self.name)]
        for query in packed(ours):
            async for batch in self._pages(query, allowance):
                yield batch

    async def _pages(self, query: Query, allowance: Allowance) -> AsyncIterator[Batch]:
        """Page after page, newest first, until X has no more, the limit is reached, or it stops making progress."""
        asked, token, left, was_empty = readable(query.span, self._clock.now()), "", query.limit, False
        while asked.length and left > 0:
            size = await self._affordable(left, allowance)
            receipt, page = await self._search(query, asked, size, token, allowance)
            yield self._batch(query, asked, receipt, page)
            is_empty = not page.resources.posts
            if page.next_token in ("", token) or (is_empty and was_empty):
                return
            token, left, was_empty = page.next_token, left - page.resources.posts, is_empty

    async def _affordable(self, wanted: int, allowance: Allowance) -> int:
        """How many posts the next page may bring. X gives no page of fewer than ten."""
        size = max(SMALLEST_PAGE, min(wanted, LARGEST_PAGE))
        left = await allowance.left()
        if left is None or not self.prices.post:
            return size
        affordable = left // self.prices.post
        if affordable < SMALLEST_PAGE:
            needed = Money(SMALLEST_PAGE * self.prices.post)
            raise OutOfAllowance(
                f"The budget has {in_words(left)} left, and the smallest read from X may cost {in_words(needed)}. "
                "Reading goes on when the budget allows it again."
            )
        return min(size, affordable)

    async def _search(
        self, query: Query, asked: Span, size: int, token: str, allowance: Allowance
    ) -> tuple[Receipt, Page]:
        async def request() -> Any:  # noqa: ANN401 - tweepy has no types
            return await self._client.search_recent_tweets(
                query.text,
                start_time=asked.start,
                end_time=asked.end,
                max_results=size,
                next_token=token or None,
                tweet_fields=POST_FIELDS,
                expansions=FREE_EXPANSIONS,
                media_fields=MEDIA_FIELDS,
                poll_fields=POLL_FIELDS,
            )

        worst = Resources(posts=size).cost(self.prices)
        reservation, answer = await self._paid("search/recent", request, worst, allowance, query.topics)
        page = parse_page(answer, read_at=asked.end, source=self.name)
        return Receipt(reservation, page.resources), page

    def _batch(self, query: Query, asked: Span, receipt: Receipt, page: Page) -> Batch:
        covered = asked if not page.next_token else None
        if covered is None and page.oldest is not None:
            covered = read_back_to(page.oldest, asked)
        return Batch(
            receipt=receipt,
            posts=page.posts,
            authors=page.authors,
            certain=query.certain,
            covered=[(topic, covered) for topic in query.topics] if covered and covered.length else [],
            problems=page.problems,
        )

    # -------------------------------------------------------------------------------------------------------- accounts

    async def accounts(self, handles: Sequence[str], allowance: Allowance) -> Sequence[Accounts]:
        asked = list(dict.fromkeys(handle.removeprefix("@").casefold() for handle in handles))
        well_formed = [handle for handle in asked if _HANDLE.fullmatch(handle)]
        impossible = [handle for handle in asked if not _HANDLE.fullmatch(handle)]

        async def look_up(some: Sequence[str]) -> Accounts:
            receipt, found, missing = await self._users("users/by", "usernames", some, allowance)
            by_handle = {author.handle.casefold(): author for author in found}
            absent = {each.casefold() for each in missing} & set(some) - set(by_handle)
            return Accounts(receipt, by_handle, sorted(absent))

        answers = [Accounts(None, missing=impossible)] if impossible else []
        return await _all_it_can(look_up, well_formed, answers)

    async def authors(self, posts: Sequence[Post], allowance: Allowance) -> Sequence[Accounts]:
        by_author = {post.author_id: post for post in posts if post.author_id}
        named = await self._embeds.authors(list(by_author.values()))
        unnamed = [author for author in by_author if author.isdecimal() and author not in named]

        async def look_up(some: Sequence[str]) -> Accounts:
            receipt, found, missing = await self._users("users", "ids", some, allowance)
            return Accounts(receipt, {author.id: author for author in found}, missing)

        try:
            return await _all_it_can(look_up, unnamed, [Accounts(None, named)] if named else [])
        except OutOfAllowance:
            return []

    async def _users(
        self, endpoint: str, key: str, values: Sequence[str], allowance: Allowance
    ) -> tuple[Receipt, list[Author], list[str]]:
        async def request() -> Any:  # noqa: ANN401 - tweepy has no types
            return await self._client.get_users(**{key: list(values)}, user_fields=USER_FIELDS)

        worst = Resources(users=len(values)).cost(self.prices)
        reservation, answer = await self._paid(endpoint, request, worst, allowance)
        found, missing = parse_users(answer, source=self.name)
        return Receipt(reservation, Resources(users=len(found))), found, missing

    # -------------------------------------------------------------------------------------------------------- requests

    async def _paid(
        self, endpoint: str, request: Request, worst: Money, allowance: Allowance, topics: Sequence[Topic] = ()
    ) -> tuple[Reservation, Json]:
        """The answer to a request that was reserved first. What fails is settled here: X bills no refusal, but what
        became of a request without a readable answer nobody knows."""
        if self._section.bearer_token is None:
            raise Unauthorised(HOW_TO_SIGN_IN)
        reservation = await allowance.reserve(endpoint, worst, topics)
        try:
            answered = await request()
        except AdapterError as error:
            fate = None if isinstance(error, Uncertain) else Resources()
            await allowance.settle(Receipt(reservation, fate))
            raise
        answer = json_object(await answered.text("utf-8", "replace"))
        if not answer.keys() & {"data", "meta", "errors"}:
            await allowance.settle(Receipt(reservation, None))
            raise Unavailable("X sent an answer that cannot be read. It is tried again later.")
        return reservation, answer

    # ----------------------------------------------------------------------------------------------------------- check

    async def check(self) -> Sequence[Check]:
        if self._section.bearer_token is None:
            return [
                Check(
                    "X token",
                    Health.FAIL,
                    HOW_TO_SIGN_IN,
                    "Make one in the X developer console, https://console.x.com.",
                )
            ]
        prices = f"{in_words(self.prices.post)} a post, {in_words(self.prices.user)} an account"
        return [
            Check("X token", Health.OK, "A bearer token is set; the first read shows whether X accepts it."),
            Check("X address", Health.OK, f"Reads from {self._section.base_url}, counted at {prices}."),
        ]


async def _all_it_can(
    look_up: Callable[[Sequence[str]], Awaitable[Accounts]], values: Sequence[str], answers: list[Accounts]
) -> Sequence[Accounts]:
    """The answers so far and those for the values, as many at a time as X allows. What was found is kept: a failure
    counts only where there is nothing to lose."""
    for start in range(0, len(values), MOST_USERS):
        try:
            answers.append(await look_up(values[start : start + MOST_USERS]))
        except StaffroomError:
            if not answers:
                raise
            break
    return answers


def _user_agent() -> str:
    try:
        return f"Staffroom/{version('staffroom')}"
    except PackageNotFoundError:
        return "Staffroom"
