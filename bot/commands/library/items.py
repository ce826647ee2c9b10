"""An item of the library that somebody speaks of."""

from dataclasses import replace

from bot.commands.context import Asked
from bot.domain.keys import PostKey
from bot.domain.library import Ending, Item
from bot.errors import Mistake
from bot.services.people.threshold import as_seen, is_for_all, may_see, savers_needed
from bot.services.posts.hiding import NO_LONGER, WITHOUT_TITLE, not_shown

NOT_THERE = "This item is no longer in the library."


async def seen_item(asked: Asked, item: str) -> Item:
    """One that this person sees, as they see it: in the library of all, or saved by them; without its title where that
    is of a post that vanished. Raises Mistake, also while it is hidden."""
    workspace, viewer = asked.channel.workspace, asked.person.key.person
    known = (await asked.tx.library.items(workspace, [item], viewer)).get(item)
    least = await savers_needed(asked.tx, workspace)
    if known is None or known.removed_at or not may_see(known, least):
        raise Mistake(NOT_THERE)
    hidden = await not_shown(asked.tx, workspace, [known.post]) if known.post else {}
    if known.post and (why := hidden.get(known.post)) and why != NO_LONGER:
        raise Mistake(f"This item is {why}.")
    seen = as_seen(known, least, viewer)
    return replace(seen, title=WITHOUT_TITLE) if hidden and not known.is_link else seen


async def item_of_post(asked: Asked, post: PostKey) -> str | None:
    """What was saved of a post. None also where this person does not see it: nobody is told that somebody keeps it."""
    workspace, viewer = asked.channel.workspace, asked.person.key.person
    found = (await asked.tx.library.of_post(workspace, [post])).get(post)
    if found is None:
        return None
    known = (await asked.tx.library.items(workspace, [found.id], viewer))[found.id]
    return found.id if may_see(known, await savers_needed(asked.tx, workspace)) else None


async def item_to_join(asked: Asked, item: str) -> Item:
    """The same, or one that this person took back: nobody may see it any more. Raises Mistake."""
    workspace, person = asked.channel.workspace, asked.person.key.person
    marks = await asked.tx.library.marks(workspace, item, person)
    known = (await asked.tx.library.items(workspace, [item], person)).get(item)
    was_theirs = any(mark.ending in {Ending.UNDONE, Ending.UNREACTED} and not mark.private for mark in marks)
    if known and was_theirs and not known.removed_at:
        return known
    return await seen_item(asked, item)


async def item_for_all(asked: Asked, item: str) -> Item:
    """One that everybody in the workspace may see. Raises Mistake."""
    known = await seen_item(asked, item)
    if not known.saver_count or not is_for_all(known, await savers_needed(asked.tx, asked.channel.workspace)):
        raise Mistake("This is kept for you alone so far, so it cannot be shown to others.")
    return known
