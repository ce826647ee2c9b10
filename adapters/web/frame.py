"""What stands around every page: who looks, where they can go, and what they are told about what they just did."""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.web.visitor import Visitor, visitor
from bot.domain.keys import PersonKey
from bot.plugins import ChatTools
from bot.ports import ChannelCard

MOST_KEPT = 500
"""Sentences for people whose browser has not shown them yet."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`here` names the page in the navigation, `said` is what the visitor is told, which `is_refused` where nothing was
    done, `is_print` asks for a page as it is put on paper. Only the page on this computer has channels."""

    me: Visitor
    here: str
    channels: Sequence[ChannelCard] = ()
    said: str = ""
    is_refused: bool = False
    is_print: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence, and to whom it is said."""

    person: PersonKey
    sentence: str
    is_refused: bool


class Frames:
    """Makes the frame of a page; what a form's answer says waits here for the page that follows it."""

    def __init__(self, tools: ChatTools) -> None:
        self._pages = tools.pages
        self._said: OrderedDict[str, _Said] = OrderedDict()

    async def of(self, request: web.Request, here: str) -> Frame:
        me = visitor(request)
        channels = await self._pages.channels("web") if me.is_local else ()
        heard = self._heard(request, me)
        sentence, is_refused = (heard.sentence, heard.is_refused) if heard else ("", False)
        return Frame(me, here, channels, sentence, is_refused=is_refused, is_print="print" in request.query)

    def after(self, request: web.Request, path: str, sentence: str) -> web.Response:
        """To the page at `path`, one of ours, which then says the sentence to this visitor and to nobody else. The
        address carries no text."""
        return self._then(request, path, sentence, is_refused=False)

    def refused(self, request: web.Request, path: str, sentence: str) -> web.Response:
        """The same where nothing was done, and why."""
        return self._then(request, path, sentence, is_refused=True)

    def _then(self, request: web.Request, path: str, sentence: str, *, is_refused: bool) -> web.Response:
        key = secrets.token_urlsafe(9)
        self._said[key] = _Said(visitor(request).person.key, sentence, is_refused)
        while len(self._said) > MOST_KEPT:
            self._said.popitem(last=False)
        return web.Response(status=303, headers={"Location": f"{path}{'&' if '?' in path else '?'}said={key}#said"})

    def _heard(self, request: web.Request, me: Visitor) -> _Said | None:
        said = self._said.get(request.query.get("said", ""))
        return said if said and said.person == me.person.key else None
