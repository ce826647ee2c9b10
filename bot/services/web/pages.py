"""What the local web page asks of the engine."""

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.channel import Channel
from bot.domain.check import Check
from bot.ports import ChannelCard, Desk, Doors, Exchange, Office, Transaction
from bot.services.digest.calendars import coming
from bot.services.exchange.engine import EngineExchange
from bot.services.parts import Parts
from bot.services.web.desk import EngineDesk
from bot.services.web.doors import EngineDoors
from bot.services.web.office import EngineOffice

Readiness = Callable[[], Awaitable[Sequence[Check]]]


class EnginePages:
    """The `Pages` of a running engine. The parts are given later, because the page's own chat is one of them."""

    def __init__(self) -> None:
        self._parts: Parts | None = None
        self._readiness: Readiness | None = None
        self._doors: Doors | None = None
        self._exchange: Exchange | None = None

    def serve(self, parts: Parts, readiness: Readiness) -> None:
        """From now on pages can be shown."""
        self._parts, self._readiness = parts, readiness
        self._doors = EngineDoors(parts)
        self._exchange = EngineExchange(parts)

    async def channels(self, platform: str) -> Sequence[ChannelCard]:
        if self._parts is None:
            return ()
        async with self._parts.store.reading() as tx:
            ours = {each.id for each in await tx.channels.workspaces() if each.platform == platform}
            return [
                await self._card(tx, self._parts, each)
                for each in await tx.channels.all()
                if each.key.workspace in ours and each.owner is None
            ]

    async def _card(self, tx: Transaction, parts: Parts, channel: Channel) -> ChannelCard:
        topics = tuple(following.topic.label for following in await tx.topics.followed(channel.key))
        due = (await coming(tx, parts, channel)).when(parts.clock.now())
        return ChannelCard(channel.key, channel.name, topics, due, channel.schedule.zone)

    @property
    def desk(self) -> Desk | None:
        return EngineDesk(self._parts) if self._parts else None

    @property
    def doors(self) -> Doors | None:
        return self._doors

    @property
    def exchange(self) -> Exchange | None:
        return self._exchange

    @property
    def office(self) -> Office | None:
        return EngineOffice(self._parts, self.readiness) if self._parts else None

    async def readiness(self) -> Sequence[Check]:
        return await self._readiness() if self._readiness else ()
