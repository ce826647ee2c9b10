"""How fast Slack may be called, to the microsecond."""

from datetime import datetime, timedelta

import pytest

from adapters.slack.pace import IN_A_CHANNEL, IN_A_WORKSPACE, LIMITS, MOST_KEPT, TIER_3, Pace, per_minute
from bot.errors import Throttled
from tests.fakes.clock import FakeClock

POST = "chat.postMessage"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pace(clock: FakeClock) -> Pace:
    return Pace(clock)


def turn(pace: Pace, team: str = "T1", method: str = POST, channel: str = "C1", calls: int = 1) -> datetime | None:
    """When to come back; None where the call was allowed."""
    try:
        pace.claim(team, method, channel, calls=calls)
    except Throttled as wait:
        return wait.until
    return None


def test_three_messages_go_to_a_channel_at_once_and_then_one_a_second(pace: Pace, clock: FakeClock) -> None:
    assert [turn(pace) for _ in range(3)] == [None, None, None]
    assert turn(pace) == clock.now() + timedelta(seconds=1)
    clock.advance(timedelta(seconds=1))
    assert turn(pace) is None
    assert turn(pace) is not None


def test_another_channel_or_workspace_does_not_wait(pace: Pace) -> None:
    assert [turn(pace) for _ in range(4)][-1] is not None
    assert turn(pace, channel="C2") is None
    assert turn(pace, team="T2") is None


def test_of_many_that_wait_each_gets_a_turn_of_its_own(pace: Pace, clock: FakeClock) -> None:
    for _ in range(3):
        pace.claim("T1", POST, "C1")
    turns = [turn(pace) for _ in range(5)]
    assert turns == [clock.now() + timedelta(seconds=second) for second in (1, 2, 3, 4, 5)]


def test_who_comes_at_its_turn_is_let_through(pace: Pace, clock: FakeClock) -> None:
    for _ in range(3):
        pace.claim("T1", POST, "C1")
    turns = [turn(pace) for _ in range(20)]
    for each in turns:
        assert each is not None
        clock.set(each)
        assert turn(pace) is None


def test_a_refused_call_counts_for_nothing(pace: Pace, clock: FakeClock) -> None:
    for _ in range(3):
        pace.claim("T1", POST, "C1")
    for _ in range(50):
        turn(pace)
    clock.advance(timedelta(seconds=1))
    assert turn(pace) is None


def test_a_workspace_has_a_ceiling_over_all_its_channels(pace: Pace, clock: FakeClock) -> None:
    allowed = [number for number in range(400) if turn(pace, channel=f"C{number}") is None]
    assert len(allowed) == IN_A_WORKSPACE.burst
    assert turn(pace, team="T2", channel="C1") is None
    assert clock.now() == FakeClock().now()


def test_400_channels_at_half_past_seven_are_all_served_with_one_more_attempt_each(
    pace: Pace, clock: FakeClock
) -> None:
    waiting = {f"C{number}": each for number in range(400) if (each := turn(pace, channel=f"C{number}"))}
    begun = clock.now()
    for channel, due in sorted(waiting.items(), key=lambda item: item[1]):
        clock.set(max(due, clock.now()))
        assert turn(pace, channel=channel) is None
    assert clock.now() - begun < timedelta(seconds=80)


def test_digests_do_not_keep_answers_waiting(pace: Pace) -> None:
    for number in range(400):
        turn(pace, channel=f"C{number}")
    for method in ("chat.postEphemeral", "views.open", "views.publish", "users.info"):
        assert turn(pace, method=method, channel="") is None


@pytest.mark.parametrize("method", ["reactions.add", "chat.update", "conversations.history"])
def test_a_tier_is_never_passed_in_any_minute(pace: Pace, clock: FakeClock, method: str) -> None:
    made: list[datetime] = []
    for _ in range(2_000):
        if turn(pace, method=method, channel="") is None:
            made.append(clock.now())
        clock.advance(timedelta(milliseconds=100))
    most = max(sum(start <= each < start + timedelta(minutes=1) for each in made) for start in made)
    assert most <= 50 + TIER_3.burst
    steady = [each for each in made if each - made[0] > timedelta(minutes=1)]
    assert max(sum(start <= each < start + timedelta(minutes=1) for each in steady) for start in steady) <= 51


def test_several_calls_are_counted_together_or_not_at_all(pace: Pace, clock: FakeClock) -> None:
    assert turn(pace, method="reactions.add", channel="", calls=6) is None
    assert turn(pace, method="reactions.add", channel="", calls=12) is None
    due = turn(pace, method="reactions.add", channel="", calls=6)
    assert due is not None
    assert due > clock.now()
    assert turn(pace, method="reactions.add", channel="", calls=2) is None


def test_more_calls_than_ever_fit_are_made_after_a_rest(pace: Pace) -> None:
    assert turn(pace, method="reactions.add", channel="", calls=TIER_3.burst + 5) is None


def test_when_slack_asks_to_wait_that_channel_waits_exactly_so_long(pace: Pace, clock: FakeClock) -> None:
    until = clock.now() + timedelta(seconds=12)
    pace.hold("T1", POST, "C1", until)
    assert turn(pace) == until
    assert turn(pace, channel="C2") is None
    clock.set(until)
    assert turn(pace) is None


def test_a_shorter_wait_does_not_shorten_a_longer_one(pace: Pace, clock: FakeClock) -> None:
    long, short = clock.now() + timedelta(minutes=2), clock.now() + timedelta(seconds=3)
    pace.hold("T1", "users.info", "", long)
    pace.hold("T1", "users.info", "", short)
    assert turn(pace, method="users.info", channel="") == long


def test_what_is_over_is_forgotten(pace: Pace, clock: FakeClock) -> None:
    for number in range(MOST_KEPT + 100):
        pace.claim(f"T{number}", POST, f"C{number}")
        clock.advance(timedelta(seconds=2))
    assert len(pace._full_until) <= MOST_KEPT + 2  # noqa: SLF001 - what it keeps is what this is about


def test_the_limits_are_slacks() -> None:
    assert IN_A_CHANNEL.interval == timedelta(seconds=1)
    assert LIMITS[POST] == per_minute(300, burst=30)
    assert per_minute(50, 20).interval == timedelta(seconds=1.2)
