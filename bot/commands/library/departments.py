"""department, and the libraries of departments that an item is in"""

from dataclasses import replace

from bot.commands.context import Answer, Asked, in_one, said_aloud
from bot.commands.governing.auditing import note_here
from bot.commands.library.items import item_for_all
from bot.commands.rights import require, role_here
from bot.domain.actions import choose_library, put_into, take_out_of
from bot.domain.admin_acts import Decided
from bot.domain.content import Say, offer, say
from bot.domain.department import library_key, parse_department
from bot.domain.people import Right
from bot.errors import Mistake
from bot.services.library.sharing import share_item, unshare_item

NONE = "none"
MOST_OFFERED = 20


async def department(asked: Asked, words: str) -> Answer:
    if asked.is_own:
        raise Mistake("Your own digest belongs to no department.")
    if not words.strip():
        return await _as_it_is(asked)
    await require(asked, Right.GOVERN)
    channel = await asked.changeable_channel()
    wanted = "" if words.strip().casefold() == NONE else await _known_spelling(asked, parse_department(words))
    if wanted == channel.department:
        return await _as_it_is(asked)
    await asked.tx.channels.put(replace(channel, department=wanted))
    await note_here(asked, Decided.DEPARTMENT, wanted or NONE)
    where = f"goes into the library of {wanted}" if wanted else "goes into the library of all"
    sentence = f"What is saved here {where} from now on. What was saved before stays where it is."
    undo = offer(("Undo", asked.again("department", channel.department or NONE).encode()))
    return Answer((Say(sentence), *asked.invitation(), undo), said_aloud(asked, f"changed it: {sentence}"))


async def _as_it_is(asked: Asked) -> Answer:
    channel = await asked.known_channel()
    if channel.department:
        now = f"This channel belongs to {channel.department}: what is saved here goes into that library."
        return Answer(say(f"{now} Admins change it with /pln department none."))
    now = "This channel belongs to no department: what is saved here goes into the library of all."
    return Answer(say(f"{now} Admins change it with /pln department Maths."))


async def _known_spelling(asked: Asked, name: str) -> str:
    """Two channels of a department call it the same."""
    known = {library_key(each): each for each in await asked.tx.library.departments(asked.channel.workspace)}
    there = known.get(library_key(name), name)
    return name if there == library_key(there) else there


async def choose(asked: Asked, item: str) -> Answer:
    """Asks in which other library an item is to be as well."""
    await require(asked, Right.SAVE)
    known = await item_for_all(asked, item)
    departments = await asked.tx.library.departments(asked.channel.workspace)
    others = [each for each in ("", *departments) if library_key(each) not in known.libraries]
    if not others:
        return Answer(say("It is in every library already."))
    buttons = [(each or "The library of all", put_into(item, library_key(each)).encode()) for each in others]
    return Answer((Say("In which library shall it be as well?"), *in_one(buttons[:MOST_OFFERED])))


async def put(asked: Asked, item: str, library: str) -> Answer:
    known = await item_for_all(asked, item)
    said = await share_item(asked.tx, asked.person, await role_here(asked), item, library, at=asked.at)
    undo = () if library in known.libraries else (offer(("Undo", take_out_of(item, library).encode())),)
    return Answer((Say(said), *undo))


async def take(asked: Asked, item: str, library: str) -> Answer:
    said = await unshare_item(asked.tx, asked.person, await role_here(asked), item, library, at=asked.at)
    return Answer((Say(said), offer(("Choose a library", choose_library(item).encode()))))
