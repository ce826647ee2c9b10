"""The gateway of the loopback Discord, with discord.py and with bare websockets as its clients."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests.fakes.clock import FakeClock
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_world import FIRST_GUILD, TOKEN

pytestmark = pytest.mark.asyncio

NOT_PRIVILEGED = 1 | 1 << 10
Json = dict[str, Any]


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer(FakeClock()) as server:
        yield server


class Bot:
    """A bot that only listens: `heard` are the frames, `closed` the code with which it was sent away."""

    def __init__(self, socket: ClientWebSocketResponse, *, is_compressed: bool) -> None:
        self.socket = socket
        self.heard: list[Json] = []
        self._inflator = zlib.decompressobj() if is_compressed else None

    async def say(self, operation: int, data: object) -> None:
        await self.socket.send_str(json.dumps({"op": operation, "d": data}))

    async def identify(self, token: str = TOKEN, intents: int = NOT_PRIVILEGED, **more: object) -> None:
        properties = {"os": "linux", "browser": "test", "device": "test"}
        await self.say(2, {"token": token, "intents": intents, "properties": properties, **more})

    async def resume(self, session: str, sequence: int) -> None:
        await self.say(6, {"token": TOKEN, "session_id": session, "seq": sequence})

    async def next(self) -> Json | int:
        """A frame, or the code with which the connection was closed."""
        message = await asyncio.wait_for(self.socket.receive(), 5)
        if message.type is WSMsgType.BINARY and self._inflator:
            assert message.data.endswith(b"\x00\x00\xff\xff")
            message = message._replace(data=self._inflator.decompress(message.data), type=WSMsgType.TEXT)
        if message.type is WSMsgType.TEXT:
            frame: Json = json.loads(message.data)
            self.heard.append(frame)
            return frame
        return self.socket.close_code or 0

    async def until(self, kind: str) -> Json:
        while True:
            frame = await self.next()
            assert isinstance(frame, dict), f"closed with {frame}"
            if frame.get("t") == kind:
                return frame


@asynccontextmanager
async def bot(server: DiscordServer, *, compress: str = "", version: str = "10") -> AsyncIterator[Bot]:
    query = {"v": version, "encoding": "json", **({"compress": compress} if compress else {})}
    async with ClientSession() as session, session.ws_connect(server.gateway_url, params=query) as socket:
        yield Bot(socket, is_compressed=bool(compress))


@asynccontextmanager
async def a_bot_that_is_ready(server: DiscordServer, **how: Any) -> AsyncIterator[Bot]:
    async with bot(server) as ours:
        await ours.identify(**how)
        await ours.until("READY")
        yield ours


async def code_after(ours: Bot) -> int:
    while True:
        said = await ours.next()
        if isinstance(said, int):
            return said


@pytest.mark.parametrize("compress", ["", "zlib-stream"])
async def test_a_bot_is_greeted_told_who_it_is_and_then_of_each_server(server: DiscordServer, compress: str) -> None:
    async with bot(server, compress=compress) as ours:
        assert await ours.next() == {"op": 10, "d": {"heartbeat_interval": 41250}}
        await ours.identify()
        ready = await ours.until("READY")
        assert ready["d"]["guilds"] == [{"id": FIRST_GUILD, "unavailable": True}]
        assert ready["d"]["resume_gateway_url"] == server.gateway.url
        assert (await ours.until("GUILD_CREATE"))["d"]["name"] == "Hilltop School"


async def test_a_heartbeat_is_answered(server: DiscordServer) -> None:
    async with bot(server) as ours:
        await ours.next()
        await ours.say(1, None)
        assert await ours.next() == {"op": 11}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"intents": NOT_PRIVILEGED | 1 << 15}, 4014),
        ({"intents": 1 << 40}, 4013),
        ({"shard": [1, 1]}, 4010),
    ],
)
async def test_who_may_not_begin_is_sent_away_with_the_reason(server: DiscordServer, given: Json, code: int) -> None:
    async with bot(server) as ours:
        await ours.identify(**given)
        assert await code_after(ours) == code


async def test_a_privileged_intent_that_the_owner_switched_on_is_granted(server: DiscordServer) -> None:
    server.world.app.may = frozenset({"message_content"})
    async with a_bot_that_is_ready(server, intents=NOT_PRIVILEGED | 1 << 9 | 1 << 15) as ours:
        server.people.say("ana", "staffroom", "Good morning.")
        assert (await ours.until("MESSAGE_CREATE"))["d"]["content"] == "Good morning."


async def test_too_few_shards_are_refused(server: DiscordServer) -> None:
    server.gateway.fewest_shards = 2
    async with bot(server) as ours:
        await ours.identify()
        assert await code_after(ours) == 4011


async def test_each_shard_hears_of_its_own_servers_and_the_first_of_direct_messages(server: DiscordServer) -> None:
    home = (int(FIRST_GUILD) >> 22) % 2
    async with a_bot_that_is_ready(server, shard=[home, 2]) as ours:
        assert (await ours.until("GUILD_CREATE"))["d"]["id"] == FIRST_GUILD
    async with a_bot_that_is_ready(server, shard=[1 - home, 2]) as other:
        assert other.heard[-1]["d"]["guilds"] == []


async def test_shards_that_begin_too_soon_after_each_other_have_to_wait(server: DiscordServer) -> None:
    server.gateway.identify_every = 5.0
    async with a_bot_that_is_ready(server, shard=[0, 2]), bot(server) as second:
        await second.next()
        await second.identify(shard=[1, 2])
        assert await second.next() == {"op": 9, "d": False}


async def test_only_what_the_intents_ask_for_is_told(server: DiscordServer) -> None:
    async with a_bot_that_is_ready(server, intents=1) as ours:
        message = server.people.say("ana", "staffroom", "Good morning.")
        server.people.react("ben", message.id, "🔖")
        server.people.rename("maths", "science")
        assert (await ours.until("CHANNEL_UPDATE"))["d"]["name"] == "science"
        assert [each["t"] for each in ours.heard if each.get("t")] == ["READY", "GUILD_CREATE", "CHANNEL_UPDATE"]


async def test_reactions_in_direct_messages_need_an_intent_of_their_own(server: DiscordServer) -> None:
    async with (
        a_bot_that_is_ready(server) as without,
        a_bot_that_is_ready(server, intents=NOT_PRIVILEGED | 1 << 13) as with_it,
    ):
        message = server.people.say("ana", "me", "Good morning.")
        server.people.react("ana", message.id, "🔖")
        server.people.rename("maths", "science")
        await with_it.until("MESSAGE_REACTION_ADD")
        await without.until("CHANNEL_UPDATE")
        assert "MESSAGE_REACTION_ADD" not in [each.get("t") for each in without.heard]


async def test_of_messages_in_a_channel_that_the_bot_may_not_see_nothing_is_told(server: DiscordServer) -> None:
    async with a_bot_that_is_ready(server) as ours:
        message = server.people.say("ben", "staffroom", "Ten exit tickets")
        server.people.deny("staffroom", "View Channel")
        server.people.react("ana", message.id, "🔖")
        server.people.rename("maths", "science")
        while (await ours.until("CHANNEL_UPDATE"))["d"]["name"] != "science":
            assert [each["t"] for each in ours.heard if each.get("t")] == ["READY", "GUILD_CREATE", "CHANNEL_UPDATE"]


async def test_what_happened_while_nobody_listened_is_told_on_resuming_and_only_that(server: DiscordServer) -> None:
    async with a_bot_that_is_ready(server) as ours:
        session = ours.heard[-1]["d"]["session_id"]
        server.people.rename("maths", "science")
        seen = (await ours.until("CHANNEL_UPDATE"))["s"]
        server.gateway.cut()
    server.people.rename("science", "history")
    server.people.rename("history", "music")
    async with bot(server) as again:
        await again.resume(session, seen)
        await again.until("RESUMED")
        assert [each["d"]["name"] for each in again.heard if each.get("t") == "CHANNEL_UPDATE"] == ["history", "music"]


@pytest.mark.parametrize("why", ["unknown", "forgotten", "said good-bye"])
async def test_a_session_that_is_over_cannot_be_resumed(server: DiscordServer, why: str) -> None:
    async with a_bot_that_is_ready(server) as ours:
        session = "nobody" if why == "unknown" else ours.heard[-1]["d"]["session_id"]
        if why == "said good-bye":
            await ours.socket.close(code=1000)
            await server.gateway.until(lambda: not server.gateway.connected)
    if why == "forgotten":
        server.gateway.forget_sessions()
    async with bot(server) as again:
        await again.next()
        await again.resume(session, 2)
        assert await again.next() == {"op": 9, "d": False}


async def test_a_number_that_was_never_told_is_refused(server: DiscordServer) -> None:
    async with a_bot_that_is_ready(server) as ours:
        session = ours.heard[-1]["d"]["session_id"]
        server.gateway.cut()
    async with bot(server) as again:
        await again.resume(session, 1_000)
        assert await code_after(again) == 4007


async def test_a_bot_can_be_asked_to_reconnect_and_be_told_that_its_session_is_over(server: DiscordServer) -> None:
    async with a_bot_that_is_ready(server) as ours:
        await ours.until("GUILD_CREATE")
        server.gateway.ask_to_reconnect()
        server.gateway.invalidate(may_resume=True)
        assert [await ours.next(), await ours.next()] == [{"op": 7, "d": None}, {"op": 9, "d": True}]


@pytest.mark.parametrize(
    ("said", "code"),
    [("no JSON", 4002), ('{"op": 99}', 4001), ('{"op": 3}', 4003), ("[]", 4002), ("x" * 5_000, 4002)],
)
async def test_nonsense_ends_the_connection(server: DiscordServer, said: str, code: int) -> None:
    async with bot(server) as ours:
        await ours.socket.send_str(said)
        assert await code_after(ours) == code


async def test_identifying_twice_ends_the_connection(server: DiscordServer) -> None:
    async with a_bot_that_is_ready(server) as ours:
        await ours.identify()
        assert await code_after(ours) == 4005


async def test_who_says_too_much_is_sent_away(server: DiscordServer) -> None:
    async with a_bot_that_is_ready(server) as ours:
        for _each in range(125):
            await ours.say(3, {})
        assert await code_after(ours) == 4008


async def test_a_version_that_is_not_spoken_is_refused(server: DiscordServer) -> None:
    async with bot(server, version="9") as ours:
        assert await code_after(ours) == 4012


async def test_nothing_at_all_is_said_over_a_line_that_is_mute(server: DiscordServer) -> None:
    async with a_bot_that_is_ready(server) as ours:
        await ours.until("GUILD_CREATE")
        server.gateway.mute()
        await ours.say(1, None)
        server.people.rename("maths", "science")
        await server.gateway.settled()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await ours.next()
