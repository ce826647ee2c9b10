"""What hashtags tell."""

from collections.abc import Sequence

from bot.domain.choosing.lexicon import MARKS

_HITS = {words.removeprefix("#"): words for words in MARKS if words.startswith("#")}
_OF_PEERS = ("chat", "twitter", "teachers")


def hits_of(tags: Sequence[str]) -> list[str]:
    """Those in the lexicon, as they stand there. `tags` are folded and without their sign."""
    return [_HITS[tag] for tag in tags if tag in _HITS]


def peers_among(tags: Sequence[str]) -> list[str]:
    """Those under which teachers talk to each other."""
    return [tag for tag in tags if tag.endswith(_OF_PEERS) or "teach" in tag]
