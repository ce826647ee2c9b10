"""What a post says, in a form in which two posts can be compared."""

import re
from dataclasses import dataclass
from hashlib import sha256

from bot.domain.choosing.alike import Edges, edges_of
from bot.domain.choosing.lexicon import hits_in
from bot.domain.keys import PostKey
from bot.domain.topic import folded

FEWEST_WORDS = 4
FEWEST_LETTERS = 12
MOST_CHARACTERS = 2_000
"""So much of a post is looked at: some have 25,000, and a stranger chooses them."""
MOST_WORDS = 80
"""Posts whose first words are the same are the same, however they go on."""
MOST_LETTERS = 800
"""So many of them are compared, because nobody says how long a word is."""

_NO_WORDS = re.compile(r"(?:#|＃|@|https?://)[^\s、。，！？」]*")
_NO_WORDS_IN_ASCII = re.compile(r"(?:#|@|https?://)\S*")
"""Addresses, hashtags and mentions. Most posts are plain ASCII, in which a pattern finds its way much faster."""
_NO_LETTERS = re.compile(r"[^\x00-\x7f\w]+")
_WORDS = re.compile(r"\w+")
_LETTERS = bytes(ord(chr(code).lower()) if chr(code).isalnum() and code < 128 else 32 for code in range(256))


@dataclass(frozen=True, slots=True)
class Reading:
    """`plain` is the wording: folded words without addresses, hashtags, mentions, punctuation and apostrophes, cut
    where it is very long. `length` counts its words; `hits` are those that tell what kind of post it is. `key` is what
    it is known by among what was seen; empty where there is too little of it to know a post by."""

    plain: str
    length: int
    hits: tuple[str, ...]
    key: str
    edges: Edges


def reading(text: str) -> Reading:
    words = _words(text[:MOST_CHARACTERS])
    plain = " ".join(words)
    hits = hits_in(plain, words)
    length = len(words)
    if length > MOST_WORDS:
        words = words[:MOST_WORDS]
        plain = " ".join(words)
    if len(plain) > MOST_LETTERS:
        plain = plain[:MOST_LETTERS]
        words = plain.split(" ")
    key = f"text:{_fingerprint(plain)}" if _is_enough(plain, length) else ""
    return Reading(plain, length, hits, key, edges_of(plain, words))


def _words(text: str) -> list[str]:
    wording = (_NO_WORDS_IN_ASCII if text.isascii() else _NO_WORDS).sub(" ", text)
    if not wording.isascii():
        wording = _NO_LETTERS.sub(" ", wording.replace("’", "'"))
    if wording.isascii():
        return wording.encode().translate(_LETTERS, b"'").decode().split()
    return _WORDS.findall(folded(wording.replace("'", "")))


def _is_enough(plain: str, length: int) -> bool:
    """Some scripts put no spaces between words, so that many letters are enough too."""
    return length >= FEWEST_WORDS or (len(plain) >= FEWEST_LETTERS and not plain.isascii())


def _fingerprint(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def post_key(key: PostKey) -> str:
    return f"post:{key.source}:{key.id}"


def link_key(page: str) -> str:
    """`page` is a canonical address."""
    return f"link:{_fingerprint(page)}"
