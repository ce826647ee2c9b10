"""Which group of people a message calls."""

from bot.domain.content import ShowCover, ShowDigest
from bot.domain.delivery import Delivery
from bot.domain.rules import RuleKind
from bot.domain.schedule import SlotKind
from bot.ports import Transaction
from bot.services.parts import Parts


async def called_by(tx: Transaction, parts: Parts, delivery: Delivery) -> str:
    """The id of the group that an admin chose for the channel, where this begins its morning digest; else nothing."""
    workspace = delivery.channel.workspace
    if delivery.slot is None or not parts.abilities(workspace).calls_groups or not _begins_a_digest(delivery):
        return ""
    slot = await tx.slots.get(workspace, delivery.slot)
    if slot is None or slot.kind is not SlotKind.MORNING:
        return ""
    here = delivery.channel.channel
    rules = await tx.rules.of(workspace)
    chosen = next((rule.value for rule in rules if (rule.kind, rule.channel) == (RuleKind.CALL, here)), "")
    return chosen if chosen in parts.groups(workspace) else ""


def _begins_a_digest(delivery: Delivery) -> bool:
    return any(isinstance(part, ShowDigest | ShowCover) for part in delivery.content)
