"""The reactions that stand on a message, and those that Staffroom adds itself."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from adapters.discord.api import ALL_REACTIONS, Api
from adapters.discord.errors import TOO_MANY_REACTIONS, UNKNOWN_EMOJI, Refused
from adapters.discord.show.emoji import emoji_of
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.errors import Rejected, Throttled, Unavailable
from bot.ports import SeenReaction

USUAL, LARGE = 0, 1
MOST_PAGES = 100
MOST_BEGUN = 500
"""Messages of which it is remembered which reactions they have already."""
WORTH_WAITING_FOR = timedelta(seconds=1)
"""Discord takes four reactions a second in a channel: asked again for each of them, the engine would need minutes."""

TOO_MANY = "So many people reacted to the message that Discord could not be asked for all of them."


class StandingReactions:
    def __init__(self, api: Api) -> None:
        self._api = api
        self._begun: dict[tuple[str, str], list[str]] = {}

    async def add(self, channel: str, message: str, emoji: Sequence[str]) -> None:
        """Where Discord asks to wait in the middle, the next time goes on there."""
        waiting = self._begun.pop((channel, message), None) or list(emoji)
        try:
            while waiting:
                await self._add_one(channel, message, waiting[0])
                del waiting[0]
        except (Throttled, Unavailable):
            self._begun[channel, message] = waiting
            if len(self._begun) > MOST_BEGUN:
                del self._begun[next(iter(self._begun))]
            raise

    async def _add_one(self, channel: str, message: str, emoji: str) -> None:
        try:
            await self._react(channel, message, emoji)
        except Refused as refused:
            if refused.code not in {UNKNOWN_EMOJI, TOO_MANY_REACTIONS}:
                raise

    async def _react(self, channel: str, message: str, emoji: str) -> None:
        try:
            await self._api.react(channel, message, emoji)
        except Throttled as wait:
            pause = wait.until - self._api.clock.now()
            if pause > WORTH_WAITING_FOR:
                raise
            await asyncio.sleep(max(pause, timedelta(0)) / timedelta(seconds=1))
            await self._api.react(channel, message, emoji)

    async def read(self, workspace: str, channel: str, message: str) -> list[SeenReaction]:
        """Those of people. Raises Rejected where there are too many to be asked for."""
        seen = (await self._api.message(channel, message)).get("reactions") or []
        pages = _Pages()
        return [
            SeenReaction(Person(PersonKey(workspace, str(user["id"])), _name(user)), emoji_of(reaction["emoji"]))
            for reaction in seen
            for kind in _kinds(reaction)
            for user in await self._people(channel, message, reaction["emoji"], kind, pages)
        ]

    async def _people(
        self, channel: str, message: str, emoji: Mapping[str, Any], kind: int, pages: "_Pages"
    ) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        after = ""
        while True:
            pages.turn()
            page = await self._api.who_reacted(channel, message, _written(emoji), kind=kind, after=after)
            found += [user for user in page if not user.get("bot")]
            if len(page) < ALL_REACTIONS:
                return found
            after = str(page[-1].get("id"))


class _Pages:
    """How many were asked for, of one message."""

    def __init__(self) -> None:
        self._turned = 0

    def turn(self) -> None:
        self._turned += 1
        if self._turned > MOST_PAGES:
            raise Rejected(TOO_MANY)


def _kinds(reaction: Mapping[str, Any]) -> list[int]:
    """Of which kinds there are any but our own; Discord counts usual reactions and large ones apart."""
    counted = reaction.get("count_details") or {}
    usual = int(counted.get("normal", reaction.get("count", 0))) - bool(reaction.get("me"))
    large = int(counted.get("burst", 0)) - bool(reaction.get("me_burst"))
    return [kind for kind, count in ((USUAL, usual), (LARGE, large)) if count > 0]


def _written(emoji: Mapping[str, Any]) -> str:
    """As it stands in an address."""
    name = str(emoji.get("name") or "")
    return f"{name}:{emoji['id']}" if emoji.get("id") else name


def _name(user: Mapping[str, Any]) -> str:
    return str(user.get("global_name") or user.get("username") or "")
