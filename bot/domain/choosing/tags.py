"""What a hashtag tells."""

from functools import lru_cache
from typing import NamedTuple

from bot.domain.choosing.lexicon import MARKS
from bot.domain.topic import folded

REMEMBERED = 20_000


class Tag(NamedTuple):
    """`hit` is how it stands in the lexicon, empty for most. `is_peers` for those under which teachers talk to each
    other."""

    key: str
    hit: str
    is_peers: bool


@lru_cache(REMEMBERED)
def tag_of(written: str) -> Tag:
    key = folded(written)
    is_peers = key.endswith(("chat", "twitter", "teachers")) or "teach" in key
    return Tag(key, f"#{key}" if f"#{key}" in MARKS else "", is_peers)
