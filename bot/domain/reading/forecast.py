"""What following a topic will cost, before it costs."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.budget import NOTHING, Money
from bot.domain.coverage import Span
from bot.domain.reading.asking import Asker, Thrift
from bot.domain.reading.need import Means, Need

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
