"""What a reaction does: on a digest it saves an item, on anybody's message the post that it links to."""

from bot.commands.context import Answer, Asked
from bot.commands.library.after_saving import is_first_save, saved_answer
from bot.commands.library.placing import placing_here
from bot.commands.rights import is_undecided, may, require
from bot.domain.actions import save_item
from bot.domain.content import Content, Say, offer, say
from bot.domain.digest import DigestItem
from bot.domain.events import ReactionAdded, ReactionRemoved
from bot.domain.keys import PostKey
from bot.domain.library import reaction_origin, shelf_of
from bot.domain.people import Right
from bot.errors import Mistake
from bot.services.library.shelf import save_link, save_post, withdraw, withdraw_link, withdraw_reaction
from bot.services.notice_keys import read_only_key
from bot.services.posts.permalinks import is_link_to_a_post, leads_to_what_vanished, post_linked
from bot.services.posts.standings import why_not_saved
from bot.services.posts.tapped import ShownDigest, digest_shown_by, item_tapped, means_something

NOTHING = Answer(())

Reaction = ReactionAdded | ReactionRemoved


class TooEarly(Exception):
    """The reaction is on a message that may be ours and is not known to be yet, or that cannot be read just now; or it
    is not known just now whether that person may save."""


async def react(asked: Asked, reaction: ReactionAdded) -> Answer:
    """Privately answered only where somebody would else not know what became of it. Raises TooEarly."""
    try:
        return await _react(asked, reaction)
    except Mistake as refusal:
        return Answer(say(str(refusal))) if asked.able.private_messages else NOTHING


async def _react(asked: Asked, reaction: ReactionAdded) -> Answer:
    if asked.around.is_app or not means_something(reaction.emoji, asked.parts.shelves):
        return NOTHING
    shown = await _shown(asked, reaction)
    if shown is None:
        return await _save_what_it_links_to(asked, reaction)
    tapped = item_tapped(shown, reaction.emoji, asked.parts.shelves)
    if tapped is None and shelf_of(reaction.emoji, asked.parts.shelves) is None:
        return NOTHING
    if not await _may_save(asked):
        return await _refused(asked)
    if tapped is None:
        return Answer(_which_one(shown, reaction.emoji))
    return await _save(asked, reaction, *tapped)


async def unreact(asked: Asked, reaction: ReactionRemoved) -> None:
    """Ends that reaction's mark and no other. Raises TooEarly."""
    origin, person = _origin(reaction), asked.person.key
    if marked := await asked.tx.library.marked(person, origin):
        for item in marked:
            await withdraw(asked.tx, person, item, origin=origin, at=asked.at)
        return
    if means_something(reaction.emoji, asked.parts.shelves):
        await _withdraw_what_never_came(asked, reaction)


async def _withdraw_what_never_came(asked: Asked, reaction: ReactionRemoved) -> None:
    """The withdrawal may have overtaken its reaction."""
    shown, origin, person = await _shown(asked, reaction), _origin(reaction), asked.person.key
    if shown is not None:
        if tapped := item_tapped(shown, reaction.emoji, asked.parts.shelves):
            await withdraw_reaction(asked.tx, person, tapped[0].post, origin=origin, at=asked.at)
        return
    post, link = await _linked(asked)
    if post is not None:
        await withdraw_reaction(asked.tx, person, post, origin=origin, at=asked.at)
    elif link:
        await withdraw_link(asked.tx, person, link, origin=origin, at=asked.at)


async def _shown(asked: Asked, reaction: Reaction) -> ShownDigest | None:
    """None for messages that show no digest of ours."""
    delivery = await asked.tx.outbox.by_message(reaction.channel, reaction.message)
    if delivery is None and await asked.tx.outbox.is_unsettled(reaction.channel):
        raise TooEarly
    return await digest_shown_by(asked.tx, delivery) if delivery else None


async def _save(asked: Asked, reaction: ReactionAdded, item: DigestItem, shelf: str) -> Answer:
    saved = await save_post(asked.tx, await placing_here(asked, _origin(reaction), shelf=shelf), item.post)
    return await _after(asked, saved, shelf)


async def _save_what_it_links_to(asked: Asked, reaction: ReactionAdded) -> Answer:
    """Only the link to a post: people react to all kinds of messages."""
    post, link = await _linked(asked)
    if post is None and not link:
        return NOTHING
    if not await _may_save(asked):
        return await _refused(asked)
    shelf = shelf_of(reaction.emoji, asked.parts.shelves) or ""
    placing = await placing_here(asked, _origin(reaction), shelf=shelf)
    if post is not None:
        if why_not := await _why_not_saved(asked, post):
            return Answer(say(why_not)) if asked.able.private_messages else NOTHING
        saved = await save_post(asked.tx, placing, post)
    elif await leads_to_what_vanished(asked.tx, asked.parts, link):
        saved = None
    else:
        saved = await save_link(asked.tx, placing, link, "")
    return await _after(asked, saved, shelf)


async def _may_save(asked: Asked) -> bool:
    """Raises TooEarly where the platform does not say just now: a save must not be lost for that."""
    if await is_undecided(asked, Right.SAVE):
        raise TooEarly
    return await may(asked, Right.SAVE)


async def _why_not_saved(asked: Asked, post: PostKey) -> str:
    """Empty for one that vanished: that is nobody's business, and nothing is saved then."""
    stored = (await asked.tx.posts.get([post])).get(post)
    if stored is None or await asked.tx.posts.absent([post]):
        return ""
    return await why_not_saved(asked.tx, asked.channel.workspace, stored)


async def _linked(asked: Asked) -> tuple[PostKey | None, str]:
    """The post that the message links to where we have it, and else the link to one."""
    links = asked.around.links or ()
    post = await post_linked(asked.tx, asked.parts, links)
    return post, next((link for link in links if is_link_to_a_post(link)), "")


async def _after(asked: Asked, item: str | None, shelf: str) -> Answer:
    """The first save is answered, later ones are seen on the message."""
    if item is None or not asked.able.private_messages or not await is_first_save(asked):
        return NOTHING
    return await saved_answer(asked, item, shelf, first=True)


async def _refused(asked: Asked) -> Answer:
    """Said once to each person: who reacts all day is not told all day."""
    key = read_only_key(asked.person.key.person)
    if not asked.able.private_messages or not await asked.tx.notices.first_time(asked.channel.workspace, key, asked.at):
        return NOTHING
    try:
        await require(asked, Right.SAVE)
    except Mistake as refusal:
        return Answer(say(str(refusal)))
    return NOTHING


def _which_one(shown: ShownDigest, emoji: str) -> Content:
    buttons = offer(
        *(
            (f"Save item {item.number}", save_item(shown.delivery.id, item.number, emoji).encode())
            for item in shown.digest.items
        )
    )
    return (Say("Which item would you like to save? Reacting to the digest with its number does it, too."), buttons)


def _origin(reaction: Reaction) -> str:
    return reaction_origin(reaction.message, reaction.emoji)
