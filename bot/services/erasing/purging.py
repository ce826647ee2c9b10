"""Taking posts away at once, because somebody asks for it."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bot.domain.keys import PostKey
from bot.domain.removal import Cause
from bot.domain.standing import Standing
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.erasing.vanished import Trace, copies_of, erase, show_anew
from bot.services.parts import Parts
from bot.services.wording import counted

MOST_LETTERS_OF_A_NAME = 100
_NUMBER = re.compile(r"\d{1,25}", re.ASCII)
WHAT_TO_PURGE = "Say which: the link of a post, or @name for everything of that account."


@dataclass(frozen=True, slots=True)
class Purged:
    """How many posts were erased, and in how many messages and items of libraries they stood."""

    posts: int
    messages: int
    items: int


def is_account(words: str) -> bool:
    return words.startswith("@")


async def posts_meant(tx: Transaction, parts: Parts, words: str) -> list[PostKey]:
    """By the link of a post, or as the audit writes it (`x:123`); or all that are kept of an account, maybe none.
    Raises Mistake for what is neither."""
    if is_account(words):
        return await _of_account(tx, parts, words.removeprefix("@"))
    source, _, number = words.partition(":")
    if source in parts.sources and _NUMBER.fullmatch(number):
        return [await _edition(tx, source, number)]
    if linked := _at(parts, words):
        return [await _edition(tx, each.source, each.id) for each in linked]
    raise Mistake(f"This is no link to a post. {WHAT_TO_PURGE}" if urlsplit(words).scheme else WHAT_TO_PURGE)


async def _edition(tx: Transaction, source: str, id_: str) -> PostKey:
    """A link may lead to a later edition than the one that a post is kept under."""
    return await tx.posts.with_edition(source, id_) or PostKey(source, id_)


async def _of_account(tx: Transaction, parts: Parts, handle: str) -> list[PostKey]:
    if not handle or len(handle) > MOST_LETTERS_OF_A_NAME:
        raise Mistake(WHAT_TO_PURGE)
    of_author = [
        post
        for name in parts.sources
        if (author := await tx.posts.author_named(name, handle)) is not None
        for post in await tx.posts.by_author(name, author.id)
    ]
    links = [url for _, _, url in await tx.library.links() if f"/{handle}/".casefold() in url.casefold()]
    return list(dict.fromkeys([*of_author, *(post for url in links for post in _at(parts, url))]))


def _at(parts: Parts, url: str) -> list[PostKey]:
    """The posts that the address leads to, whether or not they are kept."""
    return [PostKey(name, id_) for name, each in parts.sources.items() if (id_ := each.post_id(url))]


async def _links_to(
    tx: Transaction, parts: Parts, posts: Collection[PostKey]
) -> dict[PostKey, frozenset[tuple[str, str]]]:
    """Saved links that lead to the posts, each with its workspace: where a post could not be looked up, only its link
    was saved, which names its author."""
    stored = await tx.posts.get(posts)
    editions = {post: {post} for post in posts}
    for post, known in stored.items():
        editions[post].add(PostKey(post.source, known.latest_id))
    links = [((workspace, item), set(_at(parts, url))) for workspace, item, url in await tx.library.links()]
    return {post: frozenset(item for item, leads in links if leads & editions[post]) for post in posts}


async def purge(tx: Transaction, parts: Parts, posts: Collection[PostKey]) -> Purged:
    """Erases them for good, also those that were never read: they will not be shown when they are."""
    now = parts.clock.now()
    links = await _links_to(tx, parts, posts)
    known = {*await tx.posts.get(posts), *(post for post in posts if links[post])}
    for post in links:
        for workspace, item in links[post]:
            await tx.library.take_link_away(workspace, item, post)
    found = await copies_of(tx, posts)
    copies = {post: replace(each, items=each.items | links[post]) for post, each in found.items()}
    await tx.posts.set_standing(posts, Standing.GONE, now)
    await erase(tx, dict.fromkeys(posts, Cause.PURGED), Trace("purge", now), copies)
    await show_anew(tx, copies, now)
    messages = {message for each in copies.values() for message in each.messages}
    items = {item for each in copies.values() for item in each.items}
    return Purged(len(known), len(messages), len(items))


def in_words(purged: Purged) -> str:
    """What was done."""
    if not purged.posts:
        return "Nothing is kept of it. It will not be shown, even if it is read later."
    lines = [f"{counted(purged.posts, 'post')} erased: wording, pictures and author. It does not come back."]
    if purged.messages:
        lines.append(f"{counted(purged.messages, 'message')} with it will say “no longer available”.")
    if purged.items:
        lines.append(f"{counted(purged.items, 'saved item')} lost it; links to other pages, tags and notes stay.")
    return " ".join(lines)
