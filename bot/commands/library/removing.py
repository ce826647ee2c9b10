"""removed, and taking something out of the library for everybody"""

from bot.commands.context import Answer, Asked
from bot.commands.paging import page_of
from bot.commands.rights import require, role_here
from bot.domain.actions import restore_to_library
from bot.domain.content import Block, Say, offer, say, ways
from bot.domain.people import Right
from bot.ports import RemovedItem
from bot.services.library.care import remove_item, restore_item
from bot.services.posts.hiding import WITHOUT_TITLE
from bot.services.wording import counted, cut, date_in_words

LONGEST_TITLE = 80


async def removed(asked: Asked, _: str) -> Answer:
    """What can still be restored, the last first."""
    await require(asked, Right.GOVERN)
    page = page_of(asked)
    items, total = await asked.tx.care.removed(asked.channel.workspace, page.size, page.offset)
    kept = counted(asked.parts.keeping.removed.days, "day")
    if not items:
        return Answer(say(f"Nothing is removed. What an admin removes can be restored for {kept}."))
    heading = Say(f"Removed from the library: {counted(total, 'item')}{page.part(len(items), total)}", "heading")
    rows = [block for number, each in enumerate(items, page.offset + 1) for block in await _row(asked, number, each)]
    hint = Say(f"Each can be restored for {kept}; then it is erased.", "hint")
    return Answer((heading, *rows, *ways(*page.ways("removed", total)), hint))


async def _row(asked: Asked, number: int, each: RemovedItem) -> list[Block]:
    zone = (await asked.known_channel()).schedule.zone_info
    day = date_in_words(each.at.astimezone(zone).date())
    title = cut(each.item.title, LONGEST_TITLE)[0] or WITHOUT_TITLE
    button = offer((f"Restore {number}", restore_to_library(each.item.id).encode()))
    return [Say(f"{number}. {title}, removed on {day}"), button]


async def take_out(asked: Asked, item: str) -> Answer:
    await require(asked, Right.GOVERN)
    done = await remove_item(asked.tx, asked.person, await role_here(asked), item, at=asked.at)
    return Answer((Say(done), offer(("Restore", restore_to_library(item).encode()))))


async def put_back(asked: Asked, item: str) -> Answer:
    await require(asked, Right.GOVERN)
    return Answer(say(await restore_item(asked.tx, asked.person, await role_here(asked), item, at=asked.at)))
