"""The notice board as a chat: it takes a text and answers 204. It gives no reference, so nothing can be taken back."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from bot.domain.channel import Workspace
from bot.domain.check import Check, Health
from bot.domain.keys import ChannelKey
from bot.errors import Rejected, Throttled, Unauthorised, Unavailable, Uncertain
from bot.ports import Abilities, ChatAdapter, Clock, Outgoing, SeenReaction
from bot.views import Message

WORKSPACE = "bulletin:board"
SECONDS_TO_ANSWER = 10.0
ONLY_POSTING = "The notice board can only be posted to."


class BulletinChat(ChatAdapter):
    name = "bulletin"

    def __init__(self, webhook: str, boards: Sequence[str], clock: Clock) -> None:
        self._webhook = urlsplit(webhook)
        self._boards = boards
        self._clock = clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def workspaces(self) -> Sequence[Workspace]:
        return [Workspace(WORKSPACE, self.name, "Notice board")]

    def abilities(self, workspace: str) -> Abilities:  # noqa: ARG002 - there is one
        return Abilities()

    async def send(self, outgoing: Outgoing) -> str | None:
        if outgoing.channel.channel not in self._boards:
            raise Rejected("The notice board has no board of that name.")
        note = {"board": outgoing.channel.channel, "text": plainly(outgoing.message.summary)}
        status, retry_after = await asyncio.to_thread(self._post, json.dumps(note).encode())
        self._raise_for(status, retry_after)
        return None

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:  # noqa: ARG002
        raise Rejected(ONLY_POSTING)

    async def remove(self, channel: ChannelKey, message: str) -> None:  # noqa: ARG002
        raise Rejected(ONLY_POSTING)

    async def find(self, channel: ChannelKey, delivery: str) -> str | None:  # noqa: ARG002
        raise Rejected(ONLY_POSTING)

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None:  # noqa: ARG002
        raise Rejected(ONLY_POSTING)

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:  # noqa: ARG002
        raise Rejected(ONLY_POSTING)

    async def check(self) -> Sequence[Check]:
        return [Check("notice board", Health.OK, f"Posts to {self._webhook.hostname}.")]

    def _post(self, body: bytes) -> tuple[int, str]:
        """One request, and what it was answered with. Until it has left, nothing can have been shown."""
        secure = self._webhook.scheme == "https"
        kind = HTTPSConnection if secure else HTTPConnection
        with closing(kind(self._webhook.netloc, timeout=SECONDS_TO_ANSWER)) as connection:
            try:
                connection.connect()
            except OSError as error:
                raise Unavailable("The notice board cannot be reached.") from error
            try:
                connection.request("POST", self._webhook.path, body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
            except (OSError, HTTPException) as error:
                raise Uncertain("The notice board did not answer.") from error
            return answer.status, answer.getheader("Retry-After", "")

    def _raise_for(self, status: int, retry_after: str) -> None:
        if status == 204:
            return
        if status == 429:
            pause = int(retry_after) if retry_after.isdigit() else 60
            raise Throttled("The notice board asks to wait.", self._clock.now() + timedelta(seconds=pause))
        if status in {401, 403}:
            raise Unauthorised("The notice board refuses the `webhook` of [bulletin]: it may have been replaced.")
        if 400 <= status < 500:
            raise Rejected("The notice board does not take this message.")
        raise Unavailable("The notice board is out of order.")


def plainly(text: str) -> str:
    """On the board `@` calls people and `*` makes bold; a backslash in front takes their meaning away."""
    return "".join(f"\\{letter}" if letter in "\\@*" else letter for letter in text)
