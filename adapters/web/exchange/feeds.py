"""The feeds themselves: read with nothing but their address, by programs that ask again and again."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiohttp import web

from adapters.web.errors import Refusal, TooOften
from adapters.web.guard import for_strangers
from adapters.web.signin.addresses import asker
from adapters.web.signin.throttle import Throttle
from bot.plugins import ChatTools
from bot.ports import FeedText

NO_FEED = "There is no feed at this address any more. Whoever made it can make another."
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Version:
    etag: str
    since: datetime


class Feeds:
    def __init__(self, tools: ChatTools) -> None:
        self._tools = tools
        self._of_feed = Throttle(tools.clock, at_once=30, a_minute=10)
        self._unknown = Throttle(tools.clock, at_once=30, a_minute=10)
        self._versions: OrderedDict[str, _Version] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/feeds/{secret:[A-Za-z0-9_-]+}.atom", self.read)]

    @for_strangers
    async def read(self, request: web.Request) -> web.Response:
        exchange = self._tools.pages.exchange
        secret = request.match_info["secret"]
        found = await exchange.feed(secret, self.address(request, secret)) if exchange else None
        if found is None:
            _require(self._unknown.wait(asker(request)))
            raise Refusal(404, NO_FEED)
        _require(self._of_feed.wait(found.id))
        return self._answer(request, found)

    def address(self, request: web.Request, secret: str) -> str:
        """As others reach it."""
        return f"{self._tools.public_url or request.url.origin()}/feeds/{secret}.atom"

    def _answer(self, request: web.Request, found: FeedText) -> web.Response:
        since = self._since(found)
        headers = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
        response = web.Response(headers=headers)
        response.etag, response.last_modified = found.etag.strip('"'), since
        if _has_it(request, found.etag.strip('"'), since):
            response.set_status(304)
            return response
        response.content_type, response.charset, response.text = "application/atom+xml", "utf-8", found.text
        return response

    def _since(self, found: FeedText) -> datetime:
        """When this version was seen first, in whole seconds; later than that of the version before."""
        known = self._versions.pop(found.id, None)
        if known is None or known.etag != found.etag:
            now = self._tools.clock.now().astimezone(UTC).replace(microsecond=0)
            after = known.since + timedelta(seconds=1) if known else now
            known = _Version(found.etag, max(now, after))
        self._versions[found.id] = known
        while len(self._versions) > MOST_REMEMBERED:
            self._versions.popitem(last=False)
        return known.since


def _has_it(request: web.Request, etag: str, since: datetime) -> bool:
    """Whether the reader has this version already. Where it names versions, its time does not count."""
    if request.if_none_match is not None:
        return any(each.value in {etag, "*"} for each in request.if_none_match)
    return request.if_modified_since is not None and request.if_modified_since >= since


def _require(wait: int) -> None:
    if wait:
        raise TooOften(wait)
