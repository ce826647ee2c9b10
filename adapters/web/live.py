"""Pages that stay current: a bell that rings when something changed, and the stream of events a browser listens to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from bot.errors import StaffroomError

LOOK_AGAIN_AFTER = 15.0
"""Seconds after which a stream looks by itself, for what another process changed; it also keeps the line open."""


class Bell:
    """Everybody who waits hears the next ring. Once closed nobody waits any more."""

    def __init__(self) -> None:
        self._next = asyncio.Event()
        self.closed = False

    def ring(self) -> None:
        rung, self._next = self._next, asyncio.Event()
        rung.set()

    def close(self) -> None:
        self.closed = True
        self.ring()

    def next_ring(self) -> asyncio.Event:
        """To be taken before looking, so that no ring falls between looking and waiting."""
        return self._next

    async def versions(self, look: Callable[[], Awaitable[str]], every: float = LOOK_AGAIN_AFTER) -> AsyncIterator[str]:
        """What `look` finds: at once, at every ring, and every so many seconds."""
        while not self.closed:
            ring = self.next_ring()
            yield await look()
            await heard(ring, every)


async def heard(ring: asyncio.Event, patience: float) -> bool:
    """Whether it rang while the patience lasted."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await ring.wait()
    return ring.is_set()


async def stream(
    request: web.Request, bell: Bell, look: Callable[[], Awaitable[str]], every: float = LOOK_AGAIN_AFTER
) -> web.StreamResponse:
    """Server-Sent Events: the version of what there is to see, whenever it changed; a browser fetches what it lacks."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    told = ""
    with suppress(StaffroomError, ConnectionError):
        await response.prepare(request)
        async for version in bell.versions(look, every):
            await response.write(b": still here\n\n" if version == told else f"data: {version}\n\n".encode())
            told = version
    return response
