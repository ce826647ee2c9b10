"""What a post says, in a form in which two posts can be compared."""

import re
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from bot.domain.choosing.lexicon import hits_in
from bot.domain.links import canonical
from bot.domain.post import Post
from bot.domain.topic import folded

FEWEST_WORDS = 4
FEWEST_LETTERS = 12
MOST_CHARACTERS = 2_000
"""So much of a post is looked at: some have 25,000, and a stranger chooses them."""
MOST_WORDS = 80
"""Posts whose first words are the same are the same, however they go on."""
MOST_LETTERS = 800
"""So many of them are compared, because nobody says how long a word is."""
REMEMBERED = 10_000
"""Many channels choose among the same posts at the same time."""

_NOT_WORDING = re.compile(r"(?:#|＃|@|https?://)[^\s、。，！？」]*")
_NO_LETTERS = re.compile(r"[^\x00-\x7f\w]+")
_WORDS = re.compile(r"\w+")
_LETTERS = bytes(ord(chr(code).lower()) if chr(code).isalnum() and code < 128 else 32 for code in range(256))


class Reading(NamedTuple):
    """`plain` is the wording: folded words without addresses, hashtags, mentions, punctuation and apostrophes, cut
    where it is very long. `length` counts its words; `hits` are those that tell what kind of post it is."""

    plain: str
    length: int
    hits: tuple[str, ...]


@lru_cache(REMEMBERED)
def reading(text: str) -> Reading:
    words = _words(text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS])
    plain = " ".join(words)
    hits = hits_in(plain, words)
    if len(words) > MOST_WORDS:
        plain = " ".join(words[:MOST_WORDS])
    return Reading(plain[:MOST_LETTERS], len(words), hits)


def _words(text: str) -> list[str]:
    wording = _NOT_WORDING.sub(" ", text)
    if not wording.isascii():
        wording = _NO_LETTERS.sub(" ", wording.replace("’", "'"))
    if wording.isascii():
        return wording.encode().translate(_LETTERS, b"'").decode().split()
    return _WORDS.findall(folded(wording.replace("'", "")))


def is_enough(read: Reading) -> bool:
    """Some scripts put no spaces between words, so that many letters are enough too."""
    return read.length >= FEWEST_WORDS or (len(read.plain) >= FEWEST_LETTERS and not read.plain.isascii())


@lru_cache(2 * REMEMBERED)
def fingerprint(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def post_key(post: Post) -> str:
    return f"post:{post.key.source}:{post.key.id}"


def link_key(page: str) -> str:
    """`page` is a canonical address."""
    return f"link:{fingerprint(page)}"


def wording_keys(read: Reading) -> tuple[str, ...]:
    """None where there is too little wording to know a post by."""
    return (f"text:{fingerprint(read.plain)}",) if is_enough(read) else ()


def seen_keys(post: Post) -> tuple[str, ...]:
    """What a channel has seen once it was shown this post: the post, the pages it links to, and its wording."""
    links = dict.fromkeys(link_key(canonical(link.url)) for link in post.links)
    return (post_key(post), *links, *wording_keys(reading(post.text)))
