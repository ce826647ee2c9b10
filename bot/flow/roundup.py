"""Round-up: a look back at what colleagues saved and said, once a week."""

from datetime import date, datetime, timedelta

import structlog

from bot.domain.actions import run_command
from bot.domain.channel import Channel, Slot
from bot.domain.content import Content, Say, ShowRoundup, offer
from bot.domain.delivery import NewDelivery
from bot.domain.schedule import SlotKind, SlotState
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.parts import Parts
from bot.services.people.threshold import savers_needed
from bot.services.wording import counted

A_WEEK = timedelta(days=7)
LONGEST_LOOK_BACK = timedelta(days=28)
"""After holidays the weeks without a round-up are in the next one, within reason."""
MOST_ITEMS = 10
WHERE_THE_REST_IS = "Search all that was saved with /pln find fractions."

log = structlog.get_logger(__name__)


async def round_up(tx: Transaction, parts: Parts, slot: Slot, channel: Channel) -> None:
    """Finishes the slot: with a message, or in silence where nobody saved or said anything."""
    since = await _since(tx, slot)
    least = await savers_needed(tx, slot.channel.workspace)
    items, total = await tx.library.active_since(slot.channel.workspace, since, MOST_ITEMS, least)
    log.info("round-up", slot=slot.id, channel=slot.channel.channel, items=total)
    if not items:
        await tx.slots.finish(slot, SlotState.QUIET, "nobody saved, tagged or noted anything")
        return
    able = parts.abilities(slot.channel.workspace)
    content = _content(items, total, channel.schedule.local_date(since), can_ask=able.forms)
    message = NewDelivery(new_id(), f"slot:{slot.id}:1", slot.channel, content, slot=slot.id)
    await tx.outbox.put(message, parts.clock.now())
    await tx.slots.finish(slot, SlotState.COMPOSED, counted(total, "item"))


async def _since(tx: Transaction, slot: Slot) -> datetime:
    """Where the last look back ended; a week ago for a first one."""
    earlier = await tx.slots.latest(slot.channel, SlotKind.ROUNDUP, 5)
    ended = [each.due_at for each in earlier if each.state is not SlotState.SKIPPED]
    return max(ended[0] if ended else slot.due_at - A_WEEK, slot.due_at - LONGEST_LOOK_BACK)


def _content(items: list[str], total: int, since: date, *, can_ask: bool) -> Content:
    saves = ("My saves", run_command("saved").encode())
    find = [("Find", run_command("find").encode())] if can_ask else []
    return (ShowRoundup(tuple(items), total, since), offer(*find, saves), Say(WHERE_THE_REST_IS, "hint"))
