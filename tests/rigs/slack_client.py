"""An app of the real Slack SDK at the other end of a loopback Slack, and the blocks it sends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.rigs.slack_server import APP_TOKEN, SlackServer

ROOM = "C0STAFFROOM"
Json = dict[str, Any]


class Listener:
    """An app at the other end of a socket. `acknowledges` says whether it answers, `answer` with what."""

    def __init__(self, client: SocketModeClient) -> None:
        self.client = client
        self.heard: list[SocketModeRequest] = []
        self.acknowledges = True
        self.answer: Json | None = None
        client.socket_mode_request_listeners.append(self._hear)  # type: ignore[arg-type]

    async def _hear(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        if self.acknowledges:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.answer))


@asynccontextmanager
async def listening(slack: SlackServer) -> AsyncIterator[Listener]:
    client = SocketModeClient(APP_TOKEN, web_client=AsyncWebClient(base_url=slack.api, retry_handlers=[]))
    listener = Listener(client)
    await client.connect()  # type: ignore[no-untyped-call]
    await slack.wire.connected.wait()
    try:
        yield listener
    finally:
        await client.close()  # type: ignore[no-untyped-call]
        tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
        await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)


async def refused(client: AsyncWebClient, method: str, **arguments: Any) -> Json:
    """What Slack says when it does not do it."""
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    answer = caught.value.response
    data: Json = answer.data
    return {"status": answer.status_code, "after": answer.headers.get("Retry-After"), **data}


async def code_of(client: AsyncWebClient, method: str, **arguments: Any) -> str:
    return str((await refused(client, method, **arguments))["error"])


async def posted(client: AsyncWebClient, text: str = "Good morning.", **more: Any) -> str:
    answer = await client.chat_postMessage(channel=more.pop("channel", ROOM), text=text, **more)
    return str(answer["ts"])


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str = "Save", action_id: str = "save", **more: Any) -> Json:
    return {"type": "button", "text": plain(label), "action_id": action_id, "value": "save/1", **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def section(text: str) -> Json:
    return {"type": "section", "text": plain(text)}


def a_modal(*blocks: Json, **more: Any) -> Json:
    base = {"type": "modal", "title": plain("Save"), "submit": plain("Save"), "callback_id": "note"}
    return {**base, "blocks": list(blocks), **more}


def an_input(label: str = "Note", optional: bool = False, **element: Any) -> Json:  # noqa: FBT001, FBT002
    shown = {"type": "plain_text_input", "action_id": "answer", **element}
    return {"type": "input", "block_id": label, "label": plain(label), "element": shown, "optional": optional}
