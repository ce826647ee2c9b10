"""What the local web page keeps, and what it asks of the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.check import Check
from bot.domain.events import Event
from bot.domain.keys import ChannelKey
from bot.ports.chat import Outgoing
from bot.ports.desk import Desk
from bot.ports.doors import Doors
from bot.ports.exchange import Exchange
from bot.ports.office import Office
from bot.views import Message


@dataclass(frozen=True, slots=True)
class RoomMessage:
    """A message of the local page. `said_by` is set for what a person typed; `reactions` are person ids by emoji, an
    emoji the bot seeded is there even where nobody tapped it."""

    id: str
    posted_at: datetime
    message: Message | None
    said_by: str | None
    said: str
    private_to: str | None
    reactions: Mapping[str, tuple[str, ...]]


class Room(Protocol):
    """Where the local web page, as a chat platform, keeps its messages. Each method is one transaction."""

    async def post(self, outgoing: Outgoing, at: datetime) -> str:
        """Shows a message and returns its id; the same delivery again returns the first one's."""
        ...

    async def replace(self, message: str, new: Message) -> bool:
        """False where there is no such message."""
        ...

    async def delete(self, message: str) -> None:
        """Its delivery is then no longer found, and setting or reading its reactions is no error."""
        ...

    async def by_delivery(self, delivery: str) -> str | None: ...

    async def seed(self, message: str, emoji: Sequence[str]) -> None: ...

    async def reactions(self, message: str) -> list[tuple[str, str]]:
        """Person and emoji, in the order they were set."""
        ...

    async def say(self, event: Event, text: str, at: datetime) -> bool:
        """Shows what a person typed, to that person, and commits the event with it."""
        ...

    async def react(self, event: Event, at: datetime) -> bool:
        """Sets or withdraws a reaction and commits the event with it; False where nothing changed."""
        ...

    async def messages(self, channel: ChannelKey, viewer: str, limit: int) -> list[RoomMessage]:
        """The newest ones that the viewer may see, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """A channel as the page's head shows it; its times are said in `zone`."""

    key: ChannelKey
    name: str
    topics: tuple[str, ...]
    next_digest: str
    zone: str = "UTC"


class Pages(Protocol):
    """What the web page asks of the engine."""

    async def channels(self, platform: str) -> Sequence[ChannelCard]: ...

    @property
    def desk(self) -> Desk | None:
        """The library; None until the engine runs."""
        ...

    @property
    def doors(self) -> Doors | None:
        """Signing in; None until the engine runs."""
        ...

    @property
    def exchange(self) -> Exchange | None:
        """What goes out of the library and what comes in; None until the engine runs."""
        ...

    @property
    def office(self) -> Office | None:
        """What is set up, for those who look after a workspace; None until the engine runs."""
        ...

    async def readiness(self) -> Sequence[Check]:
        """Whether the engine works: its database, its last tick, its chats."""
        ...
