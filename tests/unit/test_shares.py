"""Shares of the budget: no channel and no workspace is paid more than its part, and what is shared is split."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget import Caps, Money, SpendingRules, Spent, parts_of
from bot.domain.channel import Channel
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule
from bot.domain.shares import left_for_channels
from bot.domain.topic import Topic
from tests.unit.examples import topic

CAPS = Caps(Money(1000), Money(10_000))
MATHS, ARTS, VALLEY = ChannelKey("hill", "maths"), ChannelKey("hill", "arts"), ChannelKey("valley", "maths")


def channel(key: ChannelKey = MATHS, share: float | None = None) -> Channel:
    return Channel(key, key.channel, Schedule("UTC"), share=share)


def spent(today: int, this_month: int) -> Spent:
    return Spent(Money(today), Money(this_month))


def left(
    *channels: Channel,
    caps: Caps = CAPS,
    rules: SpendingRules | None = None,
    maths: Spent | None = None,
    arts: Spent | None = None,
) -> list[Money]:
    by_channel = {MATHS: maths or Spent(), ARTS: arts or Spent()}
    found = left_for_channels(channels, caps, rules or SpendingRules(), by_channel)
    return [found[each.key] for each in channels]


def test_a_channel_without_a_share_may_use_what_the_others_leave() -> None:
    assert left_for_channels([channel()], CAPS, SpendingRules(), {MATHS: spent(900, 9000)}) == {}


def test_a_share_is_a_part_of_the_day_and_of_the_month() -> None:
    assert left(channel(share=0.25)) == [250]
    assert left(channel(share=0.25), maths=spent(100, 100)) == [150]
    assert left(channel(share=0.25), maths=spent(100, 2450)) == [50]
    assert left(channel(share=0.0)) == [0]


def test_who_spent_more_than_the_share_has_nothing_left_but_owes_nothing() -> None:
    assert left(channel(share=0.25), maths=spent(300, 300)) == [0]


def test_without_a_cap_there_is_nothing_to_have_a_part_of() -> None:
    assert left_for_channels([channel(share=0.25)], Caps(), SpendingRules(), {}) == {}
    assert left(channel(share=0.25), caps=Caps(daily=None, monthly=Money(400))) == [100]


def test_the_channels_of_a_workspace_share_its_part() -> None:
    rules = SpendingRules(workspace_shares={"hill": 0.5})
    both = left(channel(MATHS), channel(ARTS), rules=rules, maths=spent(100, 100), arts=spent(300, 300))
    assert both == [100, 100]
    assert left_for_channels([channel(VALLEY)], CAPS, rules, {}) == {}


def test_the_smaller_of_both_shares_counts() -> None:
    rules = SpendingRules(workspace_shares={"hill": 0.5})
    assert left(channel(share=0.1), rules=rules) == [100]
    assert left(channel(share=0.9), rules=rules) == [500]


money = st.integers(0, 20_000).map(Money)
shares = st.none() | st.floats(0, 1)
departments = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("pqrs"), shares, money, money), unique_by=lambda each: each[:2]
)


@given(departments, st.none() | money, st.none() | money, st.dictionaries(st.sampled_from("ab"), st.floats(0, 1)))
def test_whatever_was_spent_nobody_may_go_beyond_a_share(
    department: list[tuple[str, str, float | None, Money, Money]],
    daily: Money | None,
    monthly: Money | None,
    of_workspaces: dict[str, float],
) -> None:
    channels = [channel(ChannelKey(workspace, name), share) for workspace, name, share, *_ in department]
    used = {ChannelKey(workspace, name): Spent(*both) for workspace, name, _, *both in department}
    rules, caps = SpendingRules(workspace_shares=of_workspaces), Caps(daily, monthly)
    found = left_for_channels(channels, caps, rules, used)
    for each in channels:
        mine = [used[each.key]]
        together = [used[key] for key in used if key.workspace == each.key.workspace]
        limits = [
            (cap * share, sum(getattr(one, period) for one in who))
            for share, who in ((each.share, mine), (of_workspaces.get(each.key.workspace), together))
            for cap, period in ((daily, "today"), (monthly, "this_month"))
            if share is not None and cap is not None
        ]
        assert (each.key in found) == bool(limits)
        if limits:
            assert 0 <= found[each.key] <= max(0, min(limit - so_far for limit, so_far in limits))
            more = replace(used[each.key], today=Money(used[each.key].today + 1))
            assert left_for_channels(channels, caps, rules, {**used, each.key: more})[each.key] <= found[each.key]


topics = st.sampled_from(["#edchat", "#maths", "#arts", "#latin"]).map(topic)
keys = st.tuples(st.sampled_from("ab"), st.sampled_from("pq")).map(lambda each: ChannelKey(*each))


@given(st.lists(topics, min_size=1), st.dictionaries(topics, st.lists(keys)))
def test_what_a_request_costs_is_split_among_those_who_follow_its_topics(
    asked_for: list[Topic], followers: dict[Topic, list[ChannelKey]]
) -> None:
    parts = parts_of(asked_for, followers)
    assert all(part > 0 for part in parts.values())
    assert sum(parts.values()) <= 1
    if all(followers.get(each) for each in asked_for):
        assert sum(parts.values()) == 1
    assert parts.keys() == {key for each in asked_for for key in followers.get(each, [])}


@pytest.mark.parametrize("followers", [1, 2, 3, 7])
def test_followers_of_one_topic_pay_the_same(followers: int) -> None:
    keys = [ChannelKey("hill", str(number)) for number in range(followers)]
    parts = parts_of([topic("#edchat")], {topic("#edchat"): keys})
    assert len(set(parts.values())) == 1
    assert sum(parts.values()) == 1
