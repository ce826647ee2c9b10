"""Why an item is here, in a few words that anybody can check."""

from collections.abc import Sequence

from bot.domain.audience import Audience
from bot.domain.choosing.contender import Contender

MOST_TOPICS = 3


def why(contender: Contender, audience: Audience, *, asks: bool) -> str:
    """Its topics, who shares it, what colleagues and others did with it."""
    reasons = [
        "a question, hardly answered yet" if asks else "",
        _shared(contender),
        _saved(audience.savers.get(contender.author, 0)),
        _reactions(contender),
    ]
    if not any(reasons) and contender.post.links:
        reasons = ["has a link"]
    return " · ".join(
        part for part in (_topics([topic.label for topic in contender.candidate.topics]), *reasons) if part
    )


def _topics(labels: Sequence[str]) -> str:
    if len(labels) > MOST_TOPICS:
        return f"{', '.join(labels[: MOST_TOPICS - 1])} and {len(labels) - MOST_TOPICS + 1} more"
    return _join(labels)


def _shared(contender: Contender) -> str:
    sharers = len(contender.sharers)
    followed = {each.author for each in (contender, *contender.members) if each.is_followed}
    if len(followed) > 1:
        return f"shared by {len(followed)} accounts this channel follows"
    return f"shared by {sharers} educators" if sharers > 1 else ""


def _saved(people: int) -> str:
    if not people:
        return ""
    return "a colleague saved this author before" if people == 1 else f"{people} colleagues saved this author before"


def _reactions(contender: Contender) -> str:
    metrics = contender.post.metrics
    counts = [_count(metrics.likes, "like"), _count(metrics.reposts, "repost"), _count(metrics.replies, "reply")]
    return _join([each for each in counts if each])


def _count(number: int, word: str) -> str:
    plural = "replies" if word == "reply" else f"{word}s"
    return f"{number:,} {word if number == 1 else plural}" if number else ""


def _join(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
