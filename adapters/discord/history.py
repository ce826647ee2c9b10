"""Reading what Staffroom itself wrote in a channel, to find a message again after a cut connection."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from discord.utils import snowflake_time

from adapters.discord import rights
from adapters.discord.api import MESSAGES_OF_A_PAGE, Api
from adapters.discord.conversations import Conversations, Place
from adapters.discord.errors import UNKNOWN_CHANNEL, Refused
from adapters.discord.guilds import Guilds, called
from adapters.discord.message import guild_of, mark_of, reference
from bot.domain.keys import ChannelKey
from bot.errors import Rejected, Throttled

LOOKED_BACK = timedelta(days=14)
MOST_PAGES = 10
MOST_THREADS = 20
MOST_POSTS = 200
MOST_BEGUN = 100

CANNOT_ASK = "Staffroom may not read in {name}, so whether the message is there is not known. {remedy}"
TOO_MUCH = "So much was written in the channel that whether the message is there could not be found out."

Message = Mapping[str, Any]


@dataclass
class _Search:
    """How far a search has got: `places` are the channels still to be read, the first one and our own threads in it;
    `before` and `pages` are of the first of them. Where there were more of them than are read, it `leaves_out` some."""

    places: deque[str]
    leaves_out: bool = False
    threads: int = 0
    before: str = ""
    pages: int = 0

    def add_thread(self, thread: str) -> None:
        self.threads += 1
        if self.threads <= MOST_THREADS:
            self.places.append(thread)

    def turn(self, page: list[Message], oldest: datetime) -> None:
        """To what comes after this page. Raises Rejected where that would be too much."""
        self.pages += 1
        is_last = len(page) < MESSAGES_OF_A_PAGE or _written(page[-1]) < oldest
        if not is_last and self.pages == MOST_PAGES:
            raise Rejected(TOO_MUCH)
        if is_last:
            self.places.popleft()
            self.before, self.pages = "", 0
        else:
            self.before = str(page[-1].get("id"))


class History:
    def __init__(self, api: Api, guilds: Guilds, conversations: Conversations) -> None:
        self._api = api
        self._guilds = guilds
        self._conversations = conversations
        self._begun: dict[tuple[ChannelKey, str], _Search] = {}

    async def find(self, channel: ChannelKey, delivery: str, us: str) -> str | None:
        """The message of ours, who have the id `us`. Raises Rejected where that cannot be said. Where Discord asks to
        wait in the middle, the next time goes on there: from the beginning it might never get to the end."""
        search = self._begun.pop((channel, delivery), None) or await self._begin(channel, us)
        try:
            return await self._go_on(search, mark_of(delivery), us)
        except Throttled:
            if len(self._begun) < MOST_BEGUN:
                self._begun[channel, delivery] = search
            raise

    async def _begin(self, channel: ChannelKey, us: str) -> _Search:
        place = await self._conversations.find(channel)
        self._refuse_where_blind(place)
        if not place.is_forum:
            return _Search(deque([place.id]))
        posts = await self._own_posts(channel, us)
        return _Search(deque(posts[:MOST_POSTS]), leaves_out=len(posts) > MOST_POSTS)

    def _refuse_where_blind(self, place: Place) -> None:
        """Discord shows nothing then, as if nothing were there."""
        lacking = self._guilds.lacking(place.seen, rights.TO_READ) if place.seen else []
        if lacking:
            name = called(place.seen)
            raise Rejected(CANNOT_ASK.format(name=name, remedy=rights.remedy(name, lacking)))

    async def _own_posts(self, forum: ChannelKey, us: str) -> list[str]:
        """The latest first. The gateway may have been cut off together with what is looked for, so it is not believed
        about which there are."""
        oldest = self._api.clock.now() - LOOKED_BACK
        opened = await self._api.open_threads(guild_of(forum.workspace))
        there = [each for each in opened if str(each.get("parent_id")) == forum.channel]
        there += await self._api.closed_threads(forum.channel)
        ours = {int(each["id"]) for each in there if str(each.get("owner_id")) == us}
        return [str(each) for each in sorted(ours, reverse=True) if snowflake_time(each) >= oldest]

    async def _go_on(self, search: _Search, mark: int, us: str) -> str | None:
        oldest = self._api.clock.now() - LOOKED_BACK
        while search.places:
            channel = search.places[0]
            page: list[Message] = [*await self._page(channel, search.before)]
            for message in page:
                if not _is_ours(message, us):
                    continue
                if _carries(message, mark):
                    return reference(channel, message["id"])
                if message.get("thread") and not search.threads > MOST_THREADS:
                    search.add_thread(str(message["thread"]["id"]))
            search.turn(page, oldest)
        if search.leaves_out:
            raise Rejected(TOO_MUCH)
        return None

    async def _page(self, channel: str, before: str) -> list[dict[str, Any]]:
        """Nothing stands in a thread that was deleted."""
        try:
            return await self._api.messages(channel, before)
        except Refused as refused:
            if refused.code != UNKNOWN_CHANNEL:
                raise
            return []


def _is_ours(message: Message, us: str) -> bool:
    return str((message.get("author") or {}).get("id")) == us


def _carries(message: Message, mark: int) -> bool:
    return any(component.get("id") == mark for component in message.get("components") or [])


def _written(message: Message) -> datetime:
    return datetime.fromisoformat(str(message.get("timestamp")))
