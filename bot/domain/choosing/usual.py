"""How much response is usual for a tag at a source, so that a post can be compared with its like."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import fsum, log1p

from bot.domain.choosing import weights
from bot.domain.choosing.contender import Contender

_STEEPNESS = 0.7
_HALF = weights.HALF_OF_ALL_AFTER_HOURS**_STEEPNESS
_LEAST_GATHERED = 0.2

Kind = tuple[str, tuple[str, ...]]
"""A source, and topics that were found there together."""


def lifts(contenders: Sequence[Contender]) -> list[float]:
    """How far the response to each is above what is usual for its like; below 0 where it is less.

    That is learnt from the contenders themselves. Engagement of one source is never compared with that of another, and
    little is made of early counts.
    """
    alike: defaultdict[Kind, list[float]] = defaultdict(list)
    measured = []
    for each in contenders:
        kind = (each.author[0], each.topics)
        response, believed = _response(each)
        alike[kind].append(response)
        measured.append((kind, response, believed))
    usual = _usual(alike)
    return [(response - usual[kind]) * believed for kind, response, believed in measured]


def _usual(alike: Mapping[Kind, Sequence[float]]) -> dict[Kind, float]:
    """The mean of what is usual for its topics; without any, what is usual at its source."""
    sources: defaultdict[str, list[float]] = defaultdict(list)
    topics: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for (source, found_for), responses in alike.items():
        sources[source] += responses
        for topic in found_for:
            topics[source, topic] += responses
    of_source = {source: _mean(found, weights.USUAL_RESPONSE) for source, found in sources.items()}
    of_topic = {(source, topic): _mean(found, of_source[source]) for (source, topic), found in topics.items()}
    return {
        (source, found_for): sum([of_topic[source, topic] for topic in found_for]) / len(found_for)
        if found_for
        else of_source[source]
        for source, found_for in alike
    }


def _response(contender: Contender) -> tuple[float, float]:
    """What it will have got in the end, as a logarithm, and how far that can be believed, from 0 to 1."""
    metrics = contender.post.metrics
    counted = metrics.likes + weights.REPOST_COUNTS * (metrics.reposts + metrics.quotes) + metrics.replies
    steep = _age_when_counted(contender.candidate.read_at, contender) ** _STEEPNESS
    gathered = steep / (steep + _HALF)
    believed = counted / (counted + weights.BELIEVED_AT)
    return log1p(counted / max(gathered, _LEAST_GATHERED)), max(gathered, believed)


def _age_when_counted(read_at: datetime | None, contender: Contender) -> float:
    if read_at is None:
        return contender.age
    return max((read_at - contender.post.created_at).total_seconds() / 3600, 0.0)


def _mean(responses: Sequence[float], supposed: float) -> float:
    """Drawn towards what is supposed while there are few."""
    total = fsum(responses) + weights.WEIGHT_OF_THE_USUAL * supposed
    return total / (len(responses) + weights.WEIGHT_OF_THE_USUAL)
