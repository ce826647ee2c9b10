"""The past digests of a channel as entries of a file."""

from bot.domain.channel import Channel
from bot.domain.digest import Digest
from bot.domain.exchange.entry import Entry
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.post import Author, Post
from bot.domain.search.kinds import kind_of_page
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.parts import Parts
from bot.services.posts.authors import authors_of
from bot.services.posts.hiding import not_shown
from bot.services.posts.post_words import as_read, resource_of

MOST_DIGESTS = 500
"""Of school days, more than two years of them."""


async def channel_of(tx: Transaction, viewer: PersonKey, channel: str) -> Channel:
    """Raises Mistake where there is none, or it is somebody else's own."""
    known = await tx.channels.get(ChannelKey(viewer.workspace, channel))
    if known is None or known.owner not in {None, viewer.person}:
        raise Mistake("There is no such channel here.")
    return known


async def require_open(tx: Transaction, parts: Parts, viewer: PersonKey, channel: str) -> None:
    """Raises Mistake for a channel that not everybody sees, unless it is this person's own."""
    if not is_open(parts, await channel_of(tx, viewer, channel)):
        raise Mistake("Not everybody may see this channel. Type /pln export in it instead.")


def is_open(parts: Parts, channel: Channel) -> bool:
    return channel.owner is not None or not parts.is_closed(channel.key)


async def digest_entries(tx: Transaction, parts: Parts, workspace: str, channel: str) -> list[Entry]:
    """Newest digest first, each as it was ordered. What must not be shown any more is left out."""
    digests, _ = await tx.digests.past([ChannelKey(workspace, channel)], MOST_DIGESTS, 0)
    keys = {item.post for digest in digests for item in digest.items if not item.gone}
    hidden = await not_shown(tx, workspace, keys)
    posts = {key: post for key, post in (await tx.posts.get(keys)).items() if key not in hidden}
    authors = await authors_of(tx, posts.values())
    return [
        _entry(parts, digest, posts[item.post], authors)
        for digest in digests
        for item in digest.items
        if item.post in posts
    ]


def _entry(parts: Parts, digest: Digest, post: Post, authors: dict[tuple[str, str], Author]) -> Entry:
    resource, author = resource_of(post), authors.get((post.key.source, post.author_id))
    may_quote = parts.may_export_text(post.key.source)
    url = resource.url if resource else post.url
    by = f"Post by {author.name}" if author else "A post"
    return Entry(
        url=url,
        title=resource.title if resource else by,
        kind=kind_of_page(url) if resource else "other",
        saved_at=digest.composed_at,
        citations=((post.key.source, post.key.id),),
        credit=f"{author.name} (@{author.handle})" if author and may_quote else "",
        text=as_read(post) if may_quote else "",
    )
