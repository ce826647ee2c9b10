"""“Save to library” on a message, and the form that goes with it."""

from collections.abc import Mapping

from bot.commands.context import Answer, Asked, in_one
from bot.commands.library.after_saving import GONE, save_and_say, saved_answer
from bot.commands.library.describing import describe, description_in, ways_on, with_more
from bot.commands.library.naming import name, naming_in
from bot.commands.library.placing import mark_seen, placing_here
from bot.commands.rights import require
from bot.domain.actions import save_item
from bot.domain.content import AskForm, Say, say
from bot.domain.events import MessageChosen
from bot.domain.keys import PostKey
from bot.domain.links import is_web_address
from bot.domain.people import Right
from bot.errors import Mistake
from bot.services.library.shelf import FORM, LONGEST_TITLE, save_link, save_post
from bot.services.posts.permalinks import leads_to_what_vanished, post_linked
from bot.services.posts.standings import why_not_saved
from bot.services.posts.tapped import ShownDigest, digest_shown_by
from bot.services.saying.forms import SAVE, FormState, Place, place_in, place_of
from bot.services.wording import cut

LONGEST_ADDRESS_IN_A_FORM = 2_000


async def choose(asked: Asked, chosen: MessageChosen) -> Answer:
    """A digest asks which item, a card is saved, anybody's message opens the form. A mistake changes nothing."""
    try:
        await require(asked, Right.SAVE)
        delivery = await asked.tx.outbox.by_message(chosen.channel, chosen.message)
        shown = await digest_shown_by(asked.tx, delivery) if delivery else None
        if shown is not None:
            return await _ours(asked, shown)
        return await _anybodys(asked, chosen)
    except Mistake as mistake:
        return Answer(say(str(mistake)))


async def _ours(asked: Asked, shown: ShownDigest) -> Answer:
    if len(shown.items) == 1:
        return await save_and_say(asked, await placing_here(asked, "button"), shown.items[0].post)
    buttons = [
        (f"Save item {each.number}", save_item(shown.delivery.id, each.number).encode()) for each in shown.digest.items
    ]
    return Answer((Say("Which item would you like to save?"), *in_one(buttons)))


async def _anybodys(asked: Asked, chosen: MessageChosen) -> Answer:
    state = await _about(asked, chosen)
    if asked.able.forms:
        return Answer(say("The form could not be opened."), form=AskForm(SAVE, state.written(), again=""))
    item = await _save(asked, state, Place())
    return await saved_answer(asked, item) if item else Answer(say(GONE))


async def _about(asked: Asked, chosen: MessageChosen) -> FormState:
    """The post it links to where we have it, else its first link, else the message itself. Raises Mistake."""
    links = [link for link in chosen.links if is_web_address(link)]
    title = cut(" ".join(_without(chosen.text, chosen.links).split()), LONGEST_TITLE)[0]
    post = await post_linked(asked.tx, asked.parts, links)
    if post is not None:
        await _require_that_it_may_be_saved(asked, post)
        return FormState(source=post.source, post=post.id, title=title)
    url = links[0] if links else chosen.url
    if not is_web_address(url):
        raise Mistake("There is no link in this message, so there is nothing to save.")
    if len(url) > LONGEST_ADDRESS_IN_A_FORM:
        raise Mistake("The address in this message is too long to be saved.")
    return FormState(url=url, title=title, is_message=not links)


async def _require_that_it_may_be_saved(asked: Asked, post: PostKey) -> None:
    """Raises Mistake for what its source, its author or an admin keeps out."""
    stored = (await asked.tx.posts.get([post])).get(post)
    if stored and (why_not := await why_not_saved(asked.tx, asked.channel.workspace, stored)):
        raise Mistake(why_not)


def _without(text: str, links: tuple[str, ...]) -> str:
    for link in links:
        text = text.replace(link, " ")
    return text


async def save_form(asked: Asked, state: FormState, values: Mapping[str, str]) -> Answer:
    """Raises Mistake before anything is changed."""
    await require(asked, Right.SAVE)
    filled = description_in(values)
    place = place_in(asked.parts, values)
    was_there = bool(state.item) and await place_of(asked.tx, asked.person.key, state.item) == place
    named = await name(asked, state.item, naming_in(state, values)) if state.item else ""
    item = await _save(asked, state, place)
    if item is None:
        raise Mistake(GONE)
    added = f"{named} {await describe(asked, item, filled)}".strip()
    if was_there:
        return Answer((Say(added or "Nothing was changed."), ways_on(asked, item)))
    return with_more(await saved_answer(asked, item, place.shelf), added)


async def _save(asked: Asked, state: FormState, place: Place) -> str | None:
    placing = await placing_here(asked, FORM, shelf=place.shelf, private=place.private)
    if state.post_key is not None:
        await _require_that_it_may_be_saved(asked, state.post_key)
        return await save_post(asked.tx, placing, state.post_key)
    if state.item:
        return await mark_seen(asked, placing, state.item)
    if await leads_to_what_vanished(asked.tx, asked.parts, state.url):
        return None
    return await save_link(asked.tx, placing, state.url, state.title, is_page=not state.is_message)
