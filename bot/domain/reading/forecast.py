"""What following a topic will cost, before it costs."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.budget import NOTHING, Money
from bot.domain.coverage import Span
from bot.domain.reading.asking import Asker, Thrift
from bot.domain.reading.need import Means, Need, Reader

DAYS_IN_A_MONTH = 30
DAYS_IN_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Forecast:
    """`per_day` is how many posts a topic has; None where nobody knows. `read` is how many of them are read for each
    digest, `per_month` what that costs in 30 days."""

    per_day: float | None
    read: float
    per_month: Money


def forecast(need: Need, means: Means, digests_a_week: int = 5) -> Forecast:
    """What reading the topic for these readers will cost, as the plan would do it when money is not short. Each digest
    reads what is new since the one before; the need's own gap does not matter. Without readers nothing is read."""
    asker = Asker(means)
    tail = asker.tail(need)
    per_day = tail.a_day() if tail.is_known else None
    if not need.readers:
        return Forecast(per_day, 0.0, NOTHING)
    since = means.now - timedelta(days=DAYS_IN_A_WEEK) / digests_a_week
    planned = asker.read(replace(need, gap=Span(since, means.now)), Thrift())
    digests = digests_a_week * DAYS_IN_A_MONTH / DAYS_IN_A_WEEK
    return Forecast(per_day, planned.posts, Money(round(planned.cost * digests)))


def added_by(newcomer: Reader, need: Need, means: Means, digests_a_week: int = 5) -> Forecast:
    """The same with one reader more than the need has: `read` and `per_month` are what that adds, often nothing."""
    before = forecast(need, means, digests_a_week)
    after = forecast(replace(need, readers=(*need.readers, newcomer)), means, digests_a_week)
    more = Money(max(after.per_month - before.per_month, 0))
    return Forecast(after.per_day, max(after.read - before.read, 0.0), more)
