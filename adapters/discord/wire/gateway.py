"""The connection to Discord's gateway, kept up for as long as we run.

discord.py resumes a session by itself after a cut, a request to connect again and missed heartbeats, and begins a new
one where Discord forgot it. What it gives up at, we try again later.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import discord
import structlog
from discord.errors import ConnectionClosed
from yarl import URL

from adapters.discord.api import Api, Json
from adapters.discord.errors import WRONG_CREDENTIALS
from adapters.discord.section import DiscordSection
from adapters.discord.wire.client import REACTION, Hear, StaffroomClient
from adapters.discord.wire.unheard import Bookmarks, told_again
from bot.errors import AdapterError, Unauthorised, Unavailable
from bot.plugins import ChatTools

LONGEST_ID = 20
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

_Held = tuple[str, Callable[[], None]]
"""Its moment, and how it is heard."""

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
    """`hear` is called with everything that the gateway tells; `is_at_rest` says whether all that had to be kept of it
    is kept. `us` is our own id, 0 before the first connection.
    `away_since` is None while the connection is there, `problem` says why discord.py gave up, `may_have_missed` whether
    people may have done something since the process before us that Discord did not tell."""

    def __init__(
        self,
        section: DiscordSection,
        tools: ChatTools,
        api: Api,
        hear: Hear,
        *,
        is_at_rest: Callable[[], bool],
        patience: Patience,
    ) -> None:
        self._section = section
        self._tools = tools
        self._api = api
        self._hear = hear
        self._is_at_rest = is_at_rest
        self._patience = patience
        self._ever_connected: set[int] = set()
        self._connected: set[int] = set()
        self._ready: set[int] = set()
        self._settled = asyncio.Event()
        self._bookmarks = Bookmarks(tools.vault, tools.clock)
        self._told_again: list[_Held] = []
        self._held: list[_Held] = []
        self._holds = False
        self._moment = ""
        self._client: StaffroomClient | None = None
        self._connecting: StaffroomClient | None = None
        self._running: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self.us = 0
        self.may_have_missed = True
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
        await self._bookmarks.close()

    def moment(self, guild: int) -> str:
        """Which report of the gateway is being told now."""
        return self._moment or (self.speaking.moment(guild) if self.speaking else "")

    def kept(self) -> None:
        """Something of what was told is kept. Once all of it is, it need not be told again."""
        if self._client and not self._holds and self._is_at_rest():
            self._bookmarks.note(self._client.positions())

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
        self._told_again.clear()
        self._held.clear()
        self._holds = True
        try:
            await client.login(self._section.token.get_secret_value())
            async with told_again(client, self._bookmarks, self._tell_again) as all_told:
                self.may_have_missed = not all_told
                running = self._running = asyncio.create_task(client.connect())
                await self._until_settled(running, len(client.shard_ids or ()))
            self._client = client
        except _UNREADABLE as mistake:
            raise _not_understood(mistake) from None
        finally:
            self._connecting = None
            if self._client is not client:
                await self._hang_up(client)
        self._let_go()
        return running

    def _tell_again(self, moment: str, event: str, payload: object, **more: object) -> None:
        self._told_again.append((moment, partial(self._hear, event, payload, **more)))

    def _let_go(self) -> None:
        """What waited for the servers to be known, in the order in which people did it."""
        self._holds = False
        for moment, hear in (*self._told_again, *self._held):
            self._moment = moment
            hear()
        self._moment = ""
        self.kept()

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
                pause = self._patience.first_pause
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
        if event == REACTION and self._holds:
            self._held.append((self.moment(_guild_in(told[0])), partial(self._hear, event, *told, **more)))
        else:
            self._hear(event, *told, **more)
        if self._bookmarks.are_old:
            self.kept()
        if not self._settled.is_set() and self._knows_everything():
            self._settled.set()

    def _session_began(self, shard: int) -> None:
        """A new one brings nothing of what happened before it."""
        if self.speaking and self.speaking.user:
            self.us = self.speaking.user.id
        self.away_since, self.problem = None, ""
        if shard in self._ever_connected:
            self.may_have_missed = self.may_have_missed or not self._holds
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


def _guild_in(payload: object) -> int:
    guild = payload.get("guild_id") if isinstance(payload, Mapping) else None
    return int(guild) if isinstance(guild, str) and guild.isdecimal() and len(guild) <= LONGEST_ID else 0


def _number(told: object, otherwise: int) -> int:
    return told if isinstance(told, int) else otherwise
