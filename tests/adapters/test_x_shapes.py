"""Answers of any shape, through the real tweepy: nothing but our own errors, and nonsense declares no post gone."""

from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import Any

import pytest

from bot.domain.post import Post
from bot.domain.standing import Standing
from bot.errors import AdapterError
from tests.rigs.x_parts import LAST_DAYS, AtX, Json, at_x, page, post, user, want

NAMES = (
    "id text data includes entities urls hashtags tag note_tweet referenced_tweets type attachments media_keys media "
    "tweets users username created_at edit_history_tweet_ids public_metrics like_count errors meta next_token "
    "tweet_count total_tweet_count start end daily_project_usage usage date status upload_url download_url reason "
    "resource_id value withheld result_count"
).split()
TEXTS = (
    "",
    "11",
    "complete",
    "created",
    "2026-11-20T00:00:00.000Z",
    "9" * 5_000,
    "\0",
    "\ud83d",
    "https://",
    "deleted",
)
ROUNDS = 150


def anything(random: Random, depth: int = 4) -> Any:
    kind = random.randrange(10 if depth else 6)
    if kind < 3:
        return random.choice(TEXTS)
    if kind < 6:
        return random.choice([None, True, False, 0, -1, 7, 10**30, 0.5])
    if kind < 7:
        return [anything(random, depth - 1) for _ in range(random.randrange(4))]
    return {random.choice(NAMES): anything(random, depth - 1) for _ in range(random.randrange(6))}


def an_answer(random: Random) -> Json:
    kept = {random.choice(["data", "data", "errors", "meta", "includes"]): anything(random) for _ in range(3)}
    return {"data": anything(random), **kept}


async def read(x: AtX, _posts: Sequence[Post]) -> set[Standing]:
    await x.read(want("#edchat"))
    return set()


async def count(x: AtX, _posts: Sequence[Post]) -> set[Standing]:
    assert (await x.source.count(want("#edchat").topic, LAST_DAYS, x.allowance)).posts >= 0
    return set()


async def look_up(x: AtX, _posts: Sequence[Post]) -> set[Standing]:
    return {standing for found in await x.source.lookup(["11"], x.allowance) for standing in found.absent.values()}


async def look_up_people(x: AtX, _posts: Sequence[Post]) -> set[Standing]:
    await x.source.accounts(["ada"], x.allowance)
    return set()


async def ask_for_usage(x: AtX, _posts: Sequence[Post]) -> set[Standing]:
    usage = await x.source.usage(3)
    assert usage is None or all(posts >= 0 for posts in usage.values())
    return set()


async def recheck(x: AtX, posts: Sequence[Post]) -> set[Standing]:
    answers = [each async for each in x.source.recheck(posts, x.allowance)]
    return {standing for each in answers for standing in each.standings.values()}


Question = Callable[[AtX, Sequence[Post]], Awaitable[set[Standing]]]


@pytest.mark.parametrize("question", [read, count, look_up, look_up_people, ask_for_usage, recheck])
async def test_no_answer_breaks_anything_or_declares_a_post_gone(question: Question) -> None:
    random = Random(7)
    written = page([post(11, "Plan #edchat")], users=[user(501, "ada", "Ada")])
    async with at_x(written, embeds=True) as x:
        (batch,) = await x.read(want("#edchat"))
        for _ in range(ROUNDS):
            x.server.say_next(an_answer(random), path="/2/")
            try:
                said = await question(x, batch.posts)
            except AdapterError as error:
                said = set()
                assert str(error).endswith(".")  # noqa: PT017 - whether there is one is left open
            assert said <= {Standing.PRESENT}
            x.clock.advance(x.source.reach.looks_back / ROUNDS / 2)
