"""tag, note, saved, find, library"""

from collections.abc import Mapping, Sequence

from bot.commands.context import Answer, Asked
from bot.commands.rights import may, require, vouches
from bot.domain.actions import describe_item, fits_on_a_button, run_command, undo_save, whole_number
from bot.domain.content import AskForm, Content, Say, ShowItem, headed, offer, say
from bot.domain.keys import PostKey
from bot.domain.library import Note, parse_note, parse_tags
from bot.domain.people import Right
from bot.domain.search import ALL_ITEMS
from bot.domain.topic import words_of
from bot.errors import Mistake
from bot.services.forms import FIND, SAVE, FormState
from bot.services.hiding import not_shown
from bot.services.shelf import save_post
from bot.services.sought import Looking
from bot.services.threshold import is_for_all, savers_needed
from bot.services.wording import counted, listed

SHOWN_AT_ONCE = 5
GONE = "This post is no longer available, so it was not saved."
WHAT_TO_FIND = "Say what to look for, such as /pln find fractions."


async def save_and_say(asked: Asked, post: PostKey, *, origin: str, shelf: str = "") -> Answer:
    item = await save_post(
        asked.tx, asked.person, post, origin=origin, at=asked.at, shelf=shelf, vouched=await vouches(asked)
    )
    return await saved_answer(asked, item, shelf) if item else Answer(say(GONE))


async def saved_answer(asked: Asked, item: str, shelf: str = "", *, first: bool = False) -> Answer:
    """What is said privately after a save: at the first one where it is found again, later little."""
    where = await _where(asked, item, shelf)
    if first or await is_first_save(asked):
        where += " Find it again with /pln find or /pln saved; colleagues see your name beside it."
    buttons = [("Undo", undo_save(item).encode()), ("My saves", run_command("saved").encode())]
    if asked.able.forms:
        buttons.append(("Add tags or a note", describe_item(item).encode()))
    return Answer((Say(where), offer(*buttons)))


async def _where(asked: Asked, item: str, shelf: str) -> str:
    missing = await _savers_missing(asked, item)
    if missing:
        others = "1 more person saves" if missing == 1 else f"{missing} more people save"
        return f"Saved for you. It comes into the library of all once {others} it."
    return f"Saved on the shelf “{shelf}”." if shelf else "Saved to the library."


async def _savers_missing(asked: Asked, item: str) -> int:
    """How many more people have to save it before everybody finds it."""
    workspace = asked.channel.workspace
    needed = await savers_needed(asked.tx, workspace)
    known = (await asked.tx.library.items(workspace, [item])).get(item) if needed > 1 else None
    return needed - known.saver_count if known and not is_for_all(known, needed) else 0


async def is_first_save(asked: Asked) -> bool:
    return await asked.tx.notices.first_time(asked.channel.workspace, first_save_key(asked.person.key.person), asked.at)


def first_save_key(person: str) -> str:
    return f"first-save:{person}"


async def numbered(asked: Asked, number: str, example: str) -> PostKey:
    """The post under that number of the latest digest."""
    wanted = whole_number(number.removeprefix("#"))
    if not wanted:
        raise Mistake(f"Say which item of the latest digest, one number at a time, such as /pln {example}.")
    last = await asked.tx.digests.latest(asked.channel)
    if last is None:
        raise Mistake("There has been no digest in this channel yet, so there is nothing to save.")
    item = next((each for each in last.items if each.number == wanted), None)
    if item is None:
        raise Mistake(f"The latest digest has {counted(len(last.items), 'item')}.")
    return item.post


async def tag(asked: Asked, words: str) -> Answer:
    await require(asked, Right.SAVE)
    number, _, text = words.strip().partition(" ")
    tags = parse_tags(text)
    if not tags:
        raise Mistake("Say the item's number and its tags, such as /pln tag 3 fractions, year 9.")
    return await _describe(asked, await numbered(asked, number, "tag 3 fractions"), tags=tags)


async def note(asked: Asked, words: str) -> Answer:
    await require(asked, Right.SAVE)
    number, _, text = words.strip().partition(" ")
    written = parse_note(text)
    if not written:
        raise Mistake("Say the item's number and your note, such as /pln note 3 Worked well with year 9.")
    return await _describe(asked, await numbered(asked, number, "note 3 Worked well"), note=written)


async def _describe(asked: Asked, post: PostKey, *, tags: tuple[str, ...] = (), note: str = "") -> Answer:
    vouched = await vouches(asked)
    item = await save_post(asked.tx, asked.person, post, origin="command", at=asked.at, vouched=vouched)
    if item is None:
        return Answer(say(GONE))
    added = await describe(asked, item, tags, note)
    return with_more(await saved_answer(asked, item), added)


async def describe(asked: Asked, item: str, tags: tuple[str, ...], note: str) -> str:
    """Adds tags and note, and says which. The note shows its author's name, so that name is kept."""
    workspace, person = asked.channel.workspace, asked.person
    if tags:
        await asked.tx.library.tag(workspace, item, tags, person.key.person, asked.at)
    if note:
        await asked.tx.people.put(person)
        await asked.tx.library.note(workspace, item, Note(person.key.person, note, asked.at))
    tagged = f"Tagged {listed(tags, most=len(tags))}." if tags else ""
    return " ".join(part for part in (tagged, "Your note is beside it." if note else "") if part)


def with_more(answer: Answer, sentence: str) -> Answer:
    return Answer((answer.private[0], *(say(sentence) if sentence else ()), *answer.private[1:]))


async def describe_form(asked: Asked, item: str) -> Answer:
    """Opens the form for an item that is in the library."""
    await require(asked, Right.SAVE)
    known = (await asked.tx.library.items(asked.channel.workspace, [item])).get(item)
    if known is None:
        return Answer(say("This item is no longer in the library."))
    if known.post and (hidden := await not_shown(asked.tx, asked.channel.workspace, [known.post])):
        return Answer(say(f"This item is {hidden[known.post]}."))
    how = say("Tags and notes can be added with /pln tag 3 fractions and /pln note 3 Worked well.")
    return Answer(how, form=AskForm(SAVE, FormState(item=item).written(), again=""))


async def saved(asked: Asked, _: str) -> Answer:
    person = asked.person.key.person
    items, total = await asked.tx.library.find(
        asked.channel.workspace, ALL_ITEMS, saved_by=person, viewer=person, limit=SHOWN_AT_ONCE, offset=0
    )
    if not items:
        return Answer(say(f"You have saved nothing yet. {_how_to_save(asked)}"))
    heading = Say(f"You have saved {counted(total, 'item')}" + _newest(total), "heading")
    return Answer((heading, *(ShowItem(item.id) for item in items)))


async def find(asked: Asked, words: str) -> Answer:
    if not words.strip() and asked.able.forms:
        return Answer(say(WHAT_TO_FIND), form=AskForm(FIND, FormState().written(), again=""))
    return await _found(asked, words)


async def find_form(asked: Asked, _: FormState, values: Mapping[str, str]) -> Answer:
    return await _found(asked, values.get("words", ""))


async def _found(asked: Asked, typed: str) -> Answer:
    viewer, workspace = asked.person.key.person, asked.channel.workspace
    least = await savers_needed(asked.tx, workspace)
    looking = Looking(asked.tx, asked.parts, asked.channel, viewer, least)
    query = await looking.understood(typed)
    if query.tree is None:
        raise Mistake(WHAT_TO_FIND)
    items, total = await asked.tx.library.find(
        workspace, query, saved_by=None, viewer=viewer, limit=SHOWN_AT_ONCE, offset=0, least=least
    )
    if not items:
        return _nothing_found(asked, query.text, await looking.perhaps_meant(query))
    best = f", the best {SHOWN_AT_ONCE}" if total > SHOWN_AT_ONCE else ""
    heading = Say(f"{counted(total, 'item')} with “{query.text}”" + best, "heading")
    return Answer((heading, *(ShowItem(item.id, query.text) for item in items)))


def _nothing_found(asked: Asked, text: str, meant: str) -> Answer:
    outside = _look_outside(asked, words_of(text))
    if not meant:
        return Answer((Say(f"Nothing saved so far has “{text}”. Try fewer or shorter words."), *outside))
    action = run_command("find", meant)
    button = (offer((f"Find {meant}", action.encode())),) if fits_on_a_button(action) else ()
    return Answer((Say(f"Nothing saved so far has “{text}”. Did you mean “{meant}”?"), *button, *outside))


def _look_outside(asked: Asked, wanted: Sequence[str]) -> Content:
    """What is in no library may be found outside, for a price that the search says."""
    source, action = next(iter(asked.parts.sources.values()), None), run_command("search", *wanted)
    return (offer((f"Search {source.label}", action.encode())),) if source and fits_on_a_button(action) else ()


def _how_to_save(asked: Asked) -> str:
    able = asked.able.in_own_channel() if asked.is_own else asked.able
    return f"Press the Save button of a post{', or react with its number' if able.reaction_events else ''}."


def _newest(total: int) -> str:
    return f", the newest {SHOWN_AT_ONCE}" if total > SHOWN_AT_ONCE else ""


async def library(asked: Asked, _: str) -> Answer:
    """Where it can be found: always here, so that no link leads nowhere."""
    workspace = asked.channel.workspace
    least = await savers_needed(asked.tx, workspace)
    found = await asked.tx.library.find(
        workspace, ALL_ITEMS, saved_by=None, viewer=None, limit=1, offset=0, least=least
    )
    total = found[1]
    held = f"It holds {counted(total, 'item')} that colleagues saved." if total else "It is empty yet."
    lines = [held, "Search it with /pln find fractions. What you saved yourself is under /pln saved."]
    if least > 1:
        lines.append(f"Something is in it once {least} people saved it, or somebody who looks after this place.")
    if await may(asked, Right.SAVE):
        lines.append(_how_to_save(asked))
    shelves = _shelves(asked)
    buttons = offer(("My saves", run_command("saved").encode()))
    return Answer((*headed("The library", [*lines, *shelves]), buttons))


def _shelves(asked: Asked) -> list[str]:
    named = [f"{emoji} {shelf}" for emoji, shelf in asked.parts.shelves.items() if shelf]
    return [f"Some reactions save to a shelf: {listed(named, most=len(named))}."] if named else []
