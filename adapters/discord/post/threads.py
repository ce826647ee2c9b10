"""Threads below messages of ours, and posts in forums."""

from datetime import timedelta

from adapters.discord import rights
from adapters.discord.api import Api, Json
from adapters.discord.errors import THREAD_EXISTS, Cut, Refused
from adapters.discord.guilds import Guilds
from adapters.discord.message import place_of, reference
from adapters.discord.post.bodies import NAMELESS, in_a_forum
from adapters.discord.post.conversations import Place, explained
from bot.domain.memory import Memory

HOLDS = timedelta(hours=12)
MOST_REMEMBERED = 2_000


class Threads:
    """Remembers for hours what its digests were called, for the threads below them, and which of these are there."""

    def __init__(self, api: Api, guilds: Guilds) -> None:
        self._api = api
        self._guilds = guilds
        self._titles: Memory[str, str] = Memory(api.clock.now, HOLDS, MOST_REMEMBERED)
        self._opened: Memory[str, str] = Memory(api.clock.now, HOLDS, MOST_REMEMBERED)

    def is_called(self, message: str, title: str) -> None:
        self._titles.put(message, title)

    def forget(self, message: str) -> None:
        """The thread below it is gone."""
        self._opened.forget(message)

    async def below(self, place: Place, message: str) -> str:
        """The thread in which something belongs that stands below the message: opened where there is none yet. In a
        thread and in the conversation with one person there are no further ones."""
        if place.is_direct or place.is_thread:
            return place.id
        channel, number = place_of(message)
        if channel != place.id:
            return channel
        if (known := self._opened.fresh(message)) is not None:
            return known
        try:
            await self._api.open_thread(channel, number, self._titles.fresh(message) or NAMELESS)
        except Refused as refused:
            if refused.code != THREAD_EXISTS:
                raise explained(
                    refused, place.seen, self._guilds, rights.TO_BEGIN_A_THREAD, "open a thread for cards"
                ) from None
        return self._opened.put(message, number)

    async def post_in_forum(self, place: Place, title: str, body: Json) -> str:
        """As a post of its own; returns its reference."""
        try:
            thread = await self._api.post_in_forum(place.id, title, in_a_forum(body))
        except Refused as refused:
            raise explained(refused, place.seen, self._guilds, rights.TO_POST_IN_A_FORUM, "write posts") from None
        if not thread.get("id"):
            raise Cut
        return reference(thread["id"], (thread.get("message") or {}).get("id") or thread["id"])
