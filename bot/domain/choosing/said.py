"""What of a post says what it is about, apart from who wrote it, when, and what came of it."""

from typing import NamedTuple

from bot.domain.post import Media, Post


class Said(NamedTuple):
    """`addresses` are where its links lead, `mentions` how many accounts it names."""

    text: str
    addresses: tuple[str, ...]
    hashtags: tuple[str, ...]
    mentions: int
    lang: str
    media: tuple[Media, ...]
    is_reply: bool


def said_by(post: Post) -> Said:
    return Said(*_all_of(post))


def is_said_by(post: Post, said: Said) -> bool:
    """Asked of every candidate of every choice, so that no names are given to what is only compared."""
    return said == _all_of(post)


def _all_of(post: Post) -> tuple[str, tuple[str, ...], tuple[str, ...], int, str, tuple[Media, ...], bool]:
    return (
        post.text,
        tuple([link.url for link in post.links]),
        post.hashtags,
        len(post.mentions),
        post.lang,
        post.media,
        bool(post.references) and post.is_reply,
    )
