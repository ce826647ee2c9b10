"""The connection to Discord's gateway, kept up for as long as we run.

discord.py resumes a session by itself after a cut, a request to connect again and missed heartbeats, and begins a new
one where Discord forgot it. What it gives up at, we try again later.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord
import structlog
from discord.errors import ConnectionClosed
from yarl import URL

from adapters.discord.api import Api, Json
from adapters.discord.errors import WRONG_CREDENTIALS
from adapters.discord.section import DiscordSection
from adapters.discord.wire.client import Hear, StaffroomClient
from bot.errors import AdapterError, Unauthorised, Unavailable
from bot.plugins import ChatTools

SECONDS_TO_SAY_GOODBYE = 3
SECONDS_A_SHARD = 6
"""Sessions of several shards begin five seconds after each other."""

WRONG_TOKEN, WRONG_SHARD, TOO_FEW_SHARDS, UNKNOWN_INTENTS, FORBIDDEN_INTENTS = 4004, 4010, 4011, 4013, 4014
_CLOSED = {
    WRONG_TOKEN: WRONG_CREDENTIALS,
    WRONG_SHARD: (
        "Discord refuses how this process is numbered among the shards. Check shards and shard_ids of [discord]."
    ),
    TOO_FEW_SHARDS: (
        "Staffroom is in too many Discord servers for one connection. Leave shards of [discord] at 0, so that Discord "
        "says how many it needs."
    ),
    FORBIDDEN_INTENTS: "Discord does not let this application hear what people do. Is it switched off or limited?",
}
NOT_REACHED = "Discord's gateway cannot be reached. Does the firewall let websockets through?"
NO_MORE_TODAY = "Staffroom connected to Discord so often today that it has to wait until {at:%H:%M} UTC. Start it then."

_UNREADABLE = (KeyError, IndexError, TypeError, AttributeError, ValueError, discord.DiscordException)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds: how long connecting may take, how long silence is borne, what has to be between two sessions that
    begin, how long to wait after discord.py gave up, at first and at most, and how long people wait before Discord is
    told that their answer comes later."""

    to_connect: float = 30.0
    for_a_heartbeat: float = 60.0
    between_sessions: float = 5.0
    first_pause: float = 30.0
    longest_pause: float = 600.0
    for_an_answer: float = 2.0


class Gateway:
    """`hear` is called with everything that the gateway tells. `us` is our own id, 0 before the first connection.
    `away_since` is None while the connection is there, `problem` says why discord.py gave up."""

    def __init__(
        self,
        section: DiscordSection,
        tools: ChatTools,
        api: Api,
        hear: Hear,
        *,
        patience: Patience,
    ) -> None:
        self._section = section
        self._tools = tools
        self._api = api
        self._hear = hear
        self._patience = patience
        self._ever_connected: set[int] = set()
        self._connected: set[int] = set()
        self._ready: set[int] = set()
        self._settled = asyncio.Event()
        self._client: StaffroomClient | None = None
        self._connecting: StaffroomClient | None = None
        self._running: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self.us = 0
        self.away_since: datetime | None = None
        self.problem = ""

    @property
    def client(self) -> StaffroomClient | None:
        """Who knows the servers: whoever is connected or was last, until another one knows them."""
        return self._client or self._connecting

    @property
    def speaking(self) -> StaffroomClient | None:
        """Whom the gateway talks to."""
        return self._connecting or self._client

    async def open(self) -> None:
        """Returns once all servers are known. Raises Unauthorised or Unavailable with a sentence."""
        await self._connect()
        self._keeper = asyncio.create_task(self._keep())

    async def close(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        await self._hang_up(self._client)

    # ------------------------------------------------------------------------------------------------------- connecting

    async def _connect(self) -> asyncio.Task[None]:
        """Returns what runs for as long as the connection holds."""
        told = await self._api.gateway()
        self._refuse_when_exhausted(told)
        self._api.requests.gateway = URL(self._section.gateway_url or str(told.get("url", "")))
        shards = self._section.shards or _number(told.get("shards"), 1)
        client = self._connecting = self._make_client(shards)
        self._settled.clear()
        self._connected.clear()
        self._ready.clear()
        try:
            await client.login(self._section.token.get_secret_value())
            running = self._running = asyncio.create_task(client.connect())
            await self._until_settled(running, len(client.shard_ids or ()))
            self._client = client
        except _UNREADABLE as mistake:
            raise _not_understood(mistake) from None
        finally:
            self._connecting = None
            if self._client is not client:
                await self._hang_up(client)
        return running

    def _make_client(self, shards: int) -> StaffroomClient:
        return StaffroomClient(
            self._api.requests,
            self._heard,
            shards=shards,
            shard_ids=self._section.shard_ids,
            connect_timeout=self._patience.to_connect,
            heartbeat_timeout=self._patience.for_a_heartbeat,
            identify_pause=self._patience.between_sessions,
        )

    def _refuse_when_exhausted(self, told: Json) -> None:
        """Discord takes a token away that begins too many sessions a day."""
        limit = told.get("session_start_limit") or {}
        if _number(limit.get("remaining"), 1) == 0:
            at = self._tools.clock.now() + timedelta(milliseconds=_number(limit.get("reset_after"), 0))
            raise Unavailable(NO_MORE_TODAY.format(at=at))

    async def _until_settled(self, running: asyncio.Task[None], shards: int) -> None:
        seconds = self._patience.to_connect + SECONDS_A_SHARD * (shards - 1)
        settled = asyncio.create_task(self._settled.wait())
        try:
            await asyncio.wait({running, settled}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            settled.cancel()
        if running.done():
            raise _why(running)
        if not self._settled.is_set():
            raise Unavailable(NOT_REACHED)

    async def _hang_up(self, client: StaffroomClient | None) -> None:
        """Without waiting long for the other side to say goodbye."""
        running, self._running = self._running, None
        try:
            async with asyncio.timeout(SECONDS_TO_SAY_GOODBYE):
                if client is not None and not client.is_closed():
                    await client.close()
        except Exception as mistake:  # noqa: BLE001 - it is over, however it ended
            log.debug("Discord was not told goodbye", problem=type(mistake).__name__)
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    # ------------------------------------------------------------------------------------------------------- keeping it

    async def _keep(self) -> None:
        """Where discord.py gave up, connects anew, after longer and longer pauses."""
        pause = self._patience.first_pause
        while True:
            try:
                running = self._running or await self._connect()
                self.problem, pause = "", self._patience.first_pause
                await asyncio.wait({running})
                raise _why(running)  # noqa: TRY301 - noted as whatever else ends it
            except AdapterError as problem:
                self._note(problem)
            except Exception as mistake:
                log.exception("a mistake while Discord was connected")
                self._note(_not_understood(mistake))
            await self._hang_up(self._client)
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._patience.longest_pause)

    def _note(self, problem: AdapterError) -> None:
        self.problem = str(problem)
        self.away_since = self.away_since or self._tools.clock.now()
        log.error("the connection to Discord ended", problem=self.problem)

    # ---------------------------------------------------------------------------------------------------------- hearing

    def _heard(self, event: str, *told: object, **more: object) -> None:
        match event:
            case "disconnect":
                self.away_since = self.away_since or self._tools.clock.now()
            case "resumed":
                self.away_since = None
            case "shard_connect" if isinstance(told[0], int):
                self._session_began(told[0])
            case "shard_ready" if isinstance(told[0], int):
                self._ready.add(told[0])
        self._hear(event, *told, **more)
        if not self._settled.is_set() and self._knows_everything():
            self._settled.set()

    def _session_began(self, shard: int) -> None:
        """A new one brings nothing of what happened before it."""
        if self.speaking and self.speaking.user:
            self.us = self.speaking.user.id
        self.away_since = None
        if shard in self._ever_connected:
            self._tools.missed()
        self._ever_connected.add(shard)
        self._connected.add(shard)

    def _knows_everything(self) -> bool:
        """All servers, or as many as Discord tells of: it leaves out those that it has trouble with."""
        client = self._connecting
        if client is None:
            return False
        shards = set(client.shard_ids or ())
        return shards <= self._ready or (
            shards <= self._connected and not any(guild.unavailable for guild in client.guilds)
        )


def _why(running: asyncio.Task[None]) -> AdapterError:
    """Why discord.py gave up."""
    error = None if running.cancelled() else running.exception()
    match error:
        case AdapterError():
            return error
        case discord.PrivilegedIntentsRequired():
            return Unauthorised(_CLOSED[FORBIDDEN_INTENTS])
        case ConnectionClosed(code=code) if code in _CLOSED:
            return Unauthorised(_CLOSED[code])
        case ConnectionClosed(code=code):
            return Unavailable(f"Discord closed the connection (code {code}). It is tried again.")
        case None:
            return Unavailable(NOT_REACHED)
        case _:
            return _not_understood(error)


def _not_understood(mistake: BaseException) -> Unavailable:
    log.error("Discord told something that cannot be read", problem=type(mistake).__name__)
    return Unavailable("Discord told something that cannot be read. The connection is made anew.")


def _number(told: object, otherwise: int) -> int:
    return told if isinstance(told, int) else otherwise
