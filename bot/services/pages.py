"""What the local web page asks of the engine."""

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.channel import Channel
from bot.domain.check import Check
from bot.domain.content import ShowItem
from bot.domain.keys import ChannelKey
from bot.errors import Mistake
from bot.ports import ChannelCard, LibraryShelf, Transaction
from bot.services.calendars import coming
from bot.services.parts import Parts
from bot.services.present import occasion_of, present
from bot.services.sought import Looking
from bot.services.threshold import savers_needed
from bot.views import LibraryEntry

Readiness = Callable[[], Awaitable[Sequence[Check]]]


class EnginePages:
    """The `Pages` of a running engine. The parts are given later, because the page's own chat is one of them."""

    def __init__(self) -> None:
        self._parts: Parts | None = None
        self._readiness: Readiness | None = None

    def serve(self, parts: Parts, readiness: Readiness) -> None:
        """From now on pages can be shown."""
        self._parts, self._readiness = parts, readiness

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

    async def library(
        self, workspace: str, viewer: str, words: str, *, mine: bool, limit: int, offset: int
    ) -> LibraryShelf:
        if self._parts is None:
            return LibraryShelf((), 0)
        async with self._parts.store.reading() as tx:
            saved_by = viewer if mine else None
            here = ChannelKey(workspace, "")
            needed = await savers_needed(tx, workspace)
            looking = Looking(tx, self._parts, here, viewer, needed)
            try:
                query = await looking.understood(words)
            except Mistake as mistake:
                return LibraryShelf((), 0, problem=str(mistake))
            items, total = await tx.library.find(
                workspace,
                query,
                saved_by=saved_by,
                viewer=viewer,
                limit=limit,
                offset=offset,
                least=1 if mine and query.tree is None else needed,
            )
            meant = "" if total else await looking.perhaps_meant(query)
            occasion = await occasion_of(tx, self._parts, here, viewer=viewer)
            message = await present(tx, self._parts, occasion, tuple(ShowItem(item.id, query.text) for item in items))
        return LibraryShelf(
            tuple(block for block in message.blocks if isinstance(block, LibraryEntry)), total, meant or ""
        )

    async def readiness(self) -> Sequence[Check]:
        return await self._readiness() if self._readiness else ()
