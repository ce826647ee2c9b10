"""What has been read of a topic, and what is still missing. Spans are half open: [start, end)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Span:
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return max(self.end - self.start, timedelta(0))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as possible, earliest first."""
    joined: list[Span] = []
    for span in sorted(each for each in spans if each.length):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def missing(wanted: Span, covered: Iterable[Span]) -> list[Span]:
    """The parts of `wanted` that no covered span contains."""
    gaps: list[Span] = []
    start = wanted.start
    for span in merged(covered):
        if span.start > start:
            gaps.append(Span(start, min(span.start, wanted.end)))
        start = max(start, span.end)
    gaps.append(Span(start, wanted.end))
    return [gap for gap in gaps if gap.length]
