"""What the web page asks of the engine, answered from lists."""

from collections.abc import Sequence

from bot.domain.check import Check, Health
from bot.domain.keys import ChannelKey
from bot.ports import ChannelCard, LibraryShelf
from bot.views import LibraryEntry

STAFFROOM = ChannelCard(
    ChannelKey("web:local", "staffroom"), "Staff room", ("#edchat", "#mathchat"), "Wednesday 25 November, 07:30"
)


class FakePages:
    """`mine` are the items that the viewer saved, by person."""

    def __init__(self, *channels: ChannelCard, entries: Sequence[LibraryEntry] = ()) -> None:
        self.cards = list(channels)
        self.entries = list(entries)
        self.mine: dict[str, set[str]] = {}
        self.checks = [Check("database", Health.OK, "It answers.")]

    async def channels(self, platform: str) -> Sequence[ChannelCard]:
        return self.cards if platform == "web" else []

    async def library(
        self,
        workspace: str,  # noqa: ARG002 - there is one
        viewer: str,
        words: str,
        *,
        mine: bool,
        limit: int,
        offset: int,
    ) -> LibraryShelf:
        found = [
            entry
            for entry in self.entries
            if words.casefold() in entry.title.casefold() and (not mine or entry.item in self.mine.get(viewer, ()))
        ]
        return LibraryShelf(tuple(found[offset : offset + limit]), len(found))

    async def readiness(self) -> Sequence[Check]:
        return self.checks
