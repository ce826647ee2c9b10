"""Who wrote what is about to be told."""

from collections.abc import Iterable

from bot.domain.audience import AuthorKey
from bot.domain.post import Author, Post
from bot.ports import Transaction


async def authors_of(tx: Transaction, posts: Iterable[Post]) -> dict[AuthorKey, Author]:
    """Those that are known, by source and id."""
    ids: dict[str, set[str]] = {}
    for post in posts:
        ids.setdefault(post.key.source, set()).add(post.author_id)
    return {
        (source, author.id): author
        for source, wanted in ids.items()
        for author in (await tx.posts.authors(source, wanted)).values()
    }
