"""How a loopback Slack tells the app what happened: over its sockets, or signed to an address."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from time import time
from urllib.parse import urlencode
from uuid import uuid4

from aiohttp import ClientError, ClientSession, ClientTimeout, WSMsgType, web

from tests.rigs.slack_server_rules import RETRIES_AFTER
from tests.rigs.slack_server_world import APP, SIGNING_SECRET, Clock, Json


@dataclass(frozen=True)
class Told:
    """What became of a payload. `answer` is what the app sent along with its acknowledgement."""

    acknowledged: bool
    answer: Json | None = None
    status: int | None = None

    @property
    def reason(self) -> str:
        """Why it is told again: in Slack's words for requests, which know an answer that was no acknowledgement."""
        return "http_error" if self.status else "timeout"


@dataclass(frozen=True)
class Envelope:
    """`kind` is events_api, slash_commands or interactive; `attempt` counts the times it was told before."""

    kind: str
    payload: Json
    attempt: int = 0
    reason: str = ""


@dataclass
class _Retry:
    due: datetime
    envelope: Envelope


@dataclass
class Wire:
    """`target` is the app's address in HTTP mode; without one it is told over its sockets. `patience` is how many real
    seconds an acknowledgement may take."""

    clock: Clock
    patience: float = 3.0
    target: str = ""
    signing_secret: str = SIGNING_SECRET
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    told: list[Envelope] = field(default_factory=list)
    retries: list[_Retry] = field(default_factory=list)
    mute: bool = False
    """The sockets are open and nothing is told over them, not even an answer to a ping."""
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Json | None]]] = field(default_factory=dict)
    _next: int = 0

    async def tell(self, envelope: Envelope) -> Told:
        """Once, and for an event that was not acknowledged again later (see `redeliver`)."""
        self.told.append(envelope)
        told = await (self._post(envelope) if self.target else self._over_a_socket(envelope))
        if not told.acknowledged and envelope.kind == "events_api":
            self._plan_retry(envelope, told.reason)
        return told

    async def repeat(self) -> Told:
        """The last one once more, as if its acknowledgement had been lost."""
        last = self.told[-1]
        return await self.tell(Envelope(last.kind, last.payload, last.attempt + 1, "timeout"))

    async def redeliver(self) -> list[Told]:
        """All that is due by the clock."""
        now = self.clock.now()
        due = [each for each in self.retries if each.due <= now]
        self.retries = [each for each in self.retries if each.due > now]
        return [await self.tell(each.envelope) for each in due]

    def _plan_retry(self, envelope: Envelope, reason: str) -> None:
        if envelope.attempt < len(RETRIES_AFTER):
            again = Envelope(envelope.kind, envelope.payload, envelope.attempt + 1, reason)
            self.retries.append(_Retry(self.clock.now() + RETRIES_AFTER[envelope.attempt], again))

    # -------------------------------------------------------------------------------------------------------- sockets

    async def serve_socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json(self._hello())
        self.connected.set()
        try:
            async for message in socket:
                if message.type is WSMsgType.PING and not self.mute:
                    await socket.pong(message.data)
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(json.loads(message.data))
        finally:
            self.sockets.remove(socket)
            self._expect_nothing_of(socket)
            if not self.sockets:
                self.connected.clear()
        return socket

    def _expect_nothing_of(self, closed: web.WebSocketResponse) -> None:
        for socket, waiting in self._waiting.values():
            if socket is closed and not waiting.done():
                waiting.set_exception(ConnectionError("It closed before it acknowledged."))

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.sockets),
            "connection_info": {"app_id": APP},
            "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
        }

    def _acknowledge(self, said: Json) -> None:
        _socket, waiting = self._waiting.get(str(said.get("envelope_id")), (None, None))
        if waiting and not waiting.done():
            waiting.set_result(said.get("payload"))

    async def _over_a_socket(self, envelope: Envelope) -> Told:
        """To one of them, by turns."""
        if not self.sockets or self.mute:
            return Told(acknowledged=False)
        self._next += 1
        socket = self.sockets[self._next % len(self.sockets)]
        envelope_id = str(uuid4())
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = socket, waiting
        try:
            await socket.send_json(self._as_socket_message(envelope, envelope_id))
            answer = await asyncio.wait_for(waiting, self.patience)
        except (TimeoutError, ConnectionError):
            return Told(acknowledged=False)
        finally:
            del self._waiting[envelope_id]
        return Told(acknowledged=True, answer=answer)

    def _as_socket_message(self, envelope: Envelope, envelope_id: str) -> Json:
        message: Json = {"envelope_id": envelope_id, "type": envelope.kind, "payload": envelope.payload}
        message["accepts_response_payload"] = envelope.kind != "events_api"
        if envelope.kind == "events_api":
            message |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
        return message

    async def ask_to_leave(self, reason: str = "refresh_requested") -> None:
        """`warning` announces that the socket closes in about ten seconds, `refresh_requested` that it closes now."""
        for socket in list(self.sockets):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})

    async def hang_up(self) -> None:
        """The sockets close without a word."""
        for socket in list(self.sockets):
            await socket.close()

    # ----------------------------------------------------------------------------------------------------------- HTTP

    async def _post(self, envelope: Envelope) -> Told:
        body, kind = _as_http(envelope)
        headers = {"Content-Type": kind, **self._signature(body)}
        if envelope.attempt:
            reason = "http_timeout" if envelope.reason == "timeout" else envelope.reason
            headers |= {"X-Slack-Retry-Num": str(envelope.attempt), "X-Slack-Retry-Reason": reason}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(self.patience)) as session,
                session.post(self.target, data=body, headers=headers) as response,
            ):
                return Told(response.status < 300, _parsed(await response.text()), response.status)
        except (ClientError, TimeoutError):
            return Told(acknowledged=False)

    def _signature(self, body: bytes) -> dict[str, str]:
        """Of the real time: whoever checks it looks at the machine's clock."""
        return signature(self.signing_secret, str(int(time())), body)


def signature(secret: str, at: str, body: bytes) -> dict[str, str]:
    """The headers that prove that a request is Slack's."""
    mac = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256)
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={mac.hexdigest()}"}


def _as_http(envelope: Envelope) -> tuple[bytes, str]:
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload).encode(), "application/json"
    fields = envelope.payload if envelope.kind == "slash_commands" else {"payload": json.dumps(envelope.payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _parsed(text: str) -> Json | None:
    try:
        parsed = json.loads(text)
    except ValueError:
        return {"text": text} if text else None
    return parsed if isinstance(parsed, dict) else None
