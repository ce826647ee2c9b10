"""Reading what Staffroom itself wrote in a channel, to find a message again after a cut connection."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from discord.utils import snowflake_time

from adapters.discord import rights
from adapters.discord.api import MESSAGES_OF_A_PAGE, Api
from adapters.discord.errors import UNKNOWN_CHANNEL, Refused
from adapters.discord.guilds import Guilds, called
from adapters.discord.message import guild_of, mark_of, reference
from adapters.discord.post.conversations import Conversations, Place
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
class _Place:
    """A channel or thread that is read page by page; `before` is the message at which the next page ends."""

    id: str
    before: str = ""
    pages: int = 0


@dataclass
class _Search:
    """How far a search has got: `places` are those still to be read. Where there was more than is read, it `leaves_out`
    some."""

    places: deque[_Place]
    leaves_out: bool = False
    threads: int = 0

    def turn(self, page: Sequence[Message], oldest: datetime, threads: Sequence[str]) -> None:
        """To what comes after this page: first the threads that hang from its messages."""
        place = self.places[0]
        place.before, place.pages = str(page[-1].get("id")) if page else "", place.pages + 1
        is_last = len(page) < MESSAGES_OF_A_PAGE or _written(page[-1]) < oldest
        is_too_much = not is_last and place.pages == MOST_PAGES
        self.leaves_out = self.leaves_out or is_too_much
        if is_last or is_too_much:
            self.places.popleft()
        self._add(threads)

    def _add(self, threads: Sequence[str]) -> None:
        added = threads[: MOST_THREADS - self.threads]
        self.threads += len(added)
        self.places.extendleft(_Place(thread) for thread in reversed(added))


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
            self._begun[channel, delivery] = search
            if len(self._begun) > MOST_BEGUN:
                del self._begun[next(iter(self._begun))]
            raise

    async def _begin(self, channel: ChannelKey, us: str) -> _Search:
        place = await self._conversations.find(channel)
        self._refuse_where_blind(place)
        if not place.is_forum:
            return _Search(deque([_Place(place.id)]))
        posts = await self._own_posts(channel, us)
        return _Search(deque(map(_Place, posts[:MOST_POSTS])), leaves_out=len(posts) > MOST_POSTS)

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
            place = search.places[0]
            page = await self._page(place.id, place.before)
            ours = [message for message in page if _is_ours(message, us)]
            if found := next((message for message in ours if _carries(message, mark)), None):
                return reference(place.id, found["id"])
            threads = [str(message["thread"]["id"]) for message in ours if message.get("thread")]
            search.turn(page, oldest, [thread for thread in threads if thread != place.id])
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
