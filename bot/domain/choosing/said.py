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
    return Said(
        post.text,
        _addresses(post),
        post.hashtags,
        len(post.mentions),
        post.lang,
        post.media,
        bool(post.references) and post.is_reply,
    )


def is_said_by(post: Post, said: Said) -> bool:
    """Asked of every candidate of every choice, so that the text comes first."""
    return (
        said.text == post.text
        and said.addresses == _addresses(post)
        and said.hashtags == post.hashtags
        and said.mentions == len(post.mentions)
        and said.lang == post.lang
        and said.media == post.media
        and said.is_reply == (bool(post.references) and post.is_reply)
    )


def _addresses(post: Post) -> tuple[str, ...]:
    return tuple([link.url for link in post.links]) if post.links else ()
