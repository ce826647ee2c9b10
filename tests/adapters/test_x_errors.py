"""Every way X is known to fail, through the real tweepy: what it becomes, what it costs, and what it must not say."""

import asyncio
import logging
from datetime import timedelta

import aiohttp
import pytest
from pydantic import SecretStr

from adapters.x.errors import refusal
from adapters.x.section import XSection
from adapters.x.source import XSource
from bot.domain.budget import Money, Resources
from bot.errors import (
    AdapterError,
    OutOfAllowance,
    OutOfCredit,
    Rejected,
    Throttled,
    Unauthorised,
    Unavailable,
    Uncertain,
)
from tests.fakes.allowance import FakeAllowance
from tests.fakes.clock import TUESDAY, FakeClock
from tests.rigs.x_parts import LAST_DAYS, AtX, at_x, page, post, want
from tests.rigs.x_server import TOKEN

NOTHING_BILLED = Resources()

REFUSALS = [
    ("unauthorised", Unauthorised, "token"),
    ("credits_depleted", OutOfCredit, "credits"),
    ("credits_depleted_old", OutOfCredit, "credits"),
    ("spending_limit", OutOfCredit, "spending limit"),
    ("not_enrolled", Unauthorised, "pay-per-use"),
    ("forbidden_client", Unauthorised, "pay-per-use"),
    ("empty_404", Unavailable, "404"),
    ("conflict", Rejected, "409"),
    ("too_many", Throttled, "wait"),
    ("too_many_without_reset", Throttled, "wait"),
    ("too_many_code_88", Throttled, "wait"),
    ("usage_capped", OutOfCredit, "plan"),
    ("usage_capped_today", OutOfCredit, "plan"),
    ("bad_request", Rejected, "not valid"),
    ("html_503", Unavailable, "503"),
    ("html_403", Unavailable, "403"),
    ("json_500", Unavailable, "500"),
    ("empty_502", Unavailable, "502"),
]
WITHOUT_ANSWER = [
    ("dropped", Uncertain),
    ("dropped_after", Uncertain),
    ("slow", Uncertain),
    ("html_200", Unavailable),
    ("broken_json", Unavailable),
]
EXPECTED = {**{name: kind for name, kind, _ in REFUSALS}, **dict(WITHOUT_ANSWER)}
IMPATIENT = aiohttp.ClientTimeout(total=0.5)


async def failed_read(x: AtX, fault: str) -> AdapterError:
    x.server.fail_next(fault)
    with pytest.raises(AdapterError) as raised:
        await x.read(want("#edchat"))
    return raised.value


@pytest.mark.parametrize(("fault", "expected", "says"), REFUSALS)
async def test_a_refusal_is_told_in_plain_words_and_costs_nothing(
    fault: str, expected: type[AdapterError], says: str
) -> None:
    async with at_x() as x:
        error = await failed_read(x, fault)

        assert isinstance(error, expected)
        assert says in str(error)
        assert [receipt.resources for receipt in x.allowance.settled] == [NOTHING_BILLED]
        assert x.allowance.spent == 0
        assert len(x.queries()) == 1


@pytest.mark.parametrize(("fault", "expected"), WITHOUT_ANSWER)
async def test_a_request_without_a_readable_answer_keeps_its_worst_case(
    fault: str, expected: type[AdapterError]
) -> None:
    async with at_x(patience=IMPATIENT) as x:
        error = await failed_read(x, fault)

        assert type(error) is expected
        assert [receipt.resources for receipt in x.allowance.settled] == [None]
        assert x.allowance.spent == 100 * x.source.prices.post
        assert len(x.queries()) == 1


@pytest.mark.parametrize("fault", [name for name, *_ in REFUSALS] + [name for name, _ in WITHOUT_ANSWER])
async def test_accounts_fail_in_the_same_words(fault: str) -> None:
    async with at_x(patience=IMPATIENT) as x:
        x.server.fail_next(fault)

        with pytest.raises(EXPECTED[fault]):
            await x.source.accounts(["adateaches"], x.allowance)

        assert len(x.allowance.settled) == 1


@pytest.mark.parametrize("fault", sorted(EXPECTED))
async def test_counts_and_look_ups_fail_in_the_same_words_and_are_asked_once(fault: str) -> None:
    async with at_x(page([post(11, "Plan #edchat")]), patience=IMPATIENT) as x:
        x.server.fail_next(fault, times=2)

        with pytest.raises(EXPECTED[fault]):
            await x.source.count(want("#edchat").topic, LAST_DAYS, x.allowance)
        with pytest.raises(EXPECTED[fault]):
            await x.source.lookup(["11"], x.allowance)

        assert [seen.path for seen in x.server.seen] == ["/2/tweets/counts/recent", "/2/tweets"]
        assert len(x.allowance.settled) == 2
        assert x.allowance.spent >= x.server.bill.total


@pytest.mark.parametrize("fault", sorted(EXPECTED))
async def test_after_a_failure_the_next_read_works(fault: str) -> None:
    async with at_x(page([post(11, "Plan #edchat")]), patience=IMPATIENT) as x:
        await failed_read(x, fault)

        (batch,) = await x.read(want("#edchat"))

        assert [each.key.id for each in batch.posts] == ["11"]
        assert x.allowance.spent >= x.server.bill.total


async def test_a_limit_that_is_used_up_is_waited_for_as_long_as_x_says() -> None:
    async with at_x() as x:
        for _ in range(450):
            x.server.limits.take("/2/tweets/search/recent", TUESDAY)

        with pytest.raises(Throttled) as raised:
            await x.read(want("#edchat"))

        assert raised.value.until == TUESDAY + timedelta(minutes=15)
        assert x.server.throttled == 1


async def test_what_is_throttled_says_until_when() -> None:
    async with at_x() as x:
        with_header = await failed_read(x, "too_many")
        without_header = await failed_read(x, "too_many_without_reset")

        assert isinstance(with_header, Throttled)
        assert isinstance(without_header, Throttled)
        assert with_header.until == TUESDAY + timedelta(minutes=15)
        assert without_header.until == TUESDAY + timedelta(seconds=60)


@pytest.mark.parametrize("header", ["", "soon", "0", "-1", "1", "9" * 30])
def test_a_reset_that_makes_no_sense_is_not_believed(header: str) -> None:
    error = refusal(429, {"x-rate-limit-reset": header}, b"{}", TUESDAY)

    assert isinstance(error, Throttled)
    assert TUESDAY < error.until <= TUESDAY + timedelta(days=1)


@pytest.mark.parametrize(
    "status", [300, 302, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 422, 429, 500, 502, 599]
)
@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{}", b"<html>", b'{"errors": 7}', b'{"type": []}', b"\xff\xfe"]
)
def test_every_status_with_any_body_is_an_error_of_ours(status: int, body: bytes) -> None:
    error = refusal(status, {}, body, TUESDAY)

    assert isinstance(error, AdapterError)
    assert str(error).endswith(".")


async def test_nobody_listening_is_unavailable_and_costs_nothing(unused_tcp_port: int) -> None:
    section = XSection(bearer_token=SecretStr(TOKEN), base_url=f"http://127.0.0.1:{unused_tcp_port}", oembed_url="")
    allowance = FakeAllowance()
    async with XSource(section, FakeClock()) as source:
        with pytest.raises(Unavailable, match="firewall"):
            await anext(aiter(source.read([want("#edchat")], allowance)))

    assert [receipt.resources for receipt in allowance.settled] == [NOTHING_BILLED]


async def test_without_a_token_nothing_is_sent() -> None:
    async with at_x(token=None) as x:
        with pytest.raises(Unauthorised, match="STAFFROOM_X__BEARER_TOKEN"):
            await x.read(want("#edchat"))

        assert not x.server.seen
        assert not x.allowance.reserved


async def test_without_money_nothing_is_sent() -> None:
    async with at_x() as x:
        x.allowance.cap = Money(9 * x.source.prices.post)

        with pytest.raises(OutOfAllowance, match=r"\$0.04"):
            await x.read(want("#edchat"))

        assert not x.server.seen


async def test_what_came_before_a_failure_counts() -> None:
    posts = [post(1000 - n, f"Plan {n} #edchat", TUESDAY - timedelta(hours=1, minutes=n)) for n in range(150)]
    async with at_x(page(posts)) as x:
        reading = aiter(x.source.read([want("#edchat", limit=150)], x.allowance))
        first = await anext(reading)
        x.server.fail_next("html_503")
        with pytest.raises(Unavailable):
            await anext(reading)

        assert len(first.posts) == 100
        assert first.covered


async def test_a_cancelled_request_keeps_its_worst_case() -> None:
    async with at_x() as x:
        x.server.fail_next("slow")
        reading = asyncio.create_task(x.read(want("#edchat")))
        await x.server.stalled.wait()

        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

        assert x.allowance.spent == 100 * x.source.prices.post


@pytest.mark.parametrize("fault", [name for name, *_ in REFUSALS] + ["dropped", "html_200", "broken_json"])
async def test_neither_errors_nor_logs_hold_the_token_or_what_x_echoes(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with at_x() as x:
        error = await failed_read(x, fault)

        told = f"{error!r} {error} {error.__cause__} {error.__context__} {caplog.text} {x.source!r}"
        assert TOKEN not in told
        assert "echoed" not in told
        assert "Bearer" not in told
