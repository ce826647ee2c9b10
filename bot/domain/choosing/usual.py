"""How much response is usual for a tag at a source, so that a post can be compared with its like."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import fsum, log1p

from bot.domain.choosing import weights
from bot.domain.choosing.contender import Contender

_STEEPNESS = 0.7
_HALF = weights.HALF_OF_ALL_AFTER_HOURS**_STEEPNESS
_LEAST_GATHERED = 0.2


class Usual:
    """Learnt from the contenders themselves. Engagement of one source is never compared with that of another."""

    def __init__(self, contenders: Iterable[Contender]) -> None:
        self._responses: dict[int, tuple[float, float]] = {}
        sources: defaultdict[str, list[float]] = defaultdict(list)
        topics: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for each in contenders:
            self._responses[each.place] = response, _ = _response(each)
            source = each.author[0]
            sources[source].append(response)
            of_topic = topics[source]
            for topic in each.topics:
                of_topic[topic].append(response)
        self._of_source = {source: _mean(found, weights.USUAL_RESPONSE) for source, found in sources.items()}
        self._of_topic = {
            source: {topic: _mean(found, self._of_source[source]) for topic, found in of_topic.items()}
            for source, of_topic in topics.items()
        }

    def lift(self, contender: Contender) -> float:
        """How far its response is above what is usual; below 0 where it is less. Little is made of early counts."""
        response, believed = self._responses[contender.place]
        source = contender.author[0]
        if not contender.topics:
            return (response - self._of_source[source]) * believed
        usual = self._of_topic[source]
        return (response - sum([usual[topic] for topic in contender.topics]) / len(contender.topics)) * believed


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
