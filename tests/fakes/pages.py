"""What the web page asks of the engine, answered from lists."""

from collections.abc import Sequence

from bot.domain.check import Check, Health
from bot.domain.keys import ChannelKey
from bot.ports import ChannelCard, Desk, Doors, Exchange, Office

STAFFROOM = ChannelCard(
    ChannelKey("web:local", "staffroom"), "Staff room", ("#edchat", "#mathchat"), "Wednesday 25 November, 07:30"
)


class FakePages:
    def __init__(self, *channels: ChannelCard) -> None:
        self.cards = list(channels)
        self.checks = [Check("database", Health.OK, "It answers.")]
        self.desk: Desk | None = None
        self.doors: Doors | None = None
        self.office: Office | None = None
        self.exchange: Exchange | None = None

    async def channels(self, platform: str) -> Sequence[ChannelCard]:
        return self.cards if platform == "web" else []

    async def readiness(self) -> Sequence[Check]:
        return self.checks
