"""Discord's REST API without a server: how fast it may be asked, what its answers mean, and what things are called."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from discord.http import Route
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import rights
from adapters.discord.errors import (
    INVALID_WEBHOOK_TOKEN,
    LONGEST_WAIT,
    NOT_FOR_A_WHILE,
    WAIT_WITHOUT_ADVICE,
    Cut,
    Refused,
    answered_nonsense,
    back_at,
    failure,
    refusal,
)
from adapters.discord.message import (
    LONGEST_NONCE,
    guild_of,
    is_id,
    mark_of,
    nonce_of,
    place_of,
    reference,
    workspace_id,
)
from adapters.discord.pace import MOST_KEPT, REFUSED_WITHIN, Pace
from adapters.discord.post.bodies import body_of, title_of
from bot.errors import Rejected, Throttled, Unauthorised, Unavailable, Uncertain
from bot.testing.messages import a_post, sentence
from bot.views import Heading, Message
from tests.fakes.clock import FakeClock

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
MESSAGES = "/channels/{channel_id}/messages"


def sending_to(channel: str) -> Route:
    return Route("POST", MESSAGES, channel_id=channel)


def bucket(left: int, after: float, most: int = 5, name: str = "abc") -> dict[str, str]:
    return {
        "X-RateLimit-Bucket": name,
        "X-RateLimit-Limit": str(most),
        "X-RateLimit-Remaining": str(left),
        "X-RateLimit-Reset-After": str(after),
    }


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pace(clock: FakeClock) -> Pace:
    return Pace(clock, most_refused=3)


# ----------------------------------------------------------------------------------------------------------------- pace


def test_what_nothing_is_known_of_may_be_asked(pace: Pace) -> None:
    for _each in range(100):
        pace.claim(sending_to("1"))
    pace.learn(sending_to("1"), bucket(0, 2.5))
    with pytest.raises(Throttled):
        pace.claim(sending_to("1"))


def test_an_empty_bucket_says_when_it_is_full_again_and_other_channels_have_their_own(
    pace: Pace, clock: FakeClock
) -> None:
    pace.claim(sending_to("1"))
    pace.learn(sending_to("1"), bucket(1, 2.5))
    pace.claim(sending_to("1"))
    with pytest.raises(Throttled) as caught:
        pace.claim(sending_to("1"))
    assert caught.value.until == clock.now() + timedelta(seconds=2.5)
    pace.claim(sending_to("2"))


def test_once_it_is_full_again_as_many_may_be_asked_as_it_holds(pace: Pace, clock: FakeClock) -> None:
    pace.learn(sending_to("1"), bucket(0, 2.5, most=2))
    clock.advance(timedelta(seconds=2.5))
    pace.claim(sending_to("1"))
    pace.claim(sending_to("1"))
    with pytest.raises(Throttled):
        pace.claim(sending_to("1"))


def test_requests_under_way_are_counted_also_when_an_earlier_answer_comes_late(pace: Pace) -> None:
    pace.learn(sending_to("1"), bucket(2, 5))
    pace.claim(sending_to("1"))
    pace.claim(sending_to("1"))
    pace.learn(sending_to("1"), bucket(1, 5))
    with pytest.raises(Throttled):
        pace.claim(sending_to("1"))


def test_requests_that_share_a_bucket_share_it(pace: Pace) -> None:
    editing = Route("PATCH", MESSAGES + "/{message_id}", channel_id="1", message_id="2")
    pace.learn(editing, bucket(3, 5))
    pace.learn(sending_to("1"), bucket(0, 5))
    with pytest.raises(Throttled):
        pace.claim(editing)


@pytest.mark.parametrize("headers", [{}, {"X-RateLimit-Remaining": "-1"}, {"X-RateLimit-Remaining": "many"}])
def test_an_answer_without_advice_changes_nothing(pace: Pace, headers: dict[str, str]) -> None:
    pace.learn(sending_to("1"), bucket(1, 2.5))
    pace.learn(sending_to("1"), headers)
    pace.claim(sending_to("1"))
    with pytest.raises(Throttled):
        pace.claim(sending_to("1"))


def test_a_wait_for_everything_leaves_out_answers_to_people_and_a_ban_does_not(pace: Pace, clock: FakeClock) -> None:
    answering = Route("POST", "/interactions/{webhook_id}/{webhook_token}/callback", webhook_id="1", webhook_token="t")
    pace.hold(sending_to("1"), clock.now() + timedelta(seconds=3), everything=True)
    pace.claim(answering)
    with pytest.raises(Throttled):
        pace.claim(sending_to("2"))
    pace.be_silent(clock.now() + timedelta(seconds=3))
    with pytest.raises(Throttled):
        pace.claim(answering)
    clock.advance(timedelta(seconds=3))
    pace.claim(answering)
    pace.claim(sending_to("2"))


def test_what_discord_takes_a_second_is_learnt_from_what_it_refuses_and_believed_for_a_while(
    pace: Pace, clock: FakeClock
) -> None:
    for channel in range(70):
        pace.claim(sending_to(str(channel)))
    for channel in range(50, 70):
        pace.hold(sending_to(str(channel)), clock.now() + timedelta(seconds=0.5), everything=True)
    clock.advance(timedelta(seconds=1))
    for channel in range(50):
        pace.claim(sending_to(str(channel)))
    with pytest.raises(Throttled) as caught:
        pace.claim(sending_to("99"))
    assert caught.value.until == clock.now() + timedelta(seconds=1)
    clock.advance(timedelta(minutes=10))
    for channel in range(100):
        pace.claim(sending_to(str(channel)))


def test_after_too_many_refusals_nothing_is_asked_until_the_first_of_them_is_old(pace: Pace, clock: FakeClock) -> None:
    began = clock.now()
    for _each in range(3):
        pace.claim(sending_to("1"))
        pace.was_refused()
        clock.advance(timedelta(minutes=1))
    with pytest.raises(Throttled) as caught:
        pace.claim(sending_to("2"))
    assert caught.value.until == began + REFUSED_WITHIN
    clock.advance(REFUSED_WITHIN - timedelta(minutes=3))
    pace.claim(sending_to("2"))


def test_what_is_remembered_of_buckets_is_bounded(pace: Pace, clock: FakeClock) -> None:
    for channel in range(MOST_KEPT + 100):
        pace.learn(sending_to(str(channel)), bucket(1, 0.001))
        clock.advance(timedelta(seconds=1))
    assert len(pace._buckets) <= MOST_KEPT + 1  # noqa: SLF001


# ------------------------------------------------------------------------------------------------------ what it means


@pytest.mark.parametrize(
    ("given", "seconds"), [("5", 5), (0.25, 0.25), ("0", 0), (3_600, 3_600), ("1e999", 3_600), (10**9, 3_600)]
)
def test_a_wait_is_as_long_as_discord_says_and_at_most_an_hour(clock: FakeClock, given: object, seconds: float) -> None:
    assert back_at(given, clock.now()) == clock.now() + min(timedelta(seconds=seconds), LONGEST_WAIT)


@pytest.mark.parametrize("given", [None, "", "soon", "-1", "nan", [], {}])
def test_a_wait_without_sense_is_half_a_minute(clock: FakeClock, given: object) -> None:
    assert back_at(given, clock.now()) == clock.now() + WAIT_WITHOUT_ADVICE


@pytest.mark.parametrize("code", [0, 10003, 10008, 30010, 40060, 50001, 50007, 50013, 50035, 160004, 999_999])
def test_every_refusal_is_a_sentence(code: int) -> None:
    said = refusal(400, code, NOW)
    assert isinstance(said, Refused)
    assert str(said)[0].isupper()
    assert str(said).endswith((".", ")"))


@pytest.mark.parametrize("code", sorted(NOT_FOR_A_WHILE))
def test_what_is_only_too_much_for_now_does_not_count_as_refused(code: int) -> None:
    said = refusal(400, code, NOW)
    assert isinstance(said, Throttled)
    assert said.until > NOW


def test_a_wrong_token_is_not_the_same_as_an_interaction_that_is_over() -> None:
    assert isinstance(refusal(401, 0, NOW), Unauthorised)
    assert isinstance(refusal(401, INVALID_WEBHOOK_TOKEN, NOW), Refused)


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        *((status, Unavailable) for status in (302, 403, 407, 503, 522)),
        *((status, Uncertain) for status in (500, 502, 504, 520, 524)),
    ],
)
def test_of_an_answer_that_is_not_discords_own(status: int, meaning: type[Exception]) -> None:
    assert isinstance(answered_nonsense(status), meaning)


def test_only_what_never_left_is_certainly_not_done() -> None:
    assert isinstance(failure(aiohttp.ConnectionTimeoutError()), Unavailable)
    assert isinstance(failure(aiohttp.InvalidURL("x")), Rejected)
    for cut in (aiohttp.ServerDisconnectedError(), TimeoutError(), ConnectionResetError()):
        assert isinstance(failure(cut), Cut)


# ------------------------------------------------------------------------------------------------------ how we speak


def test_a_workspace_is_a_server() -> None:
    assert guild_of(workspace_id(77)) == "77"
    for other in ("slack:T0SCHOOL", "discord:", "discord:../x", "discord", "", "web"):
        assert guild_of(other) == ""


@given(st.text())
def test_only_numbers_become_part_of_an_address(text: str) -> None:
    if not is_id(text):
        with pytest.raises(Rejected):
            place_of(f"{text}:1")
        with pytest.raises(Rejected):
            place_of(f"1:{text}")


def test_a_reference_means_its_channel_and_message() -> None:
    assert place_of(reference(1, "2")) == ("1", "2")


@given(st.text(min_size=1))
def test_the_mark_and_the_nonce_of_a_delivery_are_always_the_same_and_within_discords_limits(delivery: str) -> None:
    assert 0 < mark_of(delivery) == mark_of(delivery) < 2**31
    assert len(nonce_of(delivery)) <= LONGEST_NONCE
    assert nonce_of(delivery) == nonce_of(delivery) != nonce_of(f"{delivery}#2")


def test_a_message_can_call_nobody_but_the_role_it_is_to_call() -> None:
    quiet, calling = body_of(sentence("Good morning."), "d-1"), body_of(sentence("Good morning."), "d-1", "77")
    assert quiet["allowed_mentions"] == {"parse": []}
    assert calling["allowed_mentions"] == {"parse": [], "roles": ["77"]}
    assert quiet["flags"] & (1 << 12)
    assert not calling["flags"] & (1 << 12)


@pytest.mark.parametrize(
    ("message", "title"),
    [
        (Message((Heading("Tuesday\n24 November"),), summary=""), "Tuesday 24 November"),
        (Message((a_post(),), summary="A post"), "Ana Souza: Ten exit tickets"),
        (Message((Heading(" "),), summary="5 posts"), "5 posts"),
        (Message((), summary="\u200b\n"), "Digest"),
    ],
)
def test_a_thread_is_called_by_what_stands_first(message: Message, title: str) -> None:
    assert title_of(message) == title


@given(st.text())
def test_a_title_is_never_empty_or_too_long(text: str) -> None:
    assert 1 <= len(title_of(Message((Heading(text),), summary=text))) <= 100


# ---------------------------------------------------------------------------------------------------------- permissions


def test_the_invite_link_asks_for_what_the_table_says_and_nothing_dangerous() -> None:
    asked = rights.invited_with()
    assert asked == sum(1 << bit for bit in (6, 10, 11, 14, 16, 35, 38))
    for administrator_or_worse in (3, 5, 4, 13, 17, 28, 29):
        assert not asked & 1 << administrator_or_worse


def test_what_is_missing_is_named_in_the_order_of_the_table() -> None:
    lacking = rights.missing(rights.VIEW.value, rights.TO_BEGIN_A_THREAD)
    assert rights.remedy("#art", lacking) == (
        "In the settings of #art, under Permissions, allow Staffroom: Create Public Threads, Send Messages in Threads."
    )
