"""Messages to one person, in the conversation with them alone."""

from datetime import timedelta

from adapters.discord.api import Api
from adapters.discord.errors import Cut
from adapters.discord.message import reference
from adapters.discord.post.bodies import bodies_of, body_with_files, of_the_server
from adapters.discord.post.conversations import Conversations
from bot.domain.keys import PersonKey
from bot.ports import Outgoing, Vault

KEPT_AS = "discord:whisper"
KEPT_FOR = timedelta(hours=6)
"""Longer than a delivery is tried."""


class Whispers:
    def __init__(self, api: Api, conversations: Conversations, vault: Vault) -> None:
        self._api = api
        self._conversations = conversations
        self._vault = vault

    async def say(self, user: str, outgoing: Outgoing) -> str:
        """A long one in several messages, of which the first counts. It goes on where it was interrupted: by then
        Discord may have forgotten that it had the earlier ones."""
        channel = await self._conversations.with_person(user)
        if outgoing.message.files:
            return await self._give(channel, outgoing)
        bodies = bodies_of(outgoing.message, outgoing.delivery)
        shown = await self._shown(outgoing.delivery)
        for body in bodies[len(shown) :]:
            answer = await self._api.post(channel, of_the_server(body, outgoing.channel.workspace))
            if not answer.get("id"):
                raise Cut
            shown.append(str(answer["id"]))
            if len(bodies) > 1:
                await self._keep(outgoing.delivery, shown, PersonKey(outgoing.channel.workspace, user))
        return reference(channel, shown[0])

    async def _give(self, channel: str, outgoing: Outgoing) -> str:
        body = of_the_server(body_with_files(outgoing.message, outgoing.delivery), outgoing.channel.workspace)
        answer = await self._api.post(channel, body, [file.bytes for file in outgoing.message.files])
        if not answer.get("id"):
            raise Cut
        return reference(channel, answer["id"])

    async def _shown(self, delivery: str) -> list[str]:
        """The ids of its parts that are there."""
        kept = await self._vault.get(KEPT_AS, delivery, self._api.clock.now())
        return kept.split() if kept else []

    async def _keep(self, delivery: str, shown: list[str], to: PersonKey) -> None:
        await self._vault.put(KEPT_AS, delivery, " ".join(shown), self._api.clock.now() + KEPT_FOR, to)
