"""What the gateway told, on its way into the inbox: in order, and nothing lost in silence.

Discord has no acknowledgement of what it tells. What cannot be kept is tried again at once, and then the engine is told
that something was missed, so that it asks which reactions stand.
"""

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from bot.domain.events import Event
from bot.errors import StaffroomError
from bot.plugins import ChatTools

MOST_WAITING = 10_000
TRIES = 3

log = structlog.get_logger(__name__)


class Reports:
    """Open from `open` to `close`; outside of that nothing reaches the inbox. `kept` is called when something did."""

    def __init__(self, tools: ChatTools, kept: Callable[[], None]) -> None:
        self._tools = tools
        self._kept = kept
        self._is_keeping = False
        self._waiting: deque[Event] = deque()
        self._came = asyncio.Event()
        self._is_open = False
        self._has_missed = False
        self._worker: asyncio.Task[None] | None = None

    @property
    def are_kept(self) -> bool:
        return not self._waiting and not self._is_keeping

    def open(self) -> None:
        self._is_open = True
        self._worker = asyncio.create_task(self._work())

    def tell(self, event: Event) -> None:
        if not self._is_open:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._has_missed = True
        else:
            self._waiting.append(event)
        self._came.set()

    async def close(self) -> None:
        """What was told before is kept first, as long as that can be: the next start looks for the rest."""
        self._is_open = False
        self._came.set()
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker

    async def _work(self) -> None:
        while self._is_open or self._waiting:
            while self._waiting:
                self._is_keeping = True
                await self._keep(self._waiting.popleft())
                self._is_keeping = False
                self._kept()
            if self._has_missed:
                self._has_missed = False
                self._tools.missed()
            self._came.clear()
            if self._is_open:
                await self._came.wait()

    async def _keep(self, event: Event) -> None:
        for _ in range(TRIES):
            try:
                await self._tools.inbox.accept(event)
            except StaffroomError as problem:
                log.warning("what Discord told could not be kept", problem=str(problem))
            except Exception as mistake:
                log.exception("what Discord told could not be kept", problem=type(mistake).__name__)
                break
            else:
                return
        self._has_missed = True
        if not self._is_open:
            self._waiting.clear()
