"""The notice board itself, on a loopback port: it shows what is posted, calls people at `@name` and prints `*bold*`."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

SECRET = "hook-1"
_MARKUP = re.compile(r"\\(?P<plain>[\\@*])|(?P<call>@\w+)|\*(?P<bold>[^*\\]+)\*")


class Board:
    """`outage` is how it is out of order, `retry_after` its next answer, `cut` whether the next one is not given."""

    def __init__(self, runner: web.AppRunner) -> None:
        self._runner = runner
        self._site: web.TCPSite | None = None
        self._port = 0
        self.notes: list[str] = []
        self.obeyed: list[str] = []
        self.outage = ""
        self.retry_after = 0
        self.cut = ""

    @property
    def webhook(self) -> str:
        return f"http://127.0.0.1:{self._port}/{SECRET}"

    async def listen(self) -> None:
        if self._site is None:
            self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
            await self._site.start()
            self._port = self._runner.addresses[0][1]

    async def stop_listening(self) -> None:
        if self._site:
            await self._site.stop()
            self._site = None

    async def take(self, request: web.Request) -> web.StreamResponse:
        if self.outage == "an error with an HTML body":
            return web.Response(status=502, text="<html><h1>Bad gateway</h1></html>", content_type="text/html")
        if self.outage == "a page instead of an answer":
            return web.Response(text="<html>Back soon!</html>", content_type="text/html")
        if self.retry_after:
            wait, self.retry_after = self.retry_after, 0
            return web.Response(status=429, headers={"Retry-After": str(wait)})
        note = await request.json()
        if self.cut:
            self._hang_up(request, note["text"])
            return web.Response(status=204)
        self._pin(note["text"])
        return web.Response(status=204)

    def _hang_up(self, request: web.Request, text: str) -> None:
        cut, self.cut = self.cut, ""
        if cut == "afterwards":
            self._pin(text)
        assert request.transport
        request.transport.close()

    def _pin(self, text: str) -> None:
        self.notes.append(_MARKUP.sub(self._obey, text))

    def _obey(self, match: re.Match[str]) -> str:
        if match["plain"]:
            return match["plain"]
        self.obeyed.append(match[0])
        return match["call"] or match["bold"]


@asynccontextmanager
async def notice_board() -> AsyncIterator[Board]:
    application = web.Application()
    runner = web.AppRunner(application, access_log=None)
    board = Board(runner)
    application.router.add_post(f"/{SECRET}", board.take)
    await runner.setup()
    try:
        await board.listen()
        yield board
    finally:
        await runner.cleanup()
