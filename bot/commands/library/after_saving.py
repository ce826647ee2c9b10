"""What is said after a save, and the verb library"""

from bot.commands.context import Answer, Asked
from bot.commands.rights import may
from bot.domain.actions import describe_item, run_command, undo_save, whole_number
from bot.domain.content import Content, Say, SignInLink, headed, offer, say
from bot.domain.keys import PostKey
from bot.domain.people import Right
from bot.domain.search import ALL_ITEMS
from bot.errors import Mistake
from bot.services.library.shelf import Placing, save_post
from bot.services.notice_keys import first_save_key
from bot.services.people.names import BESIDE_YOUR_SAVES, names_policy
from bot.services.people.sign_in_links import invitation
from bot.services.people.threshold import is_for_all, savers_needed
from bot.services.wording import counted, listed

ONLY_YOURS = "Saved for you alone: only you find it, with /pln saved. Save it once more and colleagues find it, too."
GONE = "This post is no longer available, so it was not saved."


async def save_and_say(asked: Asked, placing: Placing, post: PostKey) -> Answer:
    item = await save_post(asked.tx, placing, post)
    return await saved_answer(asked, item, placing.shelf) if item else Answer(say(GONE))


async def saved_answer(asked: Asked, item: str, shelf: str = "", *, first: bool = False) -> Answer:
    """What is said privately after a save: at the first one where it is found again, later little."""
    viewer = asked.person.key.person
    known = (await asked.tx.library.items(asked.channel.workspace, [item], viewer)).get(item)
    is_private = known is not None and known.private
    where = ONLY_YOURS if is_private else await _where(asked, item, shelf)
    if not is_private and (first or await is_first_save(asked)):
        policy = await names_policy(asked.tx, asked.channel.workspace)
        where += f" Find it again with /pln find or /pln saved; {BESIDE_YOUR_SAVES[policy]}."
    buttons = [("Undo", undo_save(item).encode()), ("My saves", run_command("saved").encode())]
    if asked.able.forms:
        buttons.append(("Add tags or a note", describe_item(item).encode()))
    return Answer((Say(where), offer(*buttons)))


async def _where(asked: Asked, item: str, shelf: str) -> str:
    missing = await _savers_missing(asked, item)
    if missing:
        others = "1 more person saves" if missing == 1 else f"{missing} more people save"
        return f"Saved for you. It comes into the library of all once {others} it."
    department = (await asked.known_channel()).department
    library = f"the library of {department}" if department else "the library"
    if shelf:
        return f"Saved on the shelf “{shelf}”{f' in {library}' if department else ''}."
    return f"Saved to {library}."


async def _savers_missing(asked: Asked, item: str) -> int:
    """How many more people have to save it before everybody finds it."""
    workspace = asked.channel.workspace
    needed = await savers_needed(asked.tx, workspace)
    known = (await asked.tx.library.items(workspace, [item])).get(item) if needed > 1 else None
    return needed - known.saver_count if known and not is_for_all(known, needed) else 0


async def is_first_save(asked: Asked) -> bool:
    return await asked.tx.notices.first_time(asked.channel.workspace, first_save_key(asked.person.key.person), asked.at)


async def numbered(asked: Asked, number: str, example: str) -> PostKey:
    """The post under that number of the latest digest."""
    wanted = whole_number(number.removeprefix("#"))
    if not wanted:
        raise Mistake(f"Say which item of the latest digest, one number at a time, such as /pln {example}.")
    last = await asked.tx.digests.latest(asked.channel)
    if last is None:
        raise Mistake(
            "There has been no digest in this channel yet, so no item has a number. For what is saved already, type "
            "/pln find and use the buttons there."
        )
    item = next((each for each in last.items if each.number == wanted), None)
    if item is None:
        raise Mistake(f"The latest digest has {counted(len(last.items), 'item')}.")
    return item.post


async def library(asked: Asked, _: str) -> Answer:
    """Where it can be found: on the web where there is an address for it, else here, so that no link leads nowhere."""
    workspace = asked.channel.workspace
    least = await savers_needed(asked.tx, workspace)
    found = await asked.tx.library.find(
        workspace, ALL_ITEMS, saved_by=None, viewer=None, limit=1, offset=0, least=least
    )
    total = found[1]
    held = f"It holds {counted(total, 'item')} that colleagues saved." if total else "It is still empty."
    lines = [held, "Search it with /pln find fractions. What you saved yourself is under /pln saved."]
    if least > 1:
        lines.append(f"Something is in it once {least} people saved it, or somebody who looks after this place.")
    if await may(asked, Right.SAVE):
        lines.append(how_to_save(asked))
    lines.extend(_shelves(asked))
    find = [("Find", run_command("find").encode())] if asked.able.forms else []
    has_files = asked.able.files and asked.able.private_messages
    export = [("Export", run_command("export").encode())] if has_files else []
    buttons = offer(
        *find,
        ("My saves", run_command("saved").encode()),
        ("This week", run_command("saved", "week").encode()),
        *export,
    )
    return Answer((*headed("The library", lines), *await elsewhere(asked), buttons))


async def elsewhere(asked: Asked) -> Content:
    """The way to its pages, or to the person's own page here."""
    chat = asked.parts.chat_of(asked.channel.workspace)
    if chat is not None and chat.is_the_page:
        return say("To look through all of it, choose Library at the top of this page.")
    at_home = say("What you and your colleagues saved lately is under Home, too.") if asked.able.home else ()
    return await on_the_web(asked) or at_home


async def on_the_web(asked: Asked) -> Content:
    """A link that signs this person in; nothing where there is no such page, or others would read it."""
    link = asked.able.private_messages and await invitation(asked.tx, asked.parts, asked.person.key, asked.at)
    how = "Look through all of it on the web. This link is for you alone, and works once within ten minutes."
    return (Say(how), SignInLink(link)) if link else ()


def _shelves(asked: Asked) -> list[str]:
    named = [f"{emoji} {shelf}" for emoji, shelf in asked.parts.shelves.items() if shelf]
    return [f"Some reactions save to a shelf: {listed(named, most=len(named))}."] if named else []


def how_to_save(asked: Asked) -> str:
    able = asked.able.in_own_channel() if asked.is_own else asked.able
    return f"Press the Save button of a post{', or react with its number' if able.reaction_events else ''}."
