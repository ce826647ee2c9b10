"""Questions of colleagues that somebody here may know the answer to."""

from bot.domain.choosing.contender import Contender
from bot.domain.choosing.lexicon import Mark, with_mark
from bot.domain.links import is_short

OLDEST_HOURS = 36.0
MOST_REPLIES = 1
_ASKING = with_mark(Mark.ASKING)
_NOT_MEANT = with_mark(
    Mark.RHETORIC, Mark.COMPANY, Mark.CALLS, Mark.SELLS, Mark.TRADE, Mark.BAIT, Mark.JOB, Mark.QUARREL, Mark.SHADY
)


def asks(contender: Contender) -> bool:
    """Whether it is a real question to colleagues, asked lately and hardly answered. One that leads on to a page of its
    own is none, nor is one that sells."""
    post = contender.post
    return (
        "?" in post.text
        and contender.age <= OLDEST_HOURS
        and post.metrics.replies <= MOST_REPLIES
        and not _ASKING.isdisjoint(contender.gist.hits)
        and _NOT_MEANT.isdisjoint(contender.gist.hits)
        and not post.is_reply
        and all(map(is_short, contender.links))
    )
