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

_ADDRESS = re.compile(r"https?://[^\s、。，！？」]*")
_TAG_OR_MENTION = re.compile(r"[#＃@][^\s、。，！？」]*")
_TAG_OR_MENTION_IN_ASCII = re.compile(r"[#@]\S*")
_NO_LETTERS = re.compile(r"[^\x00-\x7f\w]+")
_WORDS = re.compile(r"\w+")
_LETTERS = bytes(ord(chr(code).lower()) if chr(code).isalnum() and code < 128 else 32 for code in range(256))


class Reading(NamedTuple):
    """`plain` is the wording: folded words without addresses, hashtags, mentions, punctuation and apostrophes, cut
    where it is very long. `length` counts its words; `hits` are those that tell what kind of post it is. `key` is what
    it is known by among what was seen; empty where there is too little of it to know a post by."""

    plain: str
    length: int
    hits: tuple[str, ...]
    key: str


def reading(text: str) -> Reading:
    return read_once(text[:MOST_CHARACTERS])


@lru_cache(REMEMBERED)
def read_once(beginning: str) -> Reading:
    """Only the beginning is remembered: ten thousand of the longest posts would not fit into memory."""
    words = _words(beginning)
    plain = " ".join(words)
    hits = hits_in(plain, words)
    if len(words) > MOST_WORDS:
        plain = " ".join(words[:MOST_WORDS])
    plain = plain[:MOST_LETTERS]
    key = f"text:{_fingerprint(plain)}" if _is_enough(plain, len(words)) else ""
    return Reading(plain, len(words), hits, key)


def _words(text: str) -> list[str]:
    wording = _wording(text)
    if not wording.isascii():
        wording = _NO_LETTERS.sub(" ", wording.replace("’", "'"))
    if wording.isascii():
        return wording.encode().translate(_LETTERS, b"'").decode().split()
    return _WORDS.findall(folded(wording.replace("'", "")))


def _wording(text: str) -> str:
    """Most posts are plain ASCII, in which a pattern finds its way much faster."""
    if "http" in text:
        text = _ADDRESS.sub(" ", text)
    return (_TAG_OR_MENTION_IN_ASCII if text.isascii() else _TAG_OR_MENTION).sub(" ", text)


def _is_enough(plain: str, length: int) -> bool:
    """Some scripts put no spaces between words, so that many letters are enough too."""
    return length >= FEWEST_WORDS or (len(plain) >= FEWEST_LETTERS and not plain.isascii())


def _fingerprint(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def post_key(post: Post) -> str:
    return f"post:{post.key.source}:{post.key.id}"


@lru_cache(2 * REMEMBERED)
def link_key(page: str) -> str:
    """`page` is a canonical address."""
    return f"link:{_fingerprint(page)}"


def seen_keys(post: Post) -> tuple[str, ...]:
    """What a channel has seen once it was shown this post: the post, the pages it links to, and its wording."""
    links = dict.fromkeys([link_key(canonical(link.url)) for link in post.links])
    text = reading(post.text).key
    return (post_key(post), *links, text) if text else (post_key(post), *links)
