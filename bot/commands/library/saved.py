"""saved, undo"""

from bot.commands.context import Answer, Asked
from bot.commands.library.after_saving import how_to_save
from bot.commands.library.taking_out import export_ways
from bot.commands.library.week import this_week
from bot.commands.paging import page_of
from bot.domain.actions import join_item, run_command
from bot.domain.content import Say, ShowItem, Way, offer, say, ways
from bot.domain.department import library_key
from bot.domain.library import parse_tags
from bot.domain.search import ALL_ITEMS, Query
from bot.domain.search.entry import tag_facet
from bot.domain.search.language import EVERYWHERE
from bot.domain.search.query import Facet
from bot.errors import Mistake
from bot.services.library.care import is_for_oneself
from bot.services.library.shelf import undo
from bot.services.library.sought import Looking
from bot.services.people.threshold import savers_needed
from bot.services.wording import amount, capital, counted


async def saved(asked: Asked, words: str) -> Answer:
    typed = words.casefold().split()
    which = " ".join(word for word in typed if word != EVERYWHERE)
    if which in {"", "me", "mine"}:
        return await _mine(asked)
    channel = await asked.known_channel()
    here, of_all = ("", f" {EVERYWHERE}") if EVERYWHERE in typed else (channel.department, "")
    if which == "week":
        query, called = await this_week(asked)
        return await _listed(asked, query, here, f"week{of_all}", called)
    tags = parse_tags(which)
    if len(tags) != 1:
        raise Mistake("Say one tag at a time, such as /pln saved #fractions. Several are found with /pln find.")
    tagged = Query(Facet(tag_facet(tags[0])), tag_facet(tags[0]))
    return await _listed(asked, tagged, here, f"#{tags[0]}{of_all}", f"tagged {tags[0]}")


async def _mine(asked: Asked) -> Answer:
    person, page = asked.person.key.person, page_of(asked)
    items, total = await asked.tx.library.find(
        asked.channel.workspace, ALL_ITEMS, saved_by=person, viewer=person, limit=page.size, offset=page.offset
    )
    if not items:
        return Answer(say(f"You have saved nothing yet. {how_to_save(asked)}"))
    heading = Say(f"You have saved {counted(total, 'item')}{page.part(len(items), total.counted)}", "heading")
    more = ways(*page.ways("saved", total.counted), *export_ways(asked, "me"))
    return Answer((heading, *(ShowItem(item.id) for item in items), *more))


async def _listed(asked: Asked, query: Query, department: str, what: str, how: str) -> Answer:
    """What everybody finds, in the library of the channel's department where it has one. `what` is how it is asked for,
    here and as a file."""
    workspace, viewer, page = asked.channel.workspace, asked.person.key.person, page_of(asked)
    least = await savers_needed(asked.tx, workspace)
    looking = Looking(asked.tx, asked.parts, asked.channel, viewer, least, library=library_key(department))
    items, total = await looking.find(query, limit=page.size, offset=page.offset)
    beyond = await looking.count_beyond(query)
    where = f" in the library of {department}" if department else ""
    everywhere = Way(f"Look in all libraries ({amount(beyond)})", f"saved {what} {EVERYWHERE}")
    elsewhere = [everywhere] if beyond.may_exceed(total) else []
    if not items:
        sentence = f"There is nothing {how}{where or ' in the library'}. See what you saved yourself with /pln saved."
        return Answer((Say(sentence), *ways(*elsewhere)))
    heading = Say(f"{capital(counted(total, 'item'))} {how}{where}{page.part(len(items), total.counted)}", "heading")
    more = ways(*page.ways(f"saved {what}", total.counted), *elsewhere, *export_ways(asked, what))
    return Answer((heading, *(ShowItem(item.id) for item in items), *more))


async def undo_last(asked: Asked, _: str) -> Answer:
    item = await asked.tx.library.last_saved(asked.person.key)
    if item is None:
        raise Mistake("You have no save to take back. See /pln saved.")
    return await undo_one(asked, item)


async def undo_one(asked: Asked, item: str) -> Answer:
    """Names what it was, and offers to save it again: for all, so not what was kept for that person alone."""
    known = (await asked.tx.library.items(asked.channel.workspace, [item], asked.person.key.person)).get(item)
    was_private = await is_for_oneself(asked.tx, asked.person, item)
    if not await undo(asked.tx, asked.person.key, item, asked.at) or known is None:
        return Answer(say("It was not among your saves."))
    again = [] if was_private else [("Save it again", join_item(item).encode())]
    buttons = offer(*again, ("My saves", run_command("saved").encode()))
    called = f"“{known.title}”" if known.title else "It"
    return Answer((Say(f"Undone: {called} is no longer among your saves."), buttons))
