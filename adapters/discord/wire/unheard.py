"""What Discord told a process that ended before it kept it.

Discord has no acknowledgement of what it tells. But as long as it remembers a session, which is some minutes, it tells
it again whatever came after a given report. So it is written down how far everything is kept, and the next process has
the session before its own told to the end. That one brings no servers: for those a new session begins all the same.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import discord
import structlog
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from yarl import URL

from adapters.discord.wire.client import INTERACTION, REACTION, Position, StaffroomClient
from bot.errors import StaffroomError
from bot.ports import Clock, Vault

KEPT_AS = "discord:session"
WRITTEN_AT_LEAST = timedelta(minutes=1)
"""While Discord tells nothing that matters to us."""
SECONDS_TO_TELL, SECONDS_TO_PART = 5, 1

_UNREADABLE = (KeyError, IndexError, TypeError, AttributeError, ValueError)
_GONE = (ReconnectWebSocket, discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, *_UNREADABLE)

Tell = Callable[..., None]
"""Called with the moment that tells a report from every other, what it is, and what Discord sent."""

log = structlog.get_logger(__name__)


class Bookmarks:
    """Writes down how far everything is kept, one at a time and only what is new. Failing to is no harm: what was kept
    already is heard again then, and known by its moment."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self._written: dict[str, Position] = {}
        self._next: dict[str, Position] = {}
        self._at: datetime | None = None
        self._writing: asyncio.Task[None] | None = None

    @property
    def are_old(self) -> bool:
        return self._at is None or self._clock.now() - self._at >= WRITTEN_AT_LEAST

    def note(self, positions: Mapping[str, Position]) -> None:
        """By shard."""
        self._at, self._next = self._clock.now(), dict(positions)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def read(self, shard: str) -> Position | None:
        kept = await self._vault.get(KEPT_AS, shard, self._clock.now())
        try:
            return Position(**json.loads(kept)) if kept else None
        except _UNREADABLE:
            return None

    async def close(self) -> None:
        """A session that is ended with a good-bye is not told again."""
        if self._writing is not None:
            await self._writing
        for shard in self._written:
            await self._vault.remove(KEPT_AS, shard)

    async def _write(self) -> None:
        while changed := [(shard, at) for shard, at in self._next.items() if self._written.get(shard) != at]:
            for shard, at in changed:
                self._written[shard] = at
                try:
                    await self._vault.put(KEPT_AS, shard, json.dumps(asdict(at)))
                except StaffroomError as problem:
                    log.info("how far Discord was heard could not be written down", problem=str(problem))


@asynccontextmanager
async def told_again(client: StaffroomClient, bookmarks: Bookmarks, tell: Tell) -> AsyncIterator[bool]:
    """Has the sessions before told to their end, which takes some seconds at most, and goes on hearing them while new
    ones begin. Yields whether nothing can be missing then. `client` is logged in and not connected."""
    told = [_Former(client, shard, position, tell) for shard, position in await _positions(client, bookmarks)]
    try:
        await asyncio.gather(*[each.hear() for each in told])
        yield len(told) == len(client.named_shards) and all(each.is_told for each in told)
    finally:
        await asyncio.gather(*[each.leave() for each in told])


async def _positions(client: StaffroomClient, bookmarks: Bookmarks) -> list[tuple[int, Position]]:
    read = [(number, await bookmarks.read(name)) for number, name in client.named_shards.items()]
    return [(number, position) for number, position in read if position]


class _Former:
    """A session that a process before us began."""

    def __init__(self, client: StaffroomClient, shard: int, position: Position, tell: Tell) -> None:
        self._client = client
        self._shard = shard
        self._position = position
        self._tell = tell
        self._is_told = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    @property
    def is_told(self) -> bool:
        return self._is_told.is_set()

    async def hear(self) -> None:
        """Returns when all is told, or there is nothing to be told any more."""
        self._listening = asyncio.create_task(self._listen())
        is_told = asyncio.create_task(self._is_told.wait())
        await asyncio.wait({self._listening, is_told}, timeout=SECONDS_TO_TELL, return_when=asyncio.FIRST_COMPLETED)
        is_told.cancel()

    async def leave(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        try:
            socket = await self._resumed()
            try:
                while True:
                    await socket.poll_event()
            finally:
                with suppress(TimeoutError):
                    async with asyncio.timeout(SECONDS_TO_PART):
                        await socket.close()
        except _GONE as problem:
            log.info("Discord does not tell again what it told before", problem=type(problem).__name__)

    async def _resumed(self) -> DiscordWebSocket:
        """Not to be ended with a good-bye: as long as not everything is kept it may be needed again."""
        position = self._position
        socket = await DiscordWebSocket.from_client(
            self._client,
            gateway=URL(position.gateway),
            shard_id=self._shard,
            session=position.session,
            sequence=position.sequence,
            resume=True,
        )
        again = partial(self._again, socket)
        socket._dispatch = lambda *_: None  # noqa: SLF001 - its servers are not ours yet
        socket._discord_parsers = {  # noqa: SLF001
            "INTERACTION_CREATE": partial(again, INTERACTION, is_late=True),
            "MESSAGE_REACTION_ADD": partial(again, REACTION, added=True),
            "MESSAGE_REACTION_REMOVE": partial(again, REACTION, added=False),
            "RESUMED": lambda _: self._is_told.set(),
        }
        return socket

    def _again(self, socket: DiscordWebSocket, event: str, payload: Any, **more: Any) -> None:  # noqa: ANN401
        self._tell(f"{socket.session_id}:{socket.sequence}", event, payload, **more)
