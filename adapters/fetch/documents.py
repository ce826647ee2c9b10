"""Reads links and files for the engine. An attempt returns its outcome: nothing here waits and tries again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from adapters.fetch.answers import beginning_of, refusal, text_of
from adapters.fetch.doors import is_a_door
from adapters.fetch.files import read_beside
from adapters.fetch.guard import CheckedResolver, NamesOfThisMachine, Reach, checked
from adapters.fetch.page import KINDS_OF_PAGES, MOST_OF_A_PAGE, title_of
from bot.domain.links import LONGEST, is_short, is_web_address
from bot.errors import Rejected, Unavailable
from bot.ports import Clock

PATIENCE = 10.0
"""Seconds for all of it, redirects included."""
MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
USUAL_RESOLVERS: dict[Reach, Callable[[], AbstractResolver]] = {
    Reach.PUBLIC: aiohttp.ThreadedResolver,
    Reach.THIS_MACHINE: NamesOfThisMachine,
}
MAYBE_ANOTHER_WAY = {400, 401, 403, 405, 406, 501}
"""How servers answer that know no HEAD."""


class GuardedDocuments:
    """`folder` is where the configuration lies. It carries no cookies, no sign-in and no proxy of the environment."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        reach: Reach = Reach.PUBLIC,
        *,
        patience: float = PATIENCE,
        resolver: Callable[[], AbstractResolver] | None = None,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._reach = reach
        self._patience = patience
        self._resolver = resolver or USUAL_RESOLVERS[reach]

    async def read(self, place: str) -> str:
        scheme, separator, rest = place.partition("://")
        if not separator:
            return await asyncio.to_thread(read_beside, self._folder, place)
        address = checked(f"https://{rest}" if scheme.casefold() == "webcal" else place, self._reach)
        async with self._session(address.host or "") as session:
            return await self._text_at(session, address)

    async def leads_to(self, url: str) -> str:
        first = checked(url, self._reach)
        async with self._session(first.host or "") as session:
            return await self._end_of(session, url)

    async def title(self, url: str) -> str:
        address = checked(url, self._reach)
        async with self._session(address.host or "") as session, self._page_at(session, address) as answer:
            if answer.content_type not in KINDS_OF_PAGES or is_a_door(answer.url, instead_of=address):
                return ""
            body = await beginning_of(answer, answer.url.host or "", MOST_OF_A_PAGE)
            return await asyncio.to_thread(title_of, body, answer.charset)

    async def _text_at(self, session: aiohttp.ClientSession, address: URL) -> str:
        async with self._page_at(session, address) as answer:
            return await text_of(answer, answer.url.host or "")

    @asynccontextmanager
    async def _page_at(self, session: aiohttp.ClientSession, address: URL) -> AsyncIterator[aiohttp.ClientResponse]:
        """What is there once nothing leads on any more, to be read."""
        for _ in range(MOST_REDIRECTS + 1):
            async with session.get(address, allow_redirects=False) as answer:
                if answer.status not in REDIRECTS:
                    self._raise_refusal(answer)
                    yield answer
                    return
                address = self._redirected(answer)
        raise _too_far(address)

    async def _end_of(self, session: aiohttp.ClientSession, url: str) -> str:
        """The first address that stands for no other; it is not asked."""
        for _ in range(MOST_REDIRECTS + 1):
            if not is_short(url):
                return url
            address = checked(url, self._reach)
            further = await self._further(session, address)
            if further is None:
                return url
            url = further
        raise _too_far(checked(url, self._reach))

    async def _further(self, session: aiohttp.ClientSession, address: URL) -> str | None:
        """Where it leads, if anywhere. What is there is not read."""
        async with session.head(address, allow_redirects=False) as answer:
            if answer.status not in MAYBE_ANOTHER_WAY:
                return self._target(answer)
        async with session.get(address, allow_redirects=False) as answer:
            return self._target(answer)

    def _target(self, answer: aiohttp.ClientResponse) -> str | None:
        if answer.status not in REDIRECTS:
            self._raise_refusal(answer)
            return None
        target = str(_joined(answer))
        if len(target) > LONGEST or not is_web_address(target):
            raise Rejected(f"{answer.url.host} leads to something that is no web page.")
        return target

    def _redirected(self, answer: aiohttp.ClientResponse) -> URL:
        return checked(_joined(answer), self._reach)

    def _raise_refusal(self, answer: aiohttp.ClientResponse) -> None:
        refused = refusal(answer, answer.url.host or "", self._clock.now())
        if refused:
            raise refused

    @asynccontextmanager
    async def _session(self, host: str) -> AsyncIterator[aiohttp.ClientSession]:
        """For one question. Raises what may be raised to the engine."""
        connector = aiohttp.TCPConnector(
            resolver=CheckedResolver(self._resolver(), self._reach), use_dns_cache=False, force_close=True
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": _user_agent(), "Accept-Encoding": "gzip"},
            auto_decompress=False,
            requote_redirect_url=False,
            timeout=aiohttp.ClientTimeout(total=None),
        )
        session._retry_connection = False  # noqa: SLF001 - without it a GET is sent twice; there is no public switch
        try:
            async with asyncio.timeout(self._patience), session:
                yield session
        except (aiohttp.InvalidURL, UnicodeError):  # a name that is empty or too long between two dots
            raise Rejected(f"The link to {host} is no web address. Check it.") from None
        except aiohttp.ClientConnectorCertificateError:
            raise Unavailable(f"{host} has no valid certificate, so that it may be somebody else.") from None
        except TimeoutError:
            raise Unavailable(f"{host} did not answer within {self._patience:g} seconds.") from None
        except (aiohttp.ClientError, OSError):
            raise Unavailable(f"{host} cannot be reached, or its answer broke off.") from None


def _joined(answer: aiohttp.ClientResponse) -> URL:
    """Where a redirect leads, seen from where it was met."""
    try:
        return answer.url.join(URL(answer.headers.get("Location", "").strip()))
    except ValueError:
        raise Rejected(f"{answer.url.host} leads to something that is no web address. Check the link.") from None


def _too_far(address: URL) -> Rejected:
    return Rejected(f"The link leads on and on, lately to {address.host}. Use the one that it should lead to.")


def _user_agent() -> str:
    try:
        return f"Staffroom/{version('staffroom')}"
    except PackageNotFoundError:
        return "Staffroom"
