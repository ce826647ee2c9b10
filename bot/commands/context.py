"""What a command gets and what it gives."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.channel import Channel, Origin
from bot.domain.content import Content
from bot.domain.events import Person
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.parts import Parts


@dataclass(frozen=True, slots=True)
class Asked:
    """A command within the transaction that its effects and its answer share. `event` is unique to it."""

    tx: Transaction
    parts: Parts
    person: Person
    channel: ChannelKey
    event: str
    at: datetime

    async def known_channel(self) -> Channel:
        """The channel, with the defaults of a new one where nothing is kept about it yet."""
        return await self.tx.channels.get(self.channel) or self.new_channel()

    def new_channel(self) -> Channel:
        return Channel(
            self.channel, self.channel.channel, Schedule(self.parts.zone), sources=tuple(self.parts.sources) or ("x",)
        )

    async def changeable_channel(self) -> Channel:
        """The channel, for changing. Raises Mistake where the configuration file decides."""
        channel = await self.known_channel()
        if channel.origin is Origin.CONFIG:
            raise Mistake(
                f"This channel's time and size are set in {self.parts.config_name}; ask whoever looks after Staffroom."
            )
        return channel


@dataclass(frozen=True, slots=True)
class Answer:
    """`private` is for the person who asked; `aloud` is said in the channel because it changes something for all."""

    private: Content
    aloud: Content = ()
