"""Posts that were read for a channel and that nobody saved: what is found among them costs nothing."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.domain.channel import Channel
from bot.domain.coverage import Span
from bot.domain.digest import Candidate
from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.domain.search import Query
from bot.domain.search.entry import tag_facet
from bot.domain.search.passage import has_words
from bot.domain.search.query import AllOf, AnyOf, Facet, Node, Not, Words
from bot.domain.search.words import words_in
from bot.ports import Transaction
from bot.services.digest.selection import admitted
from bot.services.parts import Parts
from bot.services.posts.post_words import as_read

LOOKS_BACK = timedelta(days=14)
MOST = 50
"""So many that have the words are asked about further."""
MANY = 500
"""Posts in which looking takes a while."""


async def posts_read_with(tx: Transaction, parts: Parts, channel: Channel, query: Query) -> list[PostKey]:
    """Those that have what the search says and that no rule keeps out, newest first. Nothing for a search about what
    only saved things have."""
    tree = query.tree
    if tree is None or not _is_about_posts(tree):
        return []
    now = parts.clock.now()
    there = await tx.posts.candidates(channel.key, channel.sources, Span(now - LOOKS_BACK, now))
    fitting = await _fitting(there, tree)
    let_in = [each.post.key for each in await admitted(tx, parts, channel, fitting[:MOST], unseen=False)]
    removed = await _removed(tx, channel.key.workspace, let_in)
    return [post for post in let_in if post not in removed]


async def _removed(tx: Transaction, workspace: str, posts: Sequence[PostKey]) -> set[PostKey]:
    """Those whose item an admin took out of the library: they cannot be saved."""
    led_to = await tx.library.led_to(workspace, posts)
    items = await tx.library.items(workspace, [item for each in led_to.values() for item in each])
    gone = {item.id for item in items.values() if item.removed_at}
    return {post for post, each in led_to.items() if not gone.isdisjoint(each)}


def _is_about_posts(node: Node) -> bool:
    """Whether words and hashtags alone decide."""
    match node:
        case Words():
            return True
        case Facet(name):
            return name.startswith("#")
        case Not(part):
            return _is_about_posts(part)
        case AllOf(parts) | AnyOf(parts):
            return all(map(_is_about_posts, parts))
        case _:
            return False


async def _fitting(candidates: Sequence[Candidate], tree: Node) -> list[Candidate]:
    def work() -> list[Candidate]:
        return [each for each in candidates if _fits(tree, words_in(_text_of(each.post)), each.post.hashtags)]

    return work() if len(candidates) < MANY else await asyncio.to_thread(work)


def _fits(node: Node, said: Sequence[str], hashtags: Sequence[str]) -> bool:
    match node:
        case Words():
            return has_words(said, node)
        case Facet(name):
            return any(tag_facet(tag) == name for tag in hashtags)
        case Not(part):
            return not _fits(part, said, hashtags)
        case AnyOf(parts):
            return any(_fits(part, said, hashtags) for part in parts)
        case AllOf(parts):
            return all(_fits(part, said, hashtags) for part in parts)
        case _:
            return False


def _text_of(post: Post) -> str:
    links = (f"{link.title} {link.description}" for link in post.links)
    pictures = (media.alt_text for media in post.media)
    return "\n".join((as_read(post), *post.hashtags, *links, *pictures))
