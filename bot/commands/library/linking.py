"""save: an item of the latest digest by its number, or a post or any page by its link"""

import re

from bot.commands.context import Answer, Asked
from bot.commands.errands import asked_today, send_for
from bot.commands.library.after_saving import GONE, numbered, save_and_say, saved_answer
from bot.commands.library.placing import placing_here
from bot.commands.rights import require, why_nothing_is_read
from bot.domain.actions import whole_number
from bot.domain.content import Content, Say, ShowPost, say
from bot.domain.errand import ErrandKind
from bot.domain.keys import PostKey
from bot.domain.links import is_web_address
from bot.domain.people import Right
from bot.errors import Mistake
from bot.services.library.shelf import save_link
from bot.services.posts.standings import why_not_saved, why_not_shown
from bot.services.reading.means import can_pay

MOST_LOOK_UPS = 20
"""That one person may ask for in a day. Each costs what a post costs."""
COMMAND = "command"
ONLY_ME = "only me"
_ONLY_ME = re.compile(
    r"(?:^|(?<=\s))(?:(?:only|just) (?:for )?me|for me (?:only|alone)|private(?:ly)?)$", re.IGNORECASE
)

_WITHOUT_SCHEME = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,63}(?:/\S*)?", re.IGNORECASE)


async def save(asked: Asked, words: str) -> Answer:
    await require(asked, Right.SAVE)
    typed, private = without_only_me(words)
    if whole_number(typed.removeprefix("#")):
        post = await numbered(asked, typed, "save 3")
        return await save_and_say(asked, await placing_here(asked, COMMAND, private=private), post)
    address = _address(typed)
    if not address:
        raise Mistake(
            "Say which item of the latest digest, one number at a time, such as /pln save 3. A link can be saved, too: "
            "one at a time, as it stands in the address bar."
        )
    return await _save_address(asked, address, private=private)


def without_only_me(words: str) -> tuple[str, bool]:
    """What is to be saved, and whether for that person alone."""
    typed = " ".join(words.split())
    found = _ONLY_ME.search(typed)
    return (typed[: found.start()] if found else typed).strip(), found is not None


def _address(typed: str) -> str:
    """As people paste it, with https:// or without; empty for what is none."""
    address = f"https://{typed}" if _WITHOUT_SCHEME.fullmatch(typed) else typed
    return address if is_web_address(address) else ""


async def _save_address(asked: Asked, address: str, *, private: bool) -> Answer:
    post = post_at(asked, address)
    if post is None:
        return await save_page(asked, address, private=private)
    if (known := await asked.tx.posts.with_edition(post.source, post.id)) is not None:
        return await save_known_post(asked, known, origin=COMMAND, private=private)
    if why_not := await why_not_shown(asked.tx, asked.channel.workspace, post):
        return Answer(say(why_not))
    if await asked_today(asked, ErrandKind.LOOK_UP) >= MOST_LOOK_UPS:
        raise Mistake(f"You have had {MOST_LOOK_UPS} posts looked up today, which is the limit. Try again tomorrow.")
    price, label = asked.parts.sources[post.source].prices.post, asked.parts.source_label(post.source)
    if price and (why_not := await why_nothing_is_read(asked)):
        return await _save_the_link_alone(asked, address, why_not, private=private)
    if not await can_pay(asked.tx, asked.parts, await asked.known_channel(), price):
        raise Mistake(f"{asked.here} has spent its part of the money for {label}, so the post was not looked up.")
    await send_for(asked, ErrandKind.LOOK_UP, post.source, post.id, address, *((ONLY_ME,) if private else ()))
    return Answer(say(f"Looking the post up on {label} to save it."))


async def _save_the_link_alone(asked: Asked, address: str, why: str, *, private: bool) -> Answer:
    saved = await save_page(asked, address, private=private)
    return Answer((Say(f"{why} Only the link was kept."), *saved.private))


async def save_page(asked: Asked, address: str, *, private: bool) -> Answer:
    """The link alone. Raises Mistake."""
    placing = await placing_here(asked, COMMAND, private=private)
    return await saved_answer(asked, await save_link(asked.tx, placing, address, ""))


def post_at(asked: Asked, address: str) -> PostKey | None:
    """The post of one of our sources that the address leads to."""
    found = [(name, source.post_id(address)) for name, source in asked.parts.sources.items()]
    return next((PostKey(name, post) for name, post in found if post), None)


async def save_known_post(asked: Asked, post: PostKey, *, origin: str, private: bool = False) -> Answer:
    """A stored post, whether a digest ever showed it or not: saved, and told which it is."""
    stored = (await asked.tx.posts.get([post])).get(post)
    if stored is None:
        return Answer(say(await why_not_shown(asked.tx, asked.channel.workspace, post) or GONE))
    if why_not := await why_not_saved(asked.tx, asked.channel.workspace, stored):
        return Answer(say(why_not))
    answer = await save_and_say(asked, await placing_here(asked, origin, private=private), post)
    return Answer((*answer.private[:1], *_in_short(post), *answer.private[1:])) if origin == COMMAND else answer


def _in_short(post: PostKey) -> Content:
    """How it begins: whoever pasted a link sees that it was the right one."""
    return (ShowPost(post.source, post.id, "", amount="beginning"),)
