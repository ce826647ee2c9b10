"""The loopback X itself: the rules of X that the other tests rely on."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.clock import TUESDAY, FakeClock
from tests.rigs.x_parts import Json, page, post, user
from tests.rigs.x_server import TOKEN, XServer

ROOT = Path(__file__).parents[2]
SIGNED_IN = {"Authorization": f"Bearer {TOKEN}"}
POSTS = [
    post(1, "Éducation for all #EdChat", author_id="501"),
    post(2, "An exit ticket, twice a week", author_id="502", lang="en"),
    post(3, "So true #edchat", referenced_tweets=[{"type": "quoted", "id": "404"}], author_id="502"),
    post(4, "RT @ada: #edchat", referenced_tweets=[{"type": "retweeted", "id": "1"}]),
]


@pytest.fixture
async def server() -> AsyncIterator[XServer]:
    async with XServer(FakeClock()) as running:
        running.world.add_page(page(POSTS, users=[user(501, "ada", "Ada"), user(502, "ben", "Ben")]))
        running.world.lists["7"] = {"502"}
        yield running


async def get(server: XServer, path: str = "/2/tweets/search/recent", **parameters: str) -> tuple[int, Json]:
    named = {name.replace("_fields", ".fields"): value for name, value in parameters.items()}
    async with (
        aiohttp.ClientSession(headers=SIGNED_IN) as session,
        session.get(server.url + path, params=named) as response,
    ):
        return response.status, json.loads(await response.read() or b"{}")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("#edchat", {"1", "3"}),
        ("education", {"1"}),
        ('"exit ticket"', {"2"}),
        ('"ticket exit"', set()),
        ("from:BEN", {"2", "3"}),
        ("list:7", {"2", "3"}),
        ("from:ben #edchat", {"3"}),
        ("(from:ada OR true) -is:quote", {"1"}),
        ("from:ada OR from:ben -is:quote", {"1", "2"}),
        ("#edchat is:retweet", set()),
    ],
)
async def test_queries_are_really_matched(server: XServer, query: str, expected: set[str]) -> None:
    status, body = await get(server, query=query)

    assert status == 200
    assert {each["id"] for each in body.get("data", [])} == expected


@pytest.mark.parametrize(
    "parameters",
    [
        {"query": ""},
        {"query": "a" * 513},
        {"query": '"open'},
        {"query": "(open"},
        {"query": "a OR"},
        {"query": "-is:retweet"},
        {"query": "min_faves:10 cats"},
        {"query": "a", "max_results": "9"},
        {"query": "a", "max_results": "101"},
        {"query": "a", "start_time": "2026-11-17T06:59:59Z"},
        {"query": "a", "end_time": "2026-11-24T06:59:51Z"},
        {"query": "a", "start_time": "2026-11-23T07:00:00.5Z"},
        {"query": "a", "start_time": "2026-11-23T07:00:00Z", "since_id": "1860000000000000000"},
        {"query": "a", "since_id": "1"},
        {"query": "a", "next_token": "invented"},
        {"query": "a", "tweet_fields": "nonsense"},
        {"query": "a", "colour": "red"},
    ],
)
async def test_what_x_refuses_is_refused(server: XServer, parameters: dict[str, str]) -> None:
    status, body = await get(server, **parameters)

    assert status == 400
    assert body["type"].endswith("invalid-request")


async def test_the_start_is_inside_the_window_and_the_end_is_not(server: XServer) -> None:
    at, later = "2026-11-24T06:00:00Z", "2026-11-24T06:00:01Z"

    assert (await get(server, query="#edchat", start_time=at, end_time=later))[1]["meta"]["result_count"] == 2
    assert (await get(server, query="#edchat", end_time=at))[1] == {"meta": {"result_count": 0}}


async def test_the_request_decides_the_spelling_of_the_answer(server: XServer) -> None:
    _, old = await get(server, query="from:ben", tweet_fields="referenced_tweets,referenced_posts")
    _, new = await get(server, query="from:ben", post_fields="referenced_posts,note_tweet")

    assert any("referenced_tweets" in each for each in old["data"])
    assert any("referenced_posts" in each for each in new["data"])
    assert all("edit_history_post_ids" in each for each in new["data"])


async def test_a_post_is_billed_once_a_day_and_expansions_too(server: XServer) -> None:
    await get(server, query="#edchat")
    await get(server, query="#edchat")
    assert server.bill.of(TUESDAY.date()) == 2 * 5_000

    await get(server, query="#edchat", expansions="author_id")
    assert server.bill.of(TUESDAY.date()) == 2 * 5_000 + 2 * 10_000

    clock = server.clock
    assert isinstance(clock, FakeClock)
    clock.advance(timedelta(days=1))
    await get(server, query="#edchat")
    assert server.bill.total == 4 * 5_000 + 2 * 10_000


async def test_what_an_expansion_cannot_find_is_named(server: XServer) -> None:
    _, body = await get(server, query="true", expansions="referenced_tweets.id")

    assert "includes" not in body
    assert [each["value"] for each in body["errors"]] == ["404"]


async def test_users_are_found_and_missed(server: XServer) -> None:
    status, body = await get(server, "/2/users/by", usernames="Ada,nobody")

    assert (status, body["data"][0]["id"], body["errors"][0]["value"]) == (200, "501", "nobody")
    assert (await get(server, "/2/users/by", usernames="no such"))[0] == 400
    assert (await get(server, "/2/users", ids="502"))[1]["data"][0]["username"] == "ben"
    assert (await get(server, "/2/usage/tweets"))[1]["data"]["project_usage"] == "0"


async def test_another_process_can_use_it(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text(json.dumps(page(POSTS)) + "\n")
    words = ["-m", "tests.rigs.x_server", "--posts", str(file), "--now", "2026-11-24T07:00:00Z", "--speed", "0"]
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        address = (await process.stdout.readline()).decode().strip()
        assert await _through(address) == [503, 200, 1]
    finally:
        process.terminate()
        await process.wait()


async def _through(address: str) -> list[Any]:
    async with aiohttp.ClientSession(address, headers=SIGNED_IN) as session:
        await session.post("/_rig/fault", params={"name": "html_503"})
        failed = await session.get("/2/tweets/search/recent", params={"query": "ticket"})
        answered = await session.get("/2/tweets/search/recent", params={"query": "ticket"})
        return [failed.status, answered.status, (await answered.json())["meta"]["result_count"]]
