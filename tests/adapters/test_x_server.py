"""The loopback X itself: the rules of X that the other tests rely on."""

import asyncio
import json
import sys
import time
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
    post(
        1,
        "Éducation for all #EdChat",
        author_id="501",
        lang="in",
        public_metrics={"like_count": 8, "retweet_count": 0, "reply_count": 1},
    ),
    post(2, "An exit ticket, twice a week", author_id="502", lang="en"),
    post(
        3,
        "So true https://t.co/x #edchat",
        referenced_tweets=[{"type": "quoted", "id": "404"}],
        author_id="502",
        public_metrics={"like_count": 1, "retweet_count": 2},
    ),
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
        ("#edchat min_likes:5", {"1"}),
        ("#edchat (min_likes:5 OR min_reposts:2)", {"1", "3"}),
        ("min_replies:1", {"1"}),
        ("(#edchat OR ticket) lang:en", {"2"}),
        ("(#edchat OR ticket) (lang:in OR lang:iw)", {"1"}),
        ("#edchat has:links", {"3"}),
        ("#edchat (-is:reply OR has:links)", {"1", "3"}),
        ("quotes_of_tweet_id:404", {"3"}),
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
        {"query": "min_retweets:10 cats"},
        {"query": "min_likes:many cats"},
        {"query": "lang:en"},
        {"query": "has:links -is:reply"},
        {"query": "(-is:reply OR has:links)"},
        {"query": "cats OR has:links"},
        {"query": "cats -(dogs OR birds)"},
        {"query": "cats lang:id"},
        {"query": "cats lang:english"},
        {"query": "cats", "sort_order": "likes"},
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
    assert len(server.refused) == 1


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


async def test_counts_are_billed_by_the_request_and_cut_at_midnight(server: XServer) -> None:
    status, body = await get(
        server, "/2/tweets/counts/recent", query="#edchat", granularity="day", start_time="2026-11-22T06:00:00Z"
    )

    assert status == 200
    assert [each["tweet_count"] for each in body["data"]] == [0, 0, 2]
    assert body["data"][1]["start"] == "2026-11-23T00:00:00.000Z"
    assert body["meta"]["total_tweet_count"] == 2
    await get(server, "/2/tweets/counts/recent", query="#edchat")
    assert server.bill.total == 2 * 5_000
    assert (await get(server, "/2/tweets/counts/recent", query="#edchat", granularity="week"))[0] == 400
    assert server.bill.total == 2 * 5_000


@pytest.mark.parametrize("ids", ["", "abc", "1,,2", ",".join(map(str, range(1, 102)))])
async def test_a_look_up_of_what_are_no_ids_is_refused(server: XServer, ids: str) -> None:
    assert (await get(server, "/2/tweets", ids=ids))[0] == 400


async def test_a_look_up_bills_what_is_there_and_names_the_rest(server: XServer) -> None:
    server.world.delete("1")
    server.world.close("502", "suspended")

    _, body = await get(server, "/2/tweets", ids="1,2,4,77")

    assert [each["id"] for each in body["data"]] == ["4"]
    assert {each["value"]: each["type"].rpartition("/")[2] for each in body["errors"]} == {
        "1": "resource-not-found",
        "2": "not-authorized-for-resource",
        "77": "resource-not-found",
    }
    assert server.bill.total == 5_000


async def test_what_is_gone_is_not_found_either(server: XServer) -> None:
    server.world.delete("1")
    server.world.close("502", "protected")

    assert (await get(server, query="#edchat"))[1] == {"meta": {"result_count": 0}}


async def test_an_edit_is_a_post_of_its_own_and_search_gives_the_newest(server: XServer) -> None:
    newer = server.world.edit("1", "Éducation for everybody #EdChat")

    _, found = await get(server, query="from:ada")
    _, looked_up = await get(server, "/2/tweets", ids=f"1,{newer}")

    assert [each["id"] for each in found["data"]] == [newer]
    assert [each["text"] for each in looked_up["data"]] == [
        "Éducation for all #EdChat",
        "Éducation for everybody #EdChat",
    ]
    assert {tuple(each["edit_history_tweet_ids"]) for each in looked_up["data"]} == {("1", newer)}


async def test_engagement_grows_with_age_and_thresholds_go_by_what_there_is_by_now(server: XServer) -> None:
    server.world.half_life = timedelta(hours=1)  # the posts are an hour old
    clock = server.clock
    assert isinstance(clock, FakeClock)

    async def likes() -> list[int]:
        _, body = await get(server, query="#edchat min_likes:4", tweet_fields="public_metrics")
        return [each["public_metrics"]["like_count"] for each in body.get("data", [])]

    assert await likes() == [4]
    clock.advance(timedelta(hours=1))
    assert await likes() == [6]
    clock.advance(timedelta(hours=9))
    assert await likes() == [7]


async def test_relevance_is_engagement_with_noise_the_same_every_time(server: XServer) -> None:
    written = [post(100 + n, f"Plan {n} #relevance", public_metrics={"like_count": n}) for n in range(64)]
    server.world.add_page(page(written))

    async def order() -> list[int]:
        _, body = await get(server, query="#relevance", sort_order="relevancy", max_results="64")
        return [int(each["id"]) - 100 for each in body["data"]]

    noisy = await order()
    assert await order() == noisy
    assert sum(noisy[:20]) > sum(noisy[-20:])
    assert noisy != sorted(noisy, reverse=True)
    server.world.noise = 0
    assert (await order())[:5] == [63, 62, 61, 60, 59]


async def test_limits_are_told_in_headers_and_kept(server: XServer) -> None:
    answer = server.answer("/2/usage/tweets", {})
    assert (answer.headers["x-rate-limit-limit"], answer.headers["x-rate-limit-remaining"]) == ("50", "49")

    statuses = [server.answer("/2/usage/tweets", {}).status for _ in range(50)]

    assert statuses == [200] * 49 + [429]
    clock = server.clock
    assert isinstance(clock, FakeClock)
    clock.advance(timedelta(minutes=15))
    assert server.answer("/2/usage/tweets", {}).status == 200


async def test_usage_is_told_by_day(server: XServer) -> None:
    await get(server, query="#edchat")

    _, body = await get(server, "/2/usage/tweets", days="2", usage_fields="daily_project_usage")

    assert [(each["date"][:10], each["usage"]) for each in body["data"]["daily_project_usage"]["usage"]] == [
        ("2026-11-23", "0"),
        ("2026-11-24", "2"),
    ]


async def test_embeds_are_open_to_everybody_and_say_what_is_not_shown(server: XServer) -> None:
    def status(number: int) -> int:
        return server.answer("/oembed", {"url": f"https://x.com/i/status/{number}"}).status

    server.world.delete("1")
    assert (status(1), status(2), status(77)) == (404, 200, 404)
    server.world.close("502", "protected")
    assert status(2) == 403
    assert server.bill.total == 0


async def test_it_answers_without_a_network_as_it_does_over_one(server: XServer) -> None:
    asked = {"query": "#edchat", "tweet.fields": "lang"}

    near = server.answer("/2/tweets/search/recent", asked)

    assert isinstance(near.body, bytes)
    assert json.loads(near.body) == (await get(server, **asked))[1]


async def test_thousands_of_posts_are_searched_in_no_time(server: XServer) -> None:
    day = timedelta(days=1)
    written = [post(1000 + n, f"Plan {n} #tag{n % 50}", TUESDAY - day * 6 * n / 16_000) for n in range(16_000)]
    server.world.add_page(page(written))
    server.answer("/2/tweets/search/recent", {"query": "#tag1"})
    queries = [f"(#tag{n} OR #tag{n + 1}) -is:retweet min_likes:1" for n in range(49)]

    start = time.perf_counter()
    for query in queries:
        server.answer("/2/tweets/search/recent", {"query": query, "max_results": "100"})

    assert time.perf_counter() - start < 2.5


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
