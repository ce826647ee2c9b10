"""How requests reach X. tweepy writes the host into every request and stumbles over refusals: both are mended here."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from adapters.x.errors import failure, refusal
from bot.ports import Clock

TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)


class HostRewritingSession:
    """The part of an aiohttp session that tweepy uses. Sends every request to `base`, whatever host tweepy wrote, and
    raises our errors before tweepy sees an answer that is no success."""

    def __init__(self, base: str, clock: Clock, timeout: aiohttp.ClientTimeout) -> None:
        self._base = URL(base)
        self._clock = clock
        # A connection that was kept may be dead when the next request, minutes later, is sent over it.
        connector = aiohttp.TCPConnector(force_close=True)
        self.http = aiohttp.ClientSession(
            connector=connector, timeout=timeout, trust_env=True, cookie_jar=aiohttp.DummyCookieJar()
        )
        # aiohttp sends a GET again by itself when the connection was cut: X would bill it twice. There is no public
        # switch; aiohttp's own test client uses this one, and a test here counts what arrives.
        self.http._retry_connection = False  # noqa: SLF001

    @property
    def closed(self) -> bool:
        return self.http.closed

    @property
    def headers(self) -> Any:  # noqa: ANN401 - tweepy's word, unused by us
        return self.http.headers

    @asynccontextmanager
    async def request(self, method: str, url: str, **options: Any) -> AsyncIterator[aiohttp.ClientResponse]:  # noqa: ANN401
        try:
            async with self.http.request(method, self._at_base(url), allow_redirects=False, **options) as response:
                body = await response.read()
                if response.status >= HTTPStatus.MULTIPLE_CHOICES:
                    raise refusal(response.status, response.headers, body, self._clock.now())
                yield response
        except (aiohttp.ClientError, TimeoutError) as error:
            raise failure(error) from None

    def _at_base(self, url: str) -> URL:
        base = self._base
        return URL(url).with_scheme(base.scheme).with_host(base.host or "").with_port(base.explicit_port)

    async def close(self) -> None:
        await self.http.close()


def keep_tweepy_quiet() -> None:
    """At DEBUG tweepy logs the headers of every request, and with them the token."""
    logger = logging.getLogger("tweepy")
    logger.setLevel(max(logger.getEffectiveLevel(), logging.INFO))
