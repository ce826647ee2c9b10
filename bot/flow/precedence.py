"""Precedence: whoever asked something goes before what is delivered to everybody.

The database has one writer at a time. Without this, each step of an answer would queue behind the bulk of a morning.
"""

import asyncio
from contextlib import suppress

MOST_SECONDS = 0.25
"""Longer than that nobody is kept waiting, however many people ask."""


class Precedence:
    def __init__(self) -> None:
        self._nobody_waits = asyncio.Event()
        self._nobody_waits.set()

    def somebody_waits(self) -> None:
        self._nobody_waits.clear()

    def nobody_waits(self) -> None:
        self._nobody_waits.set()

    async def give_way(self) -> None:
        """Returns when nobody waits for an answer, or after a moment."""
        with suppress(TimeoutError):
            async with asyncio.timeout(MOST_SECONDS):
                await self._nobody_waits.wait()
