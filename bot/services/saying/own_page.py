"""A person's own page: next digest, own subscriptions, saves, what colleagues saved this week."""

from datetime import timedelta

from bot.domain.actions import run_command
from bot.domain.content import Block, Content, Say, ShowItem, offer
from bot.domain.keys import ChannelKey
from bot.domain.library import Item
from bot.domain.search import ALL_ITEMS, Total
from bot.ports import Transaction
from bot.services.digest.calendars import coming
from bot.services.parts import Parts
from bot.services.people.threshold import savers_needed
from bot.services.wording import counted, listed

SHOWN_AT_ONCE = 5
LOOKED_THROUGH = 50
THIS_WEEK = timedelta(days=7)


async def own_page(tx: Transaction, parts: Parts, workspace: str, person: str) -> Content:
    """The page as content; what it shows of the library is read when it is shown."""
    own = ChannelKey(workspace, person)
    mine, total = await tx.library.find(
        workspace, ALL_ITEMS, saved_by=person, viewer=person, limit=SHOWN_AT_ONCE, offset=0
    )
    colleagues = await _of_colleagues(tx, parts, workspace, person)
    return (
        Say("Your own digest", "heading"),
        *await _digest(tx, parts, own),
        Say(_saves(total), "heading"),
        *_items(mine, "What you save beside a post is found here again."),
        *_find(parts, workspace),
        Say("What colleagues saved this week", "heading"),
        *_items(colleagues, "Nothing yet this week."),
        offer(("My saves", run_command("saved").encode()), ("Help", run_command("help").encode())),
    )


async def _digest(tx: Transaction, parts: Parts, own: ChannelKey) -> Content:
    if not parts.abilities(own.workspace).personal_channels:
        return (Say("Digests come into channels here. Type /pln in one of them to see what it follows."),)
    channel = await tx.channels.get(own)
    topics = [each.topic.label for each in await tx.topics.followed(own)]
    if channel is None or not topics:
        begin = offer(("Choose topics", run_command("me", "start").encode()), *_SETTINGS)
        return (Say("You follow nothing for yourself yet. A digest of your own comes to you alone."), begin)
    found = await coming(tx, parts, channel)
    return (
        Say(f"You follow {listed(topics, most=10)}."),
        Say(f"{found.line(parts.clock.now())} At most {counted(channel.size, 'post')}."),
        offer(("Preview", run_command("me", "digest", "preview").encode()), *_SETTINGS),
    )


_SETTINGS = (("Settings", run_command("me", "settings").encode()),)


def _find(parts: Parts, workspace: str) -> Content:
    hint = Say("Search all that was saved with /pln find fractions, in any channel.", "hint")
    return (offer(("Find", run_command("find").encode())), hint) if parts.abilities(workspace).forms else (hint,)


def _saves(total: Total) -> str:
    newest = f", the newest {SHOWN_AT_ONCE}" if total.counted > SHOWN_AT_ONCE else ""
    return f"You have saved {counted(total, 'item')}{newest}" if total else "You have saved nothing yet"


def _items(items: list[Item], otherwise: str) -> list[Block]:
    return [ShowItem(item.id) for item in items] or [Say(otherwise)]


async def _of_colleagues(tx: Transaction, parts: Parts, workspace: str, person: str) -> list[Item]:
    """The newest of this week that this person has not saved as well."""
    least = await savers_needed(tx, workspace)
    items, _ = await tx.library.find(
        workspace, ALL_ITEMS, saved_by=None, viewer=person, limit=LOOKED_THROUGH, offset=0, least=least
    )
    since = parts.clock.now() - THIS_WEEK
    return [item for item in items if item.saved_at >= since and not item.saved_by_me][:SHOWN_AT_ONCE]
