"""tag, untag, note, the form for all three, and the history of an item"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass

from bot.commands.context import Answer, Asked, in_one
from bot.commands.library.after_saving import GONE, numbered, saved_answer
from bot.commands.library.items import item_of_post, seen_item
from bot.commands.library.naming import as_it_is, name, naming_in
from bot.commands.library.placing import placing_here
from bot.commands.paging import page_of
from bot.commands.rights import may, require, role_here
from bot.domain.actions import describe_item, join_item, remove_from_library, run_command, show_history
from bot.domain.content import AskForm, Offer, Say, headed, offer, say
from bot.domain.department import library_key
from bot.domain.history import ItemChange
from bot.domain.keys import PostKey
from bot.domain.library import parse_note, parse_tags
from bot.domain.people import Right
from bot.errors import Mistake
from bot.services.library.care import is_for_oneself, note_item, tag_item, untag_item
from bot.services.library.history import by_nobody_known, change_in_words
from bot.services.library.shelf import save_post
from bot.services.people.names import names_shown
from bot.services.saying.forms import DESCRIBE, SAVE, FormState
from bot.services.wording import cut, date_in_words

COMMAND = "command"
CHANGES_AT_ONCE = 10
LONGEST_TITLE_IN_A_HEADING = 80
LONGEST_CHANGE = 300


async def tag(asked: Asked, words: str) -> Answer:
    await require(asked, Right.SAVE)
    number, _, text = words.strip().partition(" ")
    tags = parse_tags(text)
    if not tags:
        raise Mistake("Say the item's number and its tags, such as /pln tag 3 fractions, year 9.")
    post = await numbered(asked, number, "tag 3 fractions")
    return await _done_with(asked, post, Description(tags=tags))


async def note(asked: Asked, words: str) -> Answer:
    await require(asked, Right.SAVE)
    number, text = (*words.split(maxsplit=1), "", "")[:2]
    written = parse_note(text)
    if not written:
        raise Mistake("Say the item's number and your note, such as /pln note 3 Worked well with year 9.")
    post = await numbered(asked, number, "note 3 Worked well")
    return await _done_with(asked, post, Description(note=written))


async def untag(asked: Asked, words: str) -> Answer:
    await require(asked, Right.SAVE)
    number, _, text = words.strip().partition(" ")
    tags = parse_tags(text)
    if not tags:
        raise Mistake("Say the item's number and what to take away, such as /pln untag 3 fractions.")
    post = await numbered(asked, number, "untag 3 fractions")
    item = await item_of_post(asked, post)
    if item is None:
        raise Mistake(f"Item {number} is not in the library, so it has no tags.")
    said = await untag_item(asked.tx, asked.person, await role_here(asked), item, tags, at=asked.at)
    return Answer(say(said))


@dataclass(frozen=True, slots=True)
class Description:
    """What was filled in or typed: tags to add and to take away, and a note to add, empty for none."""

    tags: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    note: str = ""


async def _done_with(asked: Asked, post: PostKey, said: Description) -> Answer:
    """First what was asked for. What this person saved already is not said to be saved."""
    own = await _own_item(asked, post)
    if own is not None and await is_for_oneself(asked.tx, asked.person, own):
        return Answer((Say(await describe(asked, own, said)), ways_on(asked, own)))
    item = await save_post(asked.tx, await placing_here(asked, COMMAND), post)
    if item is None:
        return Answer(say(GONE))
    done = Say(await describe(asked, item, said))
    return Answer((done, *((await saved_answer(asked, item)).private if own is None else [ways_on(asked, item)])))


async def _own_item(asked: Asked, post: PostKey) -> str | None:
    """What this person saved of it, for all or for themselves alone."""
    tx, workspace, person = asked.tx, asked.channel.workspace, asked.person.key.person
    for item in (await tx.library.led_to(workspace, [post])).get(post, []):
        if any(mark.stands for mark in await tx.library.marks(workspace, item, person)):
            return item
    return None


def ways_on(asked: Asked, item: str) -> Offer:
    more = [("Add tags or a note", describe_item(item).encode())] if asked.able.forms else []
    return offer(("My saves", run_command("saved").encode()), *more)


def description_in(values: Mapping[str, str]) -> Description:
    """Raises Mistake for what cannot be kept."""
    tags, unwanted = parse_tags(values.get("tags", "")), parse_tags(values.get("untag", ""))
    return Description(tags, tuple(each for each in unwanted if each not in tags), parse_note(values.get("note", "")))


async def describe(asked: Asked, item: str, said: Description) -> str:
    """Does that with an item that is there, and says what became of it."""
    tx, person, role, at = asked.tx, asked.person, await role_here(asked), asked.at
    acts = []
    if said.unwanted:
        acts.append(untag_item(tx, person, role, item, said.unwanted, at=at))
    if said.tags:
        acts.append(tag_item(tx, person, role, item, said.tags, at=at))
    if said.note:
        acts.append(note_item(tx, person, role, item, said.note, at=at))
    return " ".join([await _told(act) for act in acts])


async def _told(act: Awaitable[str]) -> str:
    """What an act says, done or not: the save that goes before it stands."""
    try:
        return await act
    except Mistake as mistake:
        return str(mistake)


def with_more(answer: Answer, sentence: str) -> Answer:
    return Answer((answer.private[0], *(say(sentence) if sentence else ()), *answer.private[1:]))


async def describe_form(asked: Asked, item: str) -> Answer:
    """Opens the form for an item that is in the library: of one's own saves it has the shelf, too."""
    await require(asked, Right.SAVE)
    known = await seen_item(asked, item)
    how = say("Tags and notes can be added with /pln tag 3 fractions and /pln note 3 Worked well.")
    form = SAVE if known.saved_by_me else DESCRIBE
    return Answer(how, form=AskForm(form, as_it_is(known).written(), again=""))


async def describe_filled(asked: Asked, state: FormState, values: Mapping[str, str]) -> Answer:
    """Of what a colleague saved: that alone does not save it for oneself."""
    known, filled = await seen_item(asked, state.item), description_in(values)
    named = await name(asked, known.id, naming_in(state, values))
    said = f"{named} {await describe(asked, known.id, filled)}".strip()
    buttons = () if known.saved_by_me else (offer(("Save it for me, too", join_item(known.id).encode())),)
    return Answer((Say(said or "Nothing was changed."), *buttons))


# ------------------------------------------------------------------------------------------------------------- history


async def history(asked: Asked, item: str) -> Answer:
    known, page = await seen_item(asked, item), page_of(asked, CHANGES_AT_ONCE)
    workspace = asked.channel.workspace
    told = known.saver_count > 0
    changes, total = await asked.tx.history.of_item(workspace, item, page.size, page.offset) if told else ([], 0)
    called = cut(known.title, LONGEST_TITLE_IN_A_HEADING)[0]
    buttons = [(way.label, show_history(item, way.page).encode()) for way in page.ways("", total)]
    if await may(asked, Right.GOVERN):
        buttons.append(("Remove from the library", remove_from_library(item).encode()))
    if not changes:
        return Answer((Say(f"Nothing is written down about “{called}” yet."), *in_one(buttons)))
    zone = (await asked.known_channel()).schedule.zone_info
    by = {each.by for each in changes if each.by}
    names = await names_shown(asked.tx, workspace, by, asked.person.key.person)
    departments = {library_key(name): name for name in await asked.tx.library.departments(workspace)}
    lines = [
        cut(
            f"{date_in_words(each.at.astimezone(zone).date())}: "
            f"{change_in_words(each, _who(each, names), departments)}",
            LONGEST_CHANGE,
        )[0]
        for each in changes
    ]
    return Answer((*headed(f"History of “{called}”", lines), *in_one(buttons)))


def _who(change: ItemChange, names: Mapping[str, str]) -> str:
    return names.get(change.by, "A colleague") if change.by else by_nobody_known(change)
