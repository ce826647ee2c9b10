"""digest now, digest preview"""

from bot.commands.context import Answer, Asked
from bot.commands.rights import require
from bot.commands.topics import follows_nothing
from bot.domain.channel import NewSlot
from bot.domain.content import Content, Say, ShowPost, say
from bot.domain.people import Right
from bot.domain.schedule import SlotKind
from bot.domain.suggest import nearest
from bot.errors import Mistake
from bot.services.ids import new_id
from bot.services.selection import select
from bot.services.wording import counted


async def digest(asked: Asked, words: str) -> Answer:
    which = words.strip().casefold()
    if which == "now":
        return await _now(asked)
    if which in {"preview", ""}:
        return await _preview(asked)
    raise Mistake(f"Say /pln digest now or /pln digest preview.{nearest(which, ['now', 'preview'])}")


async def _now(asked: Asked) -> Answer:
    await require(asked, Right.PART)
    if not await asked.tx.topics.followed(asked.channel):
        return Answer(follows_nothing(asked))
    if asked.is_outside:
        return Answer(asked.invitation())
    slot = NewSlot(new_id(), asked.channel, SlotKind.NOW, asked.event, asked.at)
    await asked.tx.slots.plan(slot)
    where = "to you alone" if asked.is_own else "into this channel"
    return Answer(say(f"Reading what is new. The digest comes {where} in a moment."))


async def _preview(asked: Asked) -> Answer:
    if not await asked.tx.topics.followed(asked.channel):
        return Answer(follows_nothing(asked))
    channel = await asked.known_channel()
    selection = await select(asked.tx, channel, asked.parts.clock.now())
    chosen = selection.choice.chosen
    if not chosen:
        return Answer(say("Nothing new is stored for these topics. /pln digest now reads what has come since."))
    posts: Content = tuple(ShowPost(each.post.key.source, each.post.key.id, each.why) for each in chosen)
    heading = f"Preview: {counted(len(chosen), 'post')}, chosen from {selection.choice.looked_at} stored"
    return Answer((Say(heading, "heading"), *posts, Say("Only you see this. Nothing was read for it.", "hint")))
