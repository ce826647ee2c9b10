"""To whom something is said, when, and with what the platform can do."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.keys import ChannelKey
from bot.ports import Abilities, Transaction
from bot.services.parts import Parts


@dataclass(frozen=True, slots=True)
class Occasion:
    """`viewer` is set where one person alone reads it. With a `delivery` buttons know what they stand under."""

    channel: ChannelKey
    zone: ZoneInfo
    now: datetime
    abilities: Abilities
    delivery: str = ""
    viewer: str | None = None

    @property
    def has_buttons(self) -> bool:
        """Whether what is shown can be acted upon there and then."""
        return bool(self.delivery) and self.abilities.buttons


async def occasion_of(
    tx: Transaction, parts: Parts, channel: ChannelKey, *, delivery: str = "", viewer: str | None = None
) -> Occasion:
    known = await tx.channels.get(channel)
    zone = known.schedule.zone_info if known else ZoneInfo("UTC")
    able = parts.abilities(channel.workspace)
    able = able.in_own_channel() if known and known.owner else able
    return Occasion(channel, zone, parts.clock.now(), able, delivery, viewer)
