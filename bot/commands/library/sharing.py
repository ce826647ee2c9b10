"""An item of the library that somebody saves, too, or shows to their channel"""

from datetime import timedelta

from bot.commands.context import Answer, Asked
from bot.commands.library.after_saving import saved_answer
from bot.commands.library.items import item_for_all, item_to_join
from bot.commands.library.placing import placing_here
from bot.commands.rights import require, require_to_share
from bot.domain.actions import run_command
from bot.domain.content import Say, ShowItem, offer, say
from bot.domain.people import Right
from bot.errors import Mistake
from bot.services.library.shelf import mark_item
from bot.services.people.names import names_shown
from bot.services.posts.roundups import shared_key

BUTTON = "button"
AGAIN_AFTER = timedelta(hours=12)


async def join(asked: Asked, item: str) -> Answer:
    await require(asked, Right.SAVE)
    await item_to_join(asked, item)
    await mark_item(asked.tx, await placing_here(asked, BUTTON), item)
    return await saved_answer(asked, item)


async def share(asked: Asked, item: str) -> Answer:
    """In the channel where it was found, with whoever shares it in front. Nothing of it stands in the message: what is
    hidden, removed or taken back later is not shown there any more."""
    await require_to_share(asked)
    if asked.is_own:
        raise Mistake("Nobody else reads this. Find the item in a channel and share it there.")
    if asked.is_outside:
        return Answer(asked.invitation())
    known = await item_for_all(asked, item)
    await _once_in_a_while(asked, item)
    more = offer(("Search the library", run_command("find").encode()))
    done = say(f"Shared “{known.title}” in this channel.") if known.title else say("Shared in this channel.")
    return Answer(done, aloud=(await _who_shared(asked), ShowItem(item), more))


async def _once_in_a_while(asked: Asked, item: str) -> None:
    """Raises Mistake where the channel was shown it a moment ago: pressed twice it is shown once."""
    notices, workspace = asked.tx.notices, asked.channel.workspace
    key = f"{shared_key(item)}:{asked.channel.channel}"
    told_at = await notices.told_at(workspace, key)
    if told_at is not None and asked.at - told_at < AGAIN_AFTER:
        raise Mistake("It was shared in this channel today already.")
    await notices.clear(workspace, key)
    for each in (key, shared_key(item)):
        await notices.first_time(workspace, each, asked.at)


async def _who_shared(asked: Asked) -> Say:
    """By name where the workspace shows names to all, and it could be taken back."""
    person = asked.person.key.person
    await asked.tx.people.put(asked.person)
    if asked.able.can_take_back and await names_shown(asked.tx, asked.channel.workspace, [person], None):
        return Say("shared this from the library.", by=person)
    return Say("A colleague shared this from the library.")
