"""What became of a candidate, and why: every post that was looked at has exactly one fate."""

from enum import StrEnum
from typing import NamedTuple

from bot.domain.keys import PostKey


class Ending(StrEnum):
    """
    shown       an item of the digest; `number` says which
    merged      the same thing as `other`, which stands for both
    held_back   it would be in, but for variety: `other` is the item that it would repeat in some way
    outranked   others scored higher; `short_by` is how much it lacked
    excluded    a rule keeps it out; `reason` says which, `words` what triggered it
    """

    SHOWN = "shown"
    MERGED = "merged"
    HELD_BACK = "held_back"
    OUTRANKED = "outranked"
    EXCLUDED = "excluded"


class Reason(StrEnum):
    """
    withheld    its source withholds it
    sensitive   its source or its author calls it sensitive
    reported    somebody reported it, and it is not restored
    blocked     the workspace keeps it out
    muted       the channel keeps it out
    pictures    pictures by an account that is not known here, where only known ones may show some
    language    written in another language than the channel reads
    repost      it only repeats another post
    reply       a reply without a link: outside its conversation it says little
    short       too few words
    stuffed     a pile of hashtags or mentions, addressed to nobody
    spam        wording that sells essays, followers or the like
    copies      the same text from several accounts
    again       its author posts the same thing again and again
    seen        the channel was shown this post, its text or its link before
    """

    WITHHELD = "withheld"
    SENSITIVE = "sensitive"
    REPORTED = "reported"
    BLOCKED = "blocked"
    MUTED = "muted"
    PICTURES = "pictures"
    LANGUAGE = "language"
    REPOST = "repost"
    REPLY = "reply"
    SHORT = "short"
    STUFFED = "stuffed"
    SPAM = "spam"
    COPIES = "copies"
    AGAIN = "again"
    SEEN = "seen"


class Fate(NamedTuple):
    """`parts` are the named parts of the score, for those that were shown and those that came close; `words` is
    somebody else's text."""

    post: PostKey
    ending: Ending
    number: int | None = None
    other: PostKey | None = None
    reason: Reason | None = None
    words: str = ""
    score: float = 0.0
    short_by: float = 0.0
    parts: tuple[tuple[str, float], ...] = ()
