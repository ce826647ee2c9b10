"""How a loopback Discord tells the bot what happens: its gateway, version 10, in JSON, plain or as a zlib stream."""

import asyncio
import json
import zlib
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from aiohttp import WSMsgType, web

from tests.rigs.discord_server_rules import EVENT_INTENTS, PRIVILEGED
from tests.rigs.discord_server_shapes import guild_create, user_json
from tests.rigs.discord_server_world import Guild, Happening, Json, World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT = 0, 1, 2, 3, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, ACKNOWLEDGED = 8, 9, 10, 11

UNKNOWN_OPCODE, NO_JSON, NOT_IDENTIFIED, WRONG_TOKEN, ALREADY_IDENTIFIED = 4001, 4002, 4003, 4004, 4005
WRONG_SEQUENCE, TOO_MANY_FRAMES, TIMED_OUT, WRONG_SHARD, TOO_FEW_SHARDS = 4007, 4008, 4009, 4010, 4011
WRONG_VERSION, UNKNOWN_INTENT, FORBIDDEN_INTENT = 4012, 4013, 4014

LONGEST_FRAME = 4_096
MOST_FRAMES_A_MINUTE = 120
MOST_KEPT = 5_000
"""Dispatches of a session that it can be told again."""
REMEMBERED_FOR = timedelta(minutes=3)
"""A session without a connection. Discord does not say how long it is."""
KNOWN_INTENTS = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))


@dataclass(frozen=True)
class Frame:
    """A dispatch as it was told."""

    sequence: int
    kind: str
    text: str


@dataclass
class Session:
    """What a bot began by identifying. It outlives its connections, until it is not valid any more."""

    id: str
    shard: tuple[int, int]
    intents: int
    told: deque[Frame] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    sequence: int = 0
    is_valid: bool = True
    connection: "Connection | None" = None
    alone_since: datetime | None = None

    def holds(self, guild: str | None) -> bool:
        """Whether what happens there, or in direct messages for None, is this shard's."""
        number, of = self.shard
        return number == ((int(guild) >> 22) % of if guild else 0)

    def hears(self, happening: Happening) -> bool:
        needed = EVENT_INTENTS.get(happening.kind, (0, 0))[0 if happening.guild else 1]
        return self.holds(happening.guild) and self.intents & needed == needed

    def tell(self, kind: str, data: Json) -> Frame:
        self.sequence += 1
        payload = {"op": DISPATCH, "t": kind, "s": self.sequence, "d": data}
        frame = Frame(self.sequence, kind, json.dumps(payload))
        self.told.append(frame)
        if self.connection:
            self.connection.say(frame.text)
        return frame

    def since(self, sequence: int) -> list[Frame] | None:
        """All that was told after it; None where that is not known any more."""
        if sequence < self.sequence and (not self.told or self.told[0].sequence > sequence + 1):
            return None
        return [each for each in self.told if each.sequence > sequence]


class Connection:
    """A websocket, and what is still to be said over it. With `is_mute` nothing is."""

    def __init__(self, socket: web.WebSocketResponse, *, is_compressed: bool) -> None:
        self.socket = socket
        self.is_compressed = is_compressed
        self.session: Session | None = None
        self.is_mute = False
        self.closed_with = 0
        """The code with which we closed it; 0 where we did not."""
        self.frames_at: deque[float] = deque(maxlen=MOST_FRAMES_A_MINUTE + 1)
        self.is_heard = asyncio.Event()
        """Set by each heartbeat: the bot has read whatever was said before it was asked for one."""
        self._compressor = zlib.compressobj() if is_compressed else None
        self._waiting: asyncio.Queue[str | int] = asyncio.Queue()
        self._speaking = asyncio.create_task(self._speak())

    def say(self, frame: str | Json) -> None:
        self._waiting.put_nowait(frame if isinstance(frame, str) else json.dumps(frame))

    def close(self, code: int) -> None:
        """After all that is still to be said."""
        self._waiting.put_nowait(code)

    def cut(self) -> None:
        """The line goes dead without a word."""
        transport = self.socket._req.transport if self.socket._req else None  # noqa: SLF001 - aiohttp has no other way
        if transport:
            transport.abort()

    async def end(self) -> None:
        self._speaking.cancel()
        with suppress(asyncio.CancelledError):
            await self._speaking

    async def _speak(self) -> None:
        with suppress(ConnectionError):
            while True:
                frame = await self._waiting.get()
                if self.is_mute:
                    continue
                if isinstance(frame, int):
                    self.closed_with = frame
                    await self.socket.close(code=frame)
                    return
                await self._send(frame)

    async def _send(self, text: str) -> None:
        if self._compressor is None:
            await self.socket.send_str(text)
            return
        packed = self._compressor.compress(text.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
        await self.socket.send_bytes(packed)


class _Closes(Exception):
    """What the bot said ends the connection."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Gateway:
    """`serve` is the websocket, `url` its address. `heartbeat` are the seconds between heartbeats that a bot is asked
    for, `shards` how many it is advised to have and `fewest_shards` how many it must. Of `max_concurrency` shards that
    identify within `identify_every` seconds each must be another one by that number. `heard` is all that bots said,
    heartbeats left out."""

    def __init__(self, world: World, url: str = "") -> None:
        self.world = world
        self.url = url
        self.heartbeat = 41.25
        self.shards = 1
        self.fewest_shards = 1
        self.max_concurrency = 1
        self.identify_every = 0.0
        self.is_refusing = False
        """New connections are answered with 503 and a page."""
        self.refuses_with = 0
        """The code with which whoever wants to begin a session is sent away; 0 for nobody."""
        self.heard: list[Json] = []
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.closed_with: list[int] = []
        """The codes with which bots or we closed connections, in order."""
        self.changed = asyncio.Condition()
        """Notified whenever a session begins, is resumed or loses its connection."""
        self._identified_at: dict[int, float] = {}
        world.listeners.append(self._hear)

    @property
    def identified(self) -> int:
        return sum(each["op"] == IDENTIFY for each in self.heard)

    @property
    def resumed(self) -> int:
        return sum(each["op"] == RESUME for each in self.heard)

    @property
    def connected(self) -> list[Session]:
        return [each for each in self.sessions.values() if each.connection]

    async def until(self, condition: Callable[[], bool], within: float = 10.0) -> None:
        """Waits for something that comes about by sessions beginning, ending and being resumed."""
        async with asyncio.timeout(within), self.changed:
            await self.changed.wait_for(condition)

    async def is_ready(self, sessions: int = 1) -> None:
        """Waits until so many sessions are connected."""
        await self.until(lambda: len(self.connected) >= sessions)

    # ------------------------------------------------------------------------------------------------- what is told

    def _hear(self, happening: Happening) -> None:
        if not self._is_seen(happening):
            return
        for session in self.sessions.values():
            if session.is_valid and session.hears(happening):
                session.tell(happening.kind, happening.data)

    def _is_seen(self, happening: Happening) -> bool:
        """Of the messages in a channel that the bot may not look into it hears nothing."""
        channel = self.world.channels.get(happening.data.get("channel_id", ""))
        if channel is None or not happening.kind.startswith("MESSAGE_"):
            return True
        return self.world.may(self.world.app.id, "View Channel", channel)

    async def settled(self) -> None:
        """Everything told so far was read by every bot that is connected, and it had time to do something about it. Not
        to be asked all the time: discord.py makes a pause after 110 heartbeats a minute."""
        for _turn in range(2):
            asked = [each.connection for each in self.connected if each.connection and not each.connection.is_mute]
            for connection in asked:
                connection.is_heard.clear()
                connection.say({"op": HEARTBEAT, "d": None})
            for connection in asked:
                await _heard_or_gone(connection)

    def repeat(self) -> None:
        """Every bot is told the last dispatch of its session once more, under the number it had, as after a resumption
        from too far back."""
        for session in self.connected:
            if session.connection and session.told:
                session.connection.say(session.told[-1].text)

    # ------------------------------------------------------------------------------------------ what becomes of lines

    def ask_to_reconnect(self) -> None:
        for connection in self.connections:
            connection.say({"op": RECONNECT, "d": None})

    def invalidate(self, *, may_resume: bool = False) -> None:
        """Tells every bot that its session is over, or has to be resumed."""
        for session in self.connected:
            session.is_valid = may_resume
            if session.connection:
                session.connection.say({"op": INVALID_SESSION, "d": may_resume})

    def forget_sessions(self) -> None:
        """Whoever comes back has to begin anew."""
        for session in self.sessions.values():
            session.is_valid = False

    def close(self, code: int) -> None:
        for connection in list(self.connections):
            connection.close(code)

    def cut(self) -> None:
        """The lines go dead without a word; what happens meanwhile is kept for who resumes."""
        for connection in list(self.connections):
            self._part(connection)
            connection.cut()

    def mute(self) -> None:
        """From now on bots hear nothing over the lines that are open, and lines opened later are well."""
        for connection in self.connections:
            connection.is_mute = True

    async def hang_up(self) -> None:
        for connection in list(self.connections):
            await connection.end()
            await connection.socket.close(code=1001)

    # ---------------------------------------------------------------------------------------------- what bots say

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.is_refusing:
            return web.Response(status=503, text="<html><body>no healthy upstream</body></html>")
        compress = request.query.get("compress", "")
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, is_compressed=compress == "zlib-stream")
        self.connections.append(connection)
        if request.query.get("v") != "10" or request.query.get("encoding") != "json" or compress == "zstd-stream":
            connection.close(WRONG_VERSION)
        else:
            connection.say({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat * 1_000)}})
        try:
            await self._listen(connection)
        finally:
            self._ended(connection)
            await connection.end()
            async with self.changed:
                self.changed.notify_all()
        return socket

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                connection.close(NO_JSON)
                continue
            try:
                await self._take(connection, message.data)
            except _Closes as closes:
                connection.close(closes.code)

    def _ended(self, connection: Connection) -> None:
        """Who says good-bye has no session any more; who is cut off has."""
        code = connection.closed_with or int(connection.socket.close_code or 1006)
        self.closed_with.append(code)
        if connection.session and not connection.closed_with and code in (1000, 1001):
            connection.session.is_valid = False
        self._part(connection)
        if connection.session and not connection.session.is_valid:
            self.sessions.pop(connection.session.id, None)
        self.connections.remove(connection)

    def _part(self, connection: Connection) -> None:
        if connection.session and connection.session.connection is connection:
            connection.session.connection = None
            connection.session.alone_since = self.world.clock.now()
        connection.is_heard.set()

    async def _take(self, connection: Connection, text: str) -> None:
        said = _read(text)
        operation = said.get("op")
        if operation == HEARTBEAT:
            connection.is_heard.set()
            connection.say({"op": ACKNOWLEDGED})
            return
        self.heard.append(said)
        _count(connection)
        if operation in (IDENTIFY, RESUME):
            if connection.session:
                raise _Closes(ALREADY_IDENTIFIED)
            (self._identify if operation == IDENTIFY else self._resume)(connection, said.get("d") or {})
            async with self.changed:
                self.changed.notify_all()
        elif operation not in (PRESENCE, REQUEST_MEMBERS, 4):
            raise _Closes(UNKNOWN_OPCODE)
        elif connection.session is None:
            raise _Closes(NOT_IDENTIFIED)

    # ----------------------------------------------------------------------------------------------------- sessions

    def _identify(self, connection: Connection, data: Json) -> None:
        if data.get("token") != self.world.app.token:
            raise _Closes(WRONG_TOKEN)
        if self.refuses_with:
            raise _Closes(self.refuses_with)
        shard = self._shard(data.get("shard", (0, 1)))
        intents = self._intents(data.get("intents"))
        if not data.get("properties") or self._comes_too_soon(shard[0]):
            connection.say({"op": INVALID_SESSION, "d": False})
            return
        self.world.app.sessions_left -= 1
        session = Session(f"session{self.identified:04d}{self.world.new_id()}", shard, intents)
        self.sessions[session.id] = session
        _join(connection, session)
        session.tell("READY", self._ready(session))
        for guild in self._guilds(session):
            if not guild.is_unavailable and intents & 1:
                session.tell("GUILD_CREATE", guild_create(self.world, guild))

    def _ready(self, session: Session) -> Json:
        return {
            "v": 10,
            "user": user_json(self.world.bot),
            "guilds": [{"id": each.id, "unavailable": True} for each in self._guilds(session)],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": self.world.app.id, "flags": 0},
            "private_channels": [],
            "presences": [],
            "relationships": [],
            "user_settings": {},
        }

    def _guilds(self, session: Session) -> list[Guild]:
        bot = self.world.app.id
        return [each for each in self.world.guilds.values() if bot in each.members and session.holds(each.id)]

    def _shard(self, given: Sequence[int]) -> tuple[int, int]:
        number, of = given
        if not 0 <= number < of:
            raise _Closes(WRONG_SHARD)
        if of < self.fewest_shards:
            raise _Closes(TOO_FEW_SHARDS)
        return number, of

    def _intents(self, given: Any) -> int:
        if not isinstance(given, int) or given & ~KNOWN_INTENTS:
            raise _Closes(UNKNOWN_INTENT)
        if any(given & intent and name not in self.world.app.may for intent, name in PRIVILEGED.items()):
            raise _Closes(FORBIDDEN_INTENT)
        return given

    def _comes_too_soon(self, shard: int) -> bool:
        bucket = shard % self.max_concurrency
        before = self._identified_at.get(bucket)
        if before is not None and monotonic() - before < self.identify_every:
            return True
        self._identified_at[bucket] = monotonic()
        return False

    def _resume(self, connection: Connection, data: Json) -> None:
        if data.get("token") != self.world.app.token:
            raise _Closes(WRONG_TOKEN)
        session = self.sessions.get(str(data.get("session_id")))
        missed = session.since(data["seq"]) if session and self._is_remembered(session) else None
        if session is None or missed is None:
            connection.say({"op": INVALID_SESSION, "d": False})
            return
        if data["seq"] > session.sequence:
            raise _Closes(WRONG_SEQUENCE)
        _join(connection, session)
        for frame in missed:
            connection.say(frame.text)
        session.tell("RESUMED", {"_trace": []})

    def _is_remembered(self, session: Session) -> bool:
        since = session.alone_since
        is_long_ago = since is not None and self.world.clock.now() - since > REMEMBERED_FOR
        return session.is_valid and not is_long_ago


def _join(connection: Connection, session: Session) -> None:
    """Whoever held the session before has lost it."""
    if session.connection:
        session.connection.close(4_000)
    session.connection, session.alone_since = connection, None
    connection.session = session


def _read(text: str) -> Json:
    if len(text) > LONGEST_FRAME:
        raise _Closes(NO_JSON)
    try:
        said = json.loads(text)
    except ValueError:
        raise _Closes(NO_JSON) from None
    if not isinstance(said, dict):
        raise _Closes(NO_JSON)
    return said


def _count(connection: Connection) -> None:
    """Frames other than heartbeats, because tests ask for many of those."""
    connection.frames_at.append(monotonic())
    too_many = len(connection.frames_at) > MOST_FRAMES_A_MINUTE
    if too_many and connection.frames_at[-1] - connection.frames_at[0] < 60:
        raise _Closes(TOO_MANY_FRAMES)


async def _heard_or_gone(connection: Connection, within: float = 5.0) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await connection.is_heard.wait()
