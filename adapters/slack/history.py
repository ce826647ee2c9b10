"""Reading what is written in a channel, where the history scope allows it: only to find what we sent ourselves after a
cut connection, and the links of one message that somebody reacted to."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from itertools import chain

from adapters.slack.api import Calls
from adapters.slack.errors import MissingScope, Refused
from adapters.slack.line import Json
from adapters.slack.message import links_of, place_of, reference
from bot.domain.keys import ChannelKey
from bot.errors import Rejected
from bot.ports import Clock

EVENT_TYPE = "staffroom_delivery"
LOOKED_BACK = timedelta(days=14)
PAGE = 200
MOST_PAGES = 10
MOST_THREADS = 20

CANNOT_ASK = "Slack cannot be asked whether the message is there: Staffroom may not read this channel."
TOO_MUCH = "So much was written in the channel that whether the message is there could not be found out."


def label(delivery: str) -> Json:
    """What a message of ours carries unseen, to be found by."""
    return {"event_type": EVENT_TYPE, "event_payload": {"delivery": delivery}}


class History:
    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    async def find(self, channel: ChannelKey, delivery: str, bot: str) -> str | None:
        """The message of ours, which carry the id `bot`. Raises Rejected where that cannot be said."""
        try:
            conversation = await self._conversation(channel)
            return await self._find(channel.workspace, conversation, delivery, bot)
        except MissingScope:
            raise Rejected(CANNOT_ASK) from None

    async def _find(self, workspace: str, conversation: str, delivery: str, bot: str) -> str | None:
        threads: list[str] = []
        async for message in self._newest_first(workspace, conversation):
            if _carries(message, delivery, bot):
                return reference(conversation, message["ts"])
            if _is_ours(message, bot) and message.get("reply_count"):
                threads.append(message["ts"])
        for thread in threads[:MOST_THREADS]:
            async for message in self._pages(workspace, "conversations.replies", channel=conversation, ts=thread):
                if _carries(message, delivery, bot):
                    return reference(conversation, message["ts"])
        return None

    async def links(self, channel: ChannelKey, message: str) -> Sequence[str]:
        conversation, ts = place_of(channel.channel, message)
        only = {"channel": conversation, "latest": ts, "oldest": ts, "inclusive": "true", "limit": 1}
        try:
            in_channel = await self._calls.read(channel.workspace, "conversations.history", **only)
            in_thread = await self._calls.read(channel.workspace, "conversations.replies", ts=ts, **only)
        except (Refused, MissingScope):
            return ()
        found = chain(in_channel.get("messages") or [], in_thread.get("messages") or [])
        return next((links_of(each) for each in found if each.get("ts") == ts), ())

    async def _conversation(self, channel: ChannelKey) -> str:
        """The one with a person has an id of its own."""
        if not channel.channel.startswith(("U", "W")):
            return channel.channel
        opened = await self._calls.write(channel.workspace, "conversations.open", users=channel.channel)
        return str(opened["channel"]["id"])

    def _newest_first(self, workspace: str, conversation: str) -> AsyncIterator[Json]:
        oldest = f"{(self._clock.now() - LOOKED_BACK).timestamp():.6f}"
        return self._pages(workspace, "conversations.history", channel=conversation, oldest=oldest)

    async def _pages(self, workspace: str, method: str, **where: str) -> AsyncIterator[Json]:
        cursor = None
        for _page in range(MOST_PAGES):
            page = await self._calls.read(
                workspace, method, include_all_metadata="true", limit=PAGE, cursor=cursor, **where
            )
            for message in page.get("messages") or []:
                yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
        raise Rejected(TOO_MUCH)


def _is_ours(message: Json, bot: str) -> bool:
    return bool(bot) and message.get("bot_id") == bot


def _carries(message: Json, delivery: str, bot: str) -> bool:
    """Any app can write such a label; the message has to be ours."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return _is_ours(message, bot) and metadata.get("event_type") == EVENT_TYPE and payload.get("delivery") == delivery
