"""What a post answers or quotes, in one line, where that is stored and may be shown."""

from collections.abc import Iterable

from bot.domain.keys import ChannelKey, PostKey
from bot.domain.post import Author, Post, ReferenceKind
from bot.domain.rules import muted, mutes_of
from bot.ports import Transaction
from bot.services.posts.authors import authors_of
from bot.services.posts.hiding import not_shown_of
from bot.services.posts.post_words import as_read
from bot.services.wording import cut

LONGEST_CONTEXT = 120
BEGINNINGS = {ReferenceKind.REPLIED_TO: "In reply to", ReferenceKind.QUOTED: "About"}


def context_of(post: Post) -> tuple[ReferenceKind, PostKey] | None:
    """What it answers, else what it quotes."""
    for kind in BEGINNINGS:
        if (found := post.refers(kind)) is not None:
            return kind, PostKey(post.key.source, found)
    return None


async def contexts_in_words(tx: Transaction, channel: ChannelKey, posts: Iterable[Post]) -> dict[PostKey, str]:
    """`In reply to Ada Okafor: “How do you …”`, by the post that answers or quotes. What readers there must not see, or
    do not want to, is left out."""
    wanted = {post.key: found for post in posts if (found := context_of(post)) is not None}
    keys = {key for _, key in wanted.values()}
    stored = await tx.posts.get(keys) if keys else {}
    hidden = await not_shown_of(tx, channel.workspace, keys, stored)
    rules = await tx.rules.of(channel.workspace) if stored else []
    mutes = [*mutes_of(rules, channel.channel), *mutes_of(rules, "")]
    authors = await authors_of(tx, stored.values())
    said: dict[PostKey, str] = {}
    for key, (kind, about) in wanted.items():
        post = stored.get(about)
        author = authors.get((post.key.source, post.author_id)) if post else None
        if post is None or about in hidden:
            continue
        if not muted(post, author.handle if author else "", mutes):
            said[key] = _in_words(kind, post, author)
    return said


def _in_words(kind: ReferenceKind, post: Post, author: Author | None) -> str:
    who = author.name if author else "a post"
    text = cut(" ".join(as_read(post).split()), LONGEST_CONTEXT)[0]
    return f"{BEGINNINGS[kind]} {who}: “{text}”" if text else ""
