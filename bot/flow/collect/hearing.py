"""What the answers to one query brought of each topic."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.coverage import Span
from bot.domain.keys import PostKey
from bot.domain.matching import TopicIndex
from bot.domain.reading.heard import Heard
from bot.domain.topic import Topic
from bot.ports import Batch, Want

STILL_BEING_WRITTEN = timedelta(minutes=1)
"""A source gives its newest posts a little late."""


class Hearing:
    """The answers to wants that are asked for together, as they come in. What was returned twice counts once."""

    def __init__(self, wants: Sequence[Want], index: TopicIndex) -> None:
        self._wants = wants
        self._index = index
        self._likes: dict[Want, dict[PostKey, int]] = {want: {} for want in wants}
        self._wasted: set[PostKey] = set()
        self._covered: dict[Want, Span] = {}
        self._filter = wants[0].filter
        self._was_cut = False

    def hear(self, batch: Batch) -> Mapping[PostKey, set[Topic]]:
        """The watched topics of each post, empty where none asked for it: such a post is waste."""
        self._filter = batch.filter
        self._was_cut = self._was_cut or batch.cut
        for topic, span in batch.covered:
            for want in self._wants:
                if want.topic == topic and span.start < want.span.end and want.span.start < span.end:
                    known = self._covered.get(want, span)
                    self._covered[want] = Span(min(span.start, known.start), max(span.end, known.end))
        matches = {post.key: {*self._index.topics_of(post), *batch.certain} for post in batch.posts}
        for post in batch.posts:
            if not matches[post.key]:
                self._wasted.add(post.key)
            for want in self._wants:
                if want.topic in matches[post.key] and want.span.start <= post.created_at < want.span.end:
                    self._likes[want][post.key] = post.metrics.likes
        return matches

    @property
    def wasted(self) -> int:
        return len(self._wasted)

    def heard(self, at: datetime) -> list[Heard]:
        return [
            Heard(
                want.topic,
                at,
                self._read_span(want),
                self._filter,
                likes=tuple(sorted(self._likes[want].values(), reverse=True)),
                wasted=len(self._wasted) / len(self._wants),
                cut=self._was_cut,
            )
            for want in self._wants
        ]

    def _read_span(self, want: Want) -> Span:
        """What these posts are all of, or the best of."""
        return self._covered.get(want, self.settled_span(want))

    def settled_span(self, want: Want) -> Span:
        """What need not be asked for again: what a limit left out was left out on purpose."""
        covered = self._covered.get(want)
        return Span(want.span.start, covered.end if covered else want.span.end - STILL_BEING_WRITTEN)
