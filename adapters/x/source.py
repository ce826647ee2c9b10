"""X as a source of posts. Everything it asks for may cost money, so it is reserved first, at its worst case."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Self

import aiohttp

from adapters.x.client import HOW_TO_SIGN_IN, Client, user_agent
from adapters.x.embeds import PublicEmbeds
from adapters.x.links import account_links, post_id, search_url
from adapters.x.lookup import Lookups
from adapters.x.people import People
from adapters.x.recheck import Rechecks
from adapters.x.search import REACH, RecentSearch
from adapters.x.section import XSection
from adapters.x.session import TIMEOUT
from adapters.x.usage import daily_usage
from bot.domain.budget import in_words
from bot.domain.check import Check, Health
from bot.domain.coverage import Span
from bot.domain.post import Post
from bot.domain.topic import Topic
from bot.ports import Accounts, Allowance, Batch, Clock, Counted, Found, Query, Rechecked, Want


class XSource:
    """The parts of X's API that Staffroom reads with, behind one port."""

    name = "x"
    label = "X"
    reach = REACH

    def __init__(self, section: XSection, clock: Clock, *, timeout: aiohttp.ClientTimeout = TIMEOUT) -> None:
        self._section = section
        self.exports_text = section.export_text
        self._client = Client(section, clock, timeout)
        self._search = RecentSearch(self._client, self.name)
        self.prices = self._client.prices

    async def __aenter__(self) -> Self:
        await self._client.open()
        embeds = PublicEmbeds(self._section.oembed_url, self._client.http, user_agent())
        self._people = People(self._client, embeds, self.name)
        self._lookups = Lookups(self._client, self.name)
        self._rechecks = Rechecks(self._client, embeds, self._lookups)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    def read(self, wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:
        return self._search.read(wants, allowance)

    def queries(self, wants: Sequence[Want]) -> Sequence[Query]:
        return self._search.queries(wants)

    async def count(self, topic: Topic, span: Span, allowance: Allowance) -> Counted:
        return await self._search.count(topic, span, allowance)

    async def lookup(self, ids: Sequence[str], allowance: Allowance) -> Sequence[Found]:
        return await self._lookups.lookup(ids, allowance)

    def recheck(self, posts: Sequence[Post], allowance: Allowance) -> AsyncIterator[Rechecked]:
        return self._rechecks.recheck(posts, allowance)

    async def usage(self, days: int) -> Mapping[date, int] | None:
        return await daily_usage(self._client, days)

    def post_id(self, url: str) -> str | None:
        return post_id(url)

    def search_url(self, words: str) -> str | None:
        return search_url(words)

    def account_links(self, handle: str) -> Mapping[str, str]:
        return account_links(handle)

    async def accounts(self, handles: Sequence[str], allowance: Allowance) -> Sequence[Accounts]:
        return await self._people.accounts(handles, allowance)

    async def authors(self, posts: Sequence[Post], allowance: Allowance) -> Sequence[Accounts]:
        return await self._people.authors(posts, allowance)

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
