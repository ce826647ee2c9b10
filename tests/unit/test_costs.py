"""What a channel adds to what reading costs."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget import Prices, dollars
from bot.domain.calendar.school import School
from bot.domain.channel import Channel
from bot.domain.keys import ChannelKey
from bot.domain.reading.heard import Volume
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic
from bot.services.reading.costs import ReadingCosts, a_month, changed_by
from tests.fakes.clock import FakeClock
from tests.fakes.source import FakeSource
from tests.unit.examples import NOW, topic

TOPICS = [topic(f"#tag{number}") for number in range(8)] + [topic("@frida")]
KEYS = [ChannelKey("hill", name) for name in "pqrs"]

topics = st.lists(st.sampled_from(TOPICS), unique=True)
volumes = st.dictionaries(st.sampled_from(TOPICS), st.floats(0, 2000))


def channel(key: ChannelKey, size: int = 5) -> Channel:
    return Channel(key, key.channel, Schedule("UTC"), size=size)


def costs(follows: dict[ChannelKey, list[Topic]], a_day: dict[Topic, float]) -> ReadingCosts:
    clock = FakeClock(NOW)
    source = FakeSource(clock, prices=Prices(dollars("0.005"), dollars("0.01"), dollars("0.005")))
    followers = {each: [key for key, theirs in follows.items() if each in theirs] for each in TOPICS}
    counted = {each: Volume(each, posts, NOW - timedelta(days=1)) for each, posts in a_day.items()}
    return ReadingCosts(
        source,
        NOW,
        School(),
        {key: channel(key) for key in follows},
        {each: keys for each, keys in followers.items() if keys},
        {},
        counted,
    )


@given(st.dictionaries(st.sampled_from(KEYS), topics), volumes, st.sampled_from(KEYS), topics, st.integers(1, 10))
def test_only_what_the_channel_follows_is_read_otherwise_when_it_follows_more(
    follows: dict[ChannelKey, list[Topic]],
    a_day: dict[Topic, float],
    newcomer: ChannelKey,
    more: list[Topic],
    size: int,
) -> None:
    before = costs(follows, a_day)
    joining = channel(newcomer, 5 if newcomer in before.channels else size)
    after = before.joined_by(joining, more)
    changed = changed_by(before, joining, more)
    assert a_month({**before.per_topic(), **changed}) == after.per_month()
    assert set(more) <= changed.keys()


def test_the_first_busy_topic_of_a_channel_costs_most_and_the_next_little() -> None:
    busy = dict.fromkeys(TOPICS, 110.0)
    nothing_yet = costs({}, busy)
    first = nothing_yet.joined_by(channel(KEYS[0]), TOPICS[:1]).per_month()
    five = nothing_yet.joined_by(channel(KEYS[0]), TOPICS[:5]).per_month()
    eight = nothing_yet.joined_by(channel(KEYS[0]), TOPICS[:8]).per_month()
    assert dollars(2) < first < dollars(5)
    assert five < first + dollars("0.50")
    assert eight < first + dollars("1.50")


def test_a_small_topic_costs_little_even_alone() -> None:
    small = costs({}, {TOPICS[0]: 2.0}).joined_by(channel(KEYS[0]), TOPICS[:1]).per_month()
    assert dollars("0.10") < small < dollars("0.50")


def test_a_second_channel_alike_adds_nothing() -> None:
    busy = dict.fromkeys(TOPICS, 110.0)
    one = costs({KEYS[0]: TOPICS[:5]}, busy)
    both = one.joined_by(channel(KEYS[1]), TOPICS[:5])
    assert both.per_month() == one.per_month()
