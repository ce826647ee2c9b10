"""How a save that is made in a chat is placed."""

from bot.commands.context import Asked
from bot.commands.rights import rules_of
from bot.services.library.shelf import Placing, mark_item
from bot.services.people.roles import vouches
from bot.services.people.threshold import may_see, savers_needed


async def placing_here(asked: Asked, origin: str, *, shelf: str = "", private: bool = False) -> Placing:
    """In the library of the channel's department, and for all at once where this person looks after the workspace."""
    person, around = asked.person, asked.around
    vouched = vouches(asked.parts, person.key.person, around.standing, around.groups, await rules_of(asked))
    library = (await asked.known_channel()).library
    return Placing(person, origin, asked.at, shelf, library, vouched=vouched, private=private)


async def mark_seen(asked: Asked, placing: Placing, item: str) -> str | None:
    """`mark_item` of what is in the library and this person sees. None where it is not there."""
    viewer, workspace = asked.person.key.person, asked.channel.workspace
    known = (await asked.tx.library.items(workspace, [item], viewer)).get(item)
    if known is None or not may_see(known, await savers_needed(asked.tx, workspace)):
        return None
    await mark_item(asked.tx, placing, item)
    return item
