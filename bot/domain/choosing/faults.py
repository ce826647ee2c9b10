"""What keeps a post out of every digest: how it is written, and what it sells."""

from collections.abc import Sequence

from bot.domain.choosing.lexicon import OWN_CLASS, Mark, with_mark
from bot.domain.choosing.said import Said
from bot.domain.choosing.wording import Reading
from bot.domain.fate import Reason

MOST_HASHTAGS = 15
"""Those under which teachers talk to each other not counted: some speak to all of their chats at once."""
HASHTAGS_BESIDE_FEW_WORDS = 5
MOST_MENTIONS = 8
SHADY_SIGNS = 2
WORDS_BEFORE_A_REPOST = 5

_DECISIVE = with_mark(Mark.SPAM)
_SUSPECT = _DECISIVE | with_mark(Mark.SHADY)

Exclusion = tuple[Reason, str]
"""The rule, and the words that triggered it."""


def fault_of(said: Said, read: Reading, hits: Sequence[str], peers: int) -> Exclusion | None:
    """`read` is its wording, `hits` what it says of the lexicon, `peers` counts its hashtags of teachers."""
    if "RT @" in said.text and _only_repeats(said.text):
        return Reason.REPOST, ""
    if not said.addresses and not said.media and (said.is_reply or said.text.startswith("@")):
        return Reason.REPLY, ""
    if not read.key:
        return Reason.SHORT, read.plain
    if words := _stuffed(said, read, peers):
        return Reason.STUFFED, words
    if words := _spam_in(hits):
        return Reason.SPAM, words
    return None


def _only_repeats(text: str) -> bool:
    """As people wrote before there was a button for it: “Agreed! RT @anna: …”."""
    before, _, _ = text.partition("RT @")
    return not before[-1:].isalnum() and len(before.split()) <= WORDS_BEFORE_A_REPOST


def _stuffed(said: Said, read: Reading, peers: int) -> str:
    hashtags, words = len(said.hashtags), read.length
    if hashtags - peers > MOST_HASHTAGS or (hashtags > HASHTAGS_BESIDE_FEW_WORDS and hashtags > 2 * words):
        return f"{hashtags} hashtags, {words} words"
    if said.mentions > MOST_MENTIONS:
        return f"{said.mentions} mentions"
    return ""


def _spam_in(hits: Sequence[str]) -> str:
    """The words that give it away; empty for what is no spam. One decisive sign is enough, of the shady two, unless
    somebody speaks of their own class."""
    if _SUSPECT.isdisjoint(hits):
        return ""
    if decisive := next((words for words in hits if words in _DECISIVE), ""):
        return decisive
    shady = list(dict.fromkeys(words for words in hits if words in _SUSPECT))
    is_meant = len(shady) >= SHADY_SIGNS and OWN_CLASS.isdisjoint(hits)
    return ", ".join(shady) if is_meant else ""
