"""Requests to X through tweepy: what may cost money is reserved first, at its worst case."""

from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import aiohttp
from tweepy.asynchronous import AsyncClient

from adapters.x.section import XSection
from adapters.x.session import HostRewritingSession, keep_tweepy_quiet
from adapters.x.shapes import Json, json_object
from bot.domain.budget import Money, Prices, Reservation, Resources, dollars, in_words
from bot.domain.topic import Topic
from bot.errors import AdapterError, OutOfAllowance, Unauthorised, Unavailable, Uncertain
from bot.ports import Allowance, Clock, Receipt

HOW_TO_SIGN_IN = "No bearer token of X is configured. Set STAFFROOM_X__BEARER_TOKEN, or STAFFROOM_X__BEARER_TOKEN_FILE."

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
WHOLE_POSTS = {
    "tweet_fields": POST_FIELDS,
    "expansions": FREE_EXPANSIONS,
    "media_fields": ["alt_text", "type"],
    "poll_fields": ["options"],
}

Request = Callable[[], Awaitable[Any]]


class Client:
    """X's API with the school's token. Open between `open` and `close`."""

    def __init__(self, section: XSection, clock: Clock, timeout: aiohttp.ClientTimeout) -> None:
        self.prices = Prices(
            dollars(section.post_price_usd), dollars(section.user_price_usd), dollars(section.counts_price_usd)
        )
        self.clock = clock
        self._section = section
        self._timeout = timeout

    async def open(self) -> None:
        keep_tweepy_quiet()
        self._session = HostRewritingSession(self._section.base_url, self.clock, self._timeout)
        token = self._section.bearer_token
        self.tweepy = AsyncClient(
            token.get_secret_value() if token else None,
            return_type=aiohttp.ClientResponse,
            wait_on_rate_limit=False,
        )
        self.tweepy.session, self.tweepy.user_agent = self._session, user_agent()

    @property
    def http(self) -> aiohttp.ClientSession:
        """For addresses outside the API: nothing that goes there carries the token."""
        return self._session.http

    async def close(self) -> None:
        await self._session.close()

    async def paid(
        self,
        endpoint: str,
        request: Request,
        worst: Resources,
        allowance: Allowance,
        *,
        topics: Sequence[Topic] = (),
        holds: Sequence[str] = ("data", "meta", "errors"),
    ) -> tuple[Reservation, Json]:
        """The answer to a request that was reserved first, with one of these keys at least. What fails is settled here:
        X bills no refusal and no answer of problems only, but what became of a request without a readable answer nobody
        knows."""
        self._must_be_signed_in()
        reservation = await allowance.reserve(endpoint, worst.cost(self.prices), topics)
        try:
            answered = await request()
        except AdapterError as error:
            fate = None if isinstance(error, Uncertain) else Resources()
            await allowance.settle(Receipt(reservation, fate))
            raise
        answer = json_object(await answered.text("utf-8", "replace"))
        if answer.keys().isdisjoint(holds):
            await allowance.settle(Receipt(reservation, Resources() if "errors" in answer else None))
            raise _unreadable()
        return reservation, answer

    async def free(self, request: Request) -> Json:
        """The answer to a request that X does not bill."""
        self._must_be_signed_in()
        answered = await request()
        answer = json_object(await answered.text("utf-8", "replace"))
        if "data" not in answer:
            raise _unreadable()
        return answer

    def _must_be_signed_in(self) -> None:
        if self._section.bearer_token is None:
            raise Unauthorised(HOW_TO_SIGN_IN)

    async def affordable_posts(self, wanted: int, smallest: int, allowance: Allowance) -> int:
        """How many of the wanted posts the next request may bring. Raises OutOfAllowance below `smallest`."""
        left = await allowance.left()
        if left is None or not self.prices.post:
            return wanted
        affordable = left // self.prices.post
        if affordable < smallest:
            needed = Money(smallest * self.prices.post)
            raise OutOfAllowance(
                f"The budget has {in_words(left)} left, and the smallest read from X may cost {in_words(needed)}. "
                "Reading goes on when the budget allows it again."
            )
        return min(wanted, affordable)


def _unreadable() -> Unavailable:
    return Unavailable("X sent an answer that cannot be read. It is tried again later.")


def user_agent() -> str:
    try:
        return f"Staffroom/{version('staffroom')}"
    except PackageNotFoundError:
        return "Staffroom"
