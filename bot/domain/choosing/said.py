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


Unnamed = tuple[str, tuple[str, ...], tuple[str, ...], int, str, tuple[Media, ...], bool]


def said_by(post: Post) -> Said:
    return Said(*unnamed(post))


def unnamed(post: Post) -> Unnamed:
    """The same as a plain tuple, equal to it: every candidate of every choice is compared with what it said before."""
    return (
        post.text,
        tuple([link.url for link in post.links]) if post.links else (),
        post.hashtags,
        len(post.mentions),
        post.lang,
        post.media,
        bool(post.references) and post.is_reply,
    )
