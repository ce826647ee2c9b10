"""Everything that a message needs from the store, read once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.domain.content import (
    Content,
    Part,
    Say,
    ShowCard,
    ShowCover,
    ShowDigest,
    ShowItem,
    ShowNotes,
    ShowPost,
    ShowRoundup,
)
from bot.domain.digest import Digest
from bot.domain.keys import PostKey
from bot.domain.library import Item
from bot.domain.post import Author, Post
from bot.ports import Transaction
from bot.services.parts import Parts
from bot.services.people.names import as_named, names_shown
from bot.services.people.threshold import as_seen, is_for_all, savers_needed
from bot.services.posts.authors import authors_of
from bot.services.posts.contexts import contexts_in_words
from bot.services.posts.hiding import not_shown_of
from bot.services.saying.present.occasion import Occasion

MOST_CITATIONS = 20
"""Of so many posts that lead to an item one is chosen to be shown."""

Known = Mapping[str, Item]
NOTHING: Known = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is there of all that the content refers to, as this viewer may see it."""

    parts: Parts
    occasion: Occasion
    digests: Mapping[str, Digest]
    """By their slots."""
    items: Mapping[str, Item]
    has_departments: bool
    """Asked only where items are shown."""
    least: int
    """So many have to save an item before it is for all."""
    posts: Mapping[PostKey, Post]
    hidden: Mapping[PostKey, str]
    """Why those posts must not be shown."""
    authors: Mapping[tuple[str, str], Author]
    """By source and id."""
    contexts: Mapping[PostKey, str]
    saved: Mapping[PostKey, Item]
    """What is in the library of all, of posts that are shown as posts."""
    names: Mapping[str, str]
    """Of people who say something."""
    share_in: str
    """The channel that others read, too; empty where that is nobody else's."""

    def author_of(self, post: Post | None) -> Author | None:
        return self.authors.get((post.key.source, post.author_id)) if post else None

    def source_label(self, post: Post) -> str:
        return self.parts.source_label(post.key.source)

    def post_of(self, item: Item) -> Post | None:
        return self.posts.get(item.post) if item.post else None

    def why_hidden(self, item: Item) -> str | None:
        return self.hidden.get(item.post) if item.post else None

    def is_for_all(self, item: Item) -> bool:
        return is_for_all(item, self.least)


async def gather(tx: Transaction, parts: Parts, occasion: Occasion, content: Content, known: Known) -> Gathered:
    """Items that are `known` are not read again."""
    workspace = occasion.channel.workspace
    digests = await _digests(tx, workspace, content)
    least = await savers_needed(tx, workspace)
    items = await _items(tx, occasion, content, known, least)
    shown = list(_shown_posts(content, digests.values()))
    wanted = [*shown, *_posts_of(items.values())]
    posts = await tx.posts.get(wanted)
    hidden = await not_shown_of(tx, workspace, wanted, posts)
    items = {key: _with_what_can_be_shown(item, hidden) for key, item in items.items()}
    return Gathered(
        parts,
        occasion,
        digests=digests,
        items=items,
        has_departments=bool(_items_in(content)) and await tx.library.has_departments(workspace),
        least=least,
        posts=posts,
        hidden=hidden,
        authors=await authors_of(tx, posts.values()),
        contexts=await contexts_in_words(tx, occasion.channel, posts.values()),
        saved=await _saved(tx, occasion, shown, items.values(), least),
        names=await _names(tx, occasion, content),
        share_in=await _name_to_share_in(tx, occasion),
    )


async def _digests(tx: Transaction, workspace: str, content: Content) -> dict[str, Digest]:
    slots = [part.slot for part in content if isinstance(part, ShowDigest | ShowCover | ShowCard)]
    return {slot: digest for slot in dict.fromkeys(slots) if (digest := await tx.digests.get(workspace, slot))}


async def _items(tx: Transaction, occasion: Occasion, content: Content, known: Known, least: int) -> dict[str, Item]:
    workspace, viewer, wanted = occasion.channel.workspace, occasion.viewer, _items_in(content)
    others = [item for item in wanted if item not in known]
    read = await tx.library.items(workspace, others, viewer) if others else {}
    there = {item: known[item] for item in wanted if item in known} | read
    named = await as_named(tx, workspace, there, viewer)
    return {key: as_seen(item, least, viewer) for key, item in named.items()}


def _items_in(content: Content) -> list[str]:
    return [item for part in content for item in _items_of(part)]


def _items_of(part: Part) -> Sequence[str]:
    match part:
        case ShowItem(item) | ShowNotes(item):
            return [item]
        case ShowRoundup(items):
            return items
        case _:
            return []


def _shown_posts(content: Content, digests: Iterable[Digest]) -> Iterable[PostKey]:
    """Those that are shown as posts, with who saved them."""
    yield from (PostKey(part.source, part.id) for part in content if isinstance(part, ShowPost))
    yield from (item.post for digest in digests for item in digest.items)


def _posts_of(items: Iterable[Item]) -> Iterable[PostKey]:
    for item in items:
        if item.post:
            yield item.post
        yield from item.citations[:MOST_CITATIONS]


def _with_what_can_be_shown(item: Item, hidden: Mapping[PostKey, str]) -> Item:
    """Of several posts that lead to it the newest that can be shown."""
    there = (post for post in item.citations[:MOST_CITATIONS] if post not in hidden)
    return replace(item, post=next(there, item.post))


async def _saved(
    tx: Transaction, occasion: Occasion, shown: Sequence[PostKey], items: Iterable[Item], least: int
) -> dict[PostKey, Item]:
    """Not of a post whose item stands beside it."""
    told_of = {post for item in items for post in item.citations}
    others = [post for post in shown if post not in told_of]
    found = await tx.library.of_post(occasion.channel.workspace, others) if others else {}
    named = await as_named(tx, occasion.channel.workspace, found, occasion.viewer) if found else {}
    return {key: item for key, item in named.items() if is_for_all(item, least)}


async def _names(tx: Transaction, occasion: Occasion, content: Content) -> Mapping[str, str]:
    """Beside items of the library as the workspace shows names."""
    workspace, people = occasion.channel.workspace, {part.by for part in content if isinstance(part, Say) and part.by}
    if _items_in(content):
        return await names_shown(tx, workspace, people, occasion.viewer)
    return await tx.people.names(workspace, people)


async def _name_to_share_in(tx: Transaction, occasion: Occasion) -> str:
    known = await tx.channels.get(occasion.channel)
    if occasion.channel.channel == occasion.viewer or (known and known.owner):
        return ""
    return known.name if known else "this channel"
