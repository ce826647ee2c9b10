"""Which server somebody's own conversation with us belongs to: Discord does not say, because it belongs to none."""

import asyncio
from collections.abc import Container
from datetime import timedelta

from adapters.discord.guilds import Guilds
from adapters.discord.members import Members
from adapters.discord.message import home_mark_of, workspace_id
from bot.domain.keys import PersonKey
from bot.domain.memory import Memory
from bot.errors import AdapterError
from bot.ports import Clock, Vault

KEPT_AS = "discord:home"
KEPT_FOR = timedelta(days=365)
WRITTEN_AGAIN_AFTER = timedelta(days=1)
MOST_ASKED = 10
"""In how many servers somebody is looked for."""
SECONDS_TO_LOOK = 1.0
"""They wait for an answer meanwhile."""


class Homes:
    def __init__(self, vault: Vault, guilds: Guilds, members: Members, clock: Clock) -> None:
        self._vault = vault
        self._guilds = guilds
        self._members = members
        self._clock = clock
        self._written: Memory[str, str] = Memory(clock.now, WRITTEN_AGAIN_AFTER)

    async def workspace_of(self, user: str) -> str | None:
        """The one in which they used Staffroom last, else the only one of ours that they are in. Never one that they
        have left. None where that is not known."""
        known = self._written.fresh(user) or await self._vault.get(KEPT_AS, user, self._clock.now())
        if known is not None and known in self._ours() and await self._may_be_in(known, user):
            return known
        if known is not None:
            await self._forget(user)
        found = await self._found(user)
        if found is not None:
            await self.remember(user, found)
        return found

    async def may_use(self, workspace: str, user: str) -> bool:
        """Whether something of this server may be used by them in their own conversation: not by who left it."""
        return workspace in self._ours() and await self._may_be_in(workspace, user)

    def marked(self, marks: Container[int]) -> str | None:
        """The server of ours that a message with these marks belongs to."""
        return next((each for each in self._ours() if home_mark_of(each) in marks), None)

    async def remember(self, user: str, workspace: str) -> None:
        """That they used it there. Where there is no other server, nothing has to be kept."""
        if len(self._guilds.ids()) <= 1 or self._written.fresh(user) == workspace:
            return
        until = self._clock.now() + KEPT_FOR
        await self._vault.put(KEPT_AS, user, workspace, until, PersonKey(workspace, user))
        self._written.put(user, workspace)

    async def _forget(self, user: str) -> None:
        self._written.forget(user)
        await self._vault.remove(KEPT_AS, user)

    def _ours(self) -> list[str]:
        return [workspace_id(guild) for guild in self._guilds.ids()]

    async def _may_be_in(self, workspace: str, user: str) -> bool:
        """True also where Discord does not say."""
        try:
            async with asyncio.timeout(SECONDS_TO_LOOK):
                return await self._members.is_in(workspace, user)
        except (AdapterError, TimeoutError):
            return True

    async def _found(self, user: str) -> str | None:
        ours = self._ours()
        if len(ours) > MOST_ASKED:
            return None
        try:
            async with asyncio.timeout(SECONDS_TO_LOOK):
                are_in = await asyncio.gather(*(self._members.is_in(each, user) for each in ours))
        except (AdapterError, TimeoutError):
            return None
        homes = [each for each, is_in in zip(ours, are_in, strict=True) if is_in]
        return homes[0] if len(homes) == 1 else None
