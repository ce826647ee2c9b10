"""A room in memory, for the web page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.events import CommandGiven, Event, ReactionAdded, ReactionRemoved
from bot.domain.keys import ChannelKey
from bot.errors import StoreError
from bot.ports import Inbox, Outgoing, RoomMessage
from bot.views import Message


class FakeRoom:
    """`broken` is a room whose database cannot be used."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._messages: dict[str, tuple[ChannelKey, RoomMessage]] = {}
        self._deliveries: dict[str, str] = {}
        self._last_id = 0
        self.broken = False

    async def post(self, outgoing: Outgoing, at: datetime) -> str:
        self._must_work()
        if outgoing.delivery in self._deliveries:
            return self._deliveries[outgoing.delivery]
        message = self._new_id()
        self._deliveries[outgoing.delivery] = message
        shown = RoomMessage(message, at, outgoing.message, None, "", outgoing.private_to, {})
        self._messages[message] = (outgoing.channel, shown)
        return message

    async def replace(self, message: str, new: Message) -> bool:
        self._must_work()
        if message not in self._messages:
            return False
        channel, shown = self._messages[message]
        self._messages[message] = (channel, replace(shown, message=new))
        return True

    async def delete(self, message: str) -> None:
        self._must_work()
        self._messages.pop(message, None)
        self._deliveries = {delivery: shown for delivery, shown in self._deliveries.items() if shown != message}

    async def by_delivery(self, delivery: str) -> str | None:
        self._must_work()
        return self._deliveries.get(delivery)

    async def seed(self, message: str, emoji: Sequence[str]) -> None:
        self._must_work()
        if message not in self._messages:
            return
        channel, shown = self._messages[message]
        seeded = {each: shown.reactions.get(each, ()) for each in emoji}
        self._messages[message] = (channel, replace(shown, reactions={**shown.reactions, **seeded}))

    async def reactions(self, message: str) -> list[tuple[str, str]]:
        self._must_work()
        if message not in self._messages:
            return []
        _, shown = self._messages[message]
        return [(person, emoji) for emoji, people in shown.reactions.items() for person in people]

    async def say(self, event: Event, text: str, at: datetime) -> bool:
        self._must_work()
        if not isinstance(event.happening, CommandGiven) or not await self._inbox.accept(event):
            return False
        person, message = event.happening.person.key.person, self._new_id()
        said = RoomMessage(message, at, None, person, text, person, {})
        self._messages[message] = (event.happening.channel, said)
        return True

    async def react(self, event: Event, at: datetime) -> bool:  # noqa: ARG002 - it keeps no times
        self._must_work()
        reaction = event.happening
        if not isinstance(reaction, ReactionAdded | ReactionRemoved) or reaction.message not in self._messages:
            return False
        channel, shown = self._messages[reaction.message]
        person, people = reaction.person.key.person, shown.reactions.get(reaction.emoji, ())
        adds = isinstance(reaction, ReactionAdded)
        if adds == (person in people) or not await self._inbox.accept(event):
            return False
        standing = (*people, person) if adds else tuple(each for each in people if each != person)
        self._messages[reaction.message] = (
            channel,
            replace(shown, reactions={**shown.reactions, reaction.emoji: standing}),
        )
        return True

    async def messages(self, channel: ChannelKey, viewer: str, limit: int) -> list[RoomMessage]:
        self._must_work()
        visible = [
            shown for where, shown in self._messages.values() if where == channel and shown.private_to in {None, viewer}
        ]
        return visible[-limit:]

    def _new_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)

    def _must_work(self) -> None:
        if self.broken:
            raise StoreError("The database cannot be used.")
