from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.coverage import Span, merged, missing
from tests.unit.examples import NOW

spans = st.tuples(st.integers(0, 40), st.integers(0, 15)).map(
    lambda pair: Span(NOW + timedelta(hours=pair[0]), NOW + timedelta(hours=pair[0] + pair[1]))
)


def hours(each: list[Span]) -> set[int]:
    return {
        int((span.start - NOW).total_seconds() // 3600) + n
        for span in each
        for n in range(int(span.length.total_seconds() // 3600))
    }


@given(st.lists(spans), spans)
def test_what_is_covered_and_what_is_missing_make_up_what_is_wanted(covered: list[Span], wanted: Span) -> None:
    gaps = missing(wanted, covered)
    assert hours(gaps) == hours([wanted]) - hours(covered)
    assert gaps == merged(gaps)


@given(st.lists(spans))
def test_merging_keeps_every_hour_in_as_few_spans_as_possible(covered: list[Span]) -> None:
    once = merged(covered)
    assert hours(once) == hours(covered)
    assert all(earlier.end < later.start for earlier, later in pairwise(once))
