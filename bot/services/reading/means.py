"""What a channel may still spend."""

from datetime import UTC

from bot.domain.budget import Money
from bot.domain.channel import Channel
from bot.domain.shares import is_limited, left_for_channels
from bot.ports import Transaction
from bot.services.parts import Parts


async def can_pay(tx: Transaction, parts: Parts, channel: Channel, cost: Money) -> bool:
    """Whether its share, and its workspace's, allow that much today and this month. One without any limit of its own
    may always ask: whether there is money at all is the ledger's to say."""
    if not cost or not is_limited(channel, parts.spending):
        return True
    spent = await tx.ledger.spent_by_channel(parts.clock.now().astimezone(UTC).date())
    left = left_for_channels([channel], parts.caps, parts.spending, spent)
    return left.get(channel.key, cost) >= cost
