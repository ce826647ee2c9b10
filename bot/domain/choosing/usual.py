"""How much response is usual for a tag at a source, so that a post can be compared with its like."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum, log1p

from bot.domain.choosing import weights
from bot.domain.choosing.contender import Contender

_STEEPNESS = 0.7
_HALF = weights.HALF_OF_ALL_AFTER_HOURS**_STEEPNESS
_LEAST_GATHERED = 0.2

Kind = tuple[str, tuple[str, ...]]
"""A source, and topics that were found there together."""


def lifts(contenders: Iterable[Contender]) -> Iterator[tuple[Contender, float]]:
    """Each, in any order, and how far the response to it is above what is usual for its like; below 0 where it is less.

    That is learnt from the contenders themselves. Engagement of one source is never compared with that of another, and
    little is made of early counts.
    """
    alike: defaultdict[Kind, list[tuple[Contender, float, float]]] = defaultdict(list)
    for each in contenders:
        alike[each.author[0], each.topics].append((each, *_response(each)))
    usual = _usual({kind: [response for _, response, _ in those] for kind, those in alike.items()})
    for kind, those in alike.items():
        for each, response, believed in those:
            yield each, (response - usual[kind]) * believed


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
    steep = _age_when_counted(contender) ** _STEEPNESS
    gathered = steep / (steep + _HALF)
    if not counted:
        return 0.0, gathered
    believed = counted / (counted + weights.BELIEVED_AT)
    return log1p(counted / max(gathered, _LEAST_GATHERED)), max(gathered, believed)


def _age_when_counted(contender: Contender) -> float:
    read_at = contender.candidate.read_at
    if read_at is None:
        return contender.age
    return max((read_at - contender.post.created_at).total_seconds() / 3600, 0.0)


def _mean(responses: Sequence[float], supposed: float) -> float:
    """Drawn towards what is supposed while there are few."""
    total = fsum(responses) + weights.WEIGHT_OF_THE_USUAL * supposed
    return total / (len(responses) + weights.WEIGHT_OF_THE_USUAL)
