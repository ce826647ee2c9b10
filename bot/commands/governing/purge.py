"""purge"""

from bot.commands.context import Answer, Asked
from bot.commands.governing.auditing import note
from bot.commands.rights import require
from bot.domain.actions import run_command
from bot.domain.admin_acts import Decided
from bot.domain.content import offer, say
from bot.domain.people import Right
from bot.errors import Mistake
from bot.services.erasing.purging import WHAT_TO_PURGE, in_words, is_account, posts_meant, purge
from bot.services.wording import counted

CONFIRMED = "yes"
SHARED = (
    "Other schools or groups share what is kept here, so only whoever looks after Staffroom can purge a post. "
    "To hide one here, report it."
)


async def purge_post(asked: Asked, words: str) -> Answer:
    """One post at once; everything of an account once it is confirmed."""
    await require(asked, Right.GOVERN)
    if not await _is_theirs_to_purge(asked):
        raise Mistake(SHARED)
    what, _, rest = words.strip().partition(" ")
    if not what:
        raise Mistake(WHAT_TO_PURGE)
    posts = await posts_meant(asked.tx, asked.parts, what)
    if is_account(what) and not posts:
        raise Mistake(f"Nothing is kept of {what}. Check how the name is spelt.")
    if is_account(what) and rest.strip().casefold() != CONFIRMED:
        sentence = (
            f"This erases {counted(len(posts), 'post')} of {what} from messages and library, for good. "
            f"To have it, type /pln purge {what} yes."
        )
        button = (f"Erase {counted(len(posts), 'post')}", run_command("purge", what, CONFIRMED).encode())
        return Answer((*say(sentence), offer(button)))
    done = in_words(await purge(asked.tx, asked.parts, posts))
    await note(asked, Decided.PURGED, "all posts of an account" if is_account(what) else "one post")
    more = f" To keep new posts of {what} out, type /pln block {what}." if is_account(what) else ""
    return Answer(say(done + more))


async def _is_theirs_to_purge(asked: Asked) -> bool:
    """Posts belong to the installation: nobody takes them away from another workspace, unless they look after all."""
    if asked.person.key.person in asked.parts.owners:
        return True
    admin = asked.parts.admin
    if admin is not None and admin.workspace == asked.channel.workspace:
        return True
    used = {channel.key.workspace for channel in await asked.tx.channels.all() if channel.owner is None}
    return used <= {asked.channel.workspace}
