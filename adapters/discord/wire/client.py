"""The real discord.py, with as little in memory as it can do with: it speaks the gateway's protocol, and knows servers,
channels and roles. What people do goes on as Discord sent it."""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord.state import AutoShardedConnectionState

from adapters.discord.requests import Requests

INTENTS = discord.Intents(guilds=True, guild_reactions=True)
MOST_DOUBLINGS = 5
"""Half a minute at most between two tries to connect again; discord.py itself waits up to 17 minutes."""

INTERACTION, REACTION = "staffroom_interaction", "staffroom_reaction"
CAME_IN, GONE_MEANWHILE = "staffroom_came_in", "staffroom_gone_meanwhile"
CHANGES_SERVERS = {
    *(CAME_IN, GONE_MEANWHILE, "shard_connect"),
    *("guild_join", "guild_remove", "guild_update", "guild_available", "guild_unavailable"),
}

Json = Mapping[str, Any]
Hear = Callable[..., None]
"""Called with the name of what the gateway told, and what belongs to it, the moment it was told."""


@dataclass(frozen=True, slots=True)
class Position:
    """Up to which report of a session everything is kept, and where the session goes on."""

    session: str
    sequence: int
    gateway: str


class _State(AutoShardedConnectionState["StaffroomClient"]):
    """Makes no objects of what people do: they would be kept for views that nobody has, and one that is not as Discord
    describes it would end the connection."""

    def parse_ready(self, data: Any) -> None:  # noqa: ANN401
        """The library keeps servers that took us out while we were away."""
        listed = {int(each["id"]) for each in data["guilds"]}
        shard = data["shard"][0]
        super().parse_ready(data)
        for guild in [each for each in self.guilds if each.shard_id == shard and each.id not in listed]:
            self._remove_guild(guild)
            self.dispatch(GONE_MEANWHILE, guild)

    def parse_guild_create(self, data: Any) -> None:  # noqa: ANN401
        """READY lists the servers we are in; every other one let us in just now."""
        is_new = self._get_guild(int(data["id"])) is None
        super().parse_guild_create(data)
        guild = self._get_guild(int(data["id"]))
        if is_new and guild is not None:
            self.dispatch(CAME_IN, guild)

    def parse_interaction_create(self, data: Any) -> None:  # noqa: ANN401
        self.dispatch(INTERACTION, data)

    def parse_message_reaction_add(self, data: Any) -> None:  # noqa: ANN401
        self.dispatch(REACTION, data, added=True)

    def parse_message_reaction_remove(self, data: Any) -> None:  # noqa: ANN401
        self.dispatch(REACTION, data, added=False)

    def parse_message_reaction_remove_all(self, data: Any) -> None:  # noqa: ANN401
        """Cleared by a moderator: nobody withdrew anything."""

    def parse_message_reaction_remove_emoji(self, data: Any) -> None:  # noqa: ANN401
        """The same."""


class StaffroomClient(discord.AutoShardedClient):
    """`identify_pause` is how many seconds have to be between two sessions that begin."""

    def __init__(
        self,
        requests: Requests,
        hear: Hear,
        *,
        shards: int,
        shard_ids: list[int],
        connect_timeout: float,
        heartbeat_timeout: float,
        identify_pause: float,
    ) -> None:
        self._requests = requests
        self._hear = hear
        self._identify_pause = identify_pause
        self._of_this_process = uuid.uuid4().hex
        self._counted = 0
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody wants to hear us
        super().__init__(
            intents=INTENTS,
            shard_count=shards,
            shard_ids=shard_ids or list(range(shards)),
            shard_connect_timeout=connect_timeout,
            heartbeat_timeout=heartbeat_timeout,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            enable_debug_events=False,
        )

    def _get_state(self, **options: Any) -> _State:  # noqa: ANN401
        """The state is made in the middle of the library's own beginning, and takes the requests along."""
        self.http = self._requests
        return _State(dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002
        if not initial:
            await asyncio.sleep(self._identify_pause)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        if event == "shard_connect":
            self._try_again_soon(args[0])
        self._hear(event, *args, **kwargs)
        super().dispatch(event, *args, **kwargs)

    def moment(self, guild: int) -> str:
        """Which report of the gateway is being told now: Discord repeats reports after a cut, with the same number."""
        try:
            socket = self._get_websocket(guild)
        except (KeyError, TypeError):
            socket = None
        if socket is not None and socket.session_id and socket.sequence is not None:
            return f"{socket.session_id}:{socket.sequence}"
        self._counted += 1
        return f"{self._of_this_process}:{self._counted}"

    @property
    def named_shards(self) -> dict[int, str]:
        return {shard: f"{shard}/{self.shard_count}" for shard in self.shard_ids or ()}

    def positions(self) -> dict[str, Position]:
        """How far each session has got, by the name of its shard."""
        sockets = {self.named_shards[number]: shard._parent.ws for number, shard in self.shards.items()}  # noqa: SLF001
        return {
            name: Position(socket.session_id, socket.sequence, str(socket.gateway))
            for name, socket in sockets.items()
            if socket.session_id and socket.sequence is not None
        }

    def _try_again_soon(self, shard: int) -> None:
        known = self.get_shard(shard)
        if known is not None:
            known._parent._backoff._max = MOST_DOUBLINGS  # noqa: SLF001 - there is no public way
