"""digest now, digest preview"""

from datetime import timedelta

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

MOST_DIGESTS = 3
WITHIN = timedelta(minutes=10)


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
    if (soon := await _comes_or_came(asked)) is not None:
        return Answer(say(soon))
    slot = NewSlot(new_id(), asked.channel, SlotKind.NOW, asked.event, asked.at)
    await asked.tx.slots.plan(slot)
    where = "to you alone" if asked.is_own else "into this channel"
    return Answer(say(f"Reading what is new. The digest comes {where} in a moment."))


async def _comes_or_came(asked: Asked) -> str | None:
    """One at a time, and not one after another: each is read for, and everybody here gets it."""
    coming = await asked.tx.slots.next_due(asked.channel)
    if coming is not None and coming.kind is SlotKind.NOW:
        return "A digest is on its way already. It comes in a moment."
    latest = await asked.tx.slots.latest(asked.channel, SlotKind.NOW, MOST_DIGESTS)
    if len(latest) == MOST_DIGESTS and asked.at - latest[-1].due_at < WITHIN:
        return f"There were {MOST_DIGESTS} within a few minutes, so please wait a little before you ask for another."
    return None


async def _preview(asked: Asked) -> Answer:
    if not await asked.tx.topics.followed(asked.channel):
        return Answer(follows_nothing(asked))
    channel = await asked.known_channel()
    selection = await select(asked.tx, channel, asked.parts.clock.now())
    chosen = selection.choice.chosen
    if not chosen:
        return Answer(
            say("Nothing new has been read for these topics yet. Type /pln digest now to read what has come since.")
        )
    posts: Content = tuple(ShowPost(each.post.key.source, each.post.key.id, each.why) for each in chosen)
    heading = f"Preview: {counted(len(chosen), 'post')}, chosen from {selection.choice.looked_at:,}"
    return Answer((Say(heading, "heading"), *posts, Say("Only you see this. Nothing was read for it.", "hint")))
