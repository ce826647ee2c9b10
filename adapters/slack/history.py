"""Reading what is written in a channel, where the history scope allows it: only to find what we sent ourselves after a
cut connection, and the links of one message that somebody reacted to."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from adapters.slack.api import Calls
from adapters.slack.errors import MissingScope, Refused
from adapters.slack.line import Json
from adapters.slack.message import links_of, place_of, reference
from bot.domain.keys import ChannelKey
from bot.errors import Rejected, Throttled
from bot.ports import Clock

EVENT_TYPE = "staffroom_delivery"
LOOKED_BACK = timedelta(days=14)
PAGE = 200
MOST_PAGES = 10
MOST_THREADS = 20
MOST_BEGUN = 100

CANNOT_ASK = "Slack cannot be asked whether the message is there: Staffroom may not read this channel."
CANNOT_TELL = "Slack does not say which messages are Staffroom's, so whether the message is there is not known."
TOO_MUCH = "So much was written in the channel that whether the message is there could not be found out."


def label(delivery: str) -> Json:
    """What a message of ours carries unseen, to be found by."""
    return {"event_type": EVENT_TYPE, "event_payload": {"delivery": delivery}}


@dataclass
class _Search:
    """How far a search has got: `places` are the methods still to be asked, the channel and then our own threads in
    it, `cursor` and `pages` are of the first."""

    places: deque[tuple[str, Json]]
    cursor: str | None = None
    pages: int = 0
    threads: int = 0

    def add_thread(self, conversation: str, ts: str) -> None:
        self.threads += 1
        self.places.append(("conversations.replies", {"channel": conversation, "ts": ts}))

    def turn(self, page: Json) -> None:
        """To what comes after this page. Raises Rejected where that would be too much."""
        self.cursor, self.pages = (page.get("response_metadata") or {}).get("next_cursor"), self.pages + 1
        if self.cursor and self.pages == MOST_PAGES:
            raise Rejected(TOO_MUCH)
        if not self.cursor:
            self.places.popleft()
            self.pages = 0
        if len(self.places) and self.threads - len(self.places) == MOST_THREADS:
            raise Rejected(TOO_MUCH)


class History:
    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self._begun: dict[tuple[ChannelKey, str], _Search] = {}

    async def find(self, channel: ChannelKey, delivery: str, bot: str) -> str | None:
        """The message of ours, which carry the id `bot`. Raises Rejected where that cannot be said. Where Slack asks to
        wait in the middle, the next time goes on there: from the beginning it might never get to the end."""
        if not bot:
            raise Rejected(CANNOT_TELL)
        try:
            search = self._begun.pop((channel, delivery), None) or await self._begin(channel)
            return await self._go_on(channel, search, delivery, bot)
        except MissingScope:
            raise Rejected(CANNOT_ASK) from None

    async def _begin(self, channel: ChannelKey) -> _Search:
        oldest = f"{(self._clock.now() - LOOKED_BACK).timestamp():.6f}"
        where = {"channel": await self._conversation(channel), "oldest": oldest}
        return _Search(deque([("conversations.history", where)]))

    async def _go_on(self, channel: ChannelKey, search: _Search, delivery: str, bot: str) -> str | None:
        while search.places:
            method, where = search.places[0]
            try:
                page = await self._page(channel.workspace, method, search.cursor, where)
            except Throttled:
                if len(self._begun) < MOST_BEGUN:
                    self._begun[channel, delivery] = search
                raise
            conversation = where["channel"]
            for message in page.get("messages") or []:
                if _carries(message, delivery, bot):
                    return reference(conversation, message["ts"])
                if "ts" not in where and _is_ours(message, bot) and message.get("reply_count"):
                    search.add_thread(conversation, message["ts"])
            search.turn(page)
        return None

    async def _page(self, workspace: str, method: str, cursor: str | None, where: Json) -> Json:
        wanted = {"include_all_metadata": "true", "limit": PAGE, "cursor": cursor, **where}
        return await self._calls.read(workspace, method, **wanted)

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


def _is_ours(message: Json, bot: str) -> bool:
    return message.get("bot_id") == bot


def _carries(message: Json, delivery: str, bot: str) -> bool:
    """Any app can write such a label; the message has to be ours."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return _is_ours(message, bot) and metadata.get("event_type") == EVENT_TYPE and payload.get("delivery") == delivery
