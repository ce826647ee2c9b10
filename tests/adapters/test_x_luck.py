"""Requests of every kind with random luck: what is counted as spent is never below X's bill, and no rule is broken."""

from datetime import timedelta
from random import Random

import aiohttp
import pytest

from bot.domain.coverage import Span
from bot.domain.reading.filter import Filter
from bot.errors import StaffroomError
from bot.ports import Accounts, Counted, Found, Rechecked
from tests.fakes.clock import TUESDAY
from tests.rigs.x_parts import AtX, at_x, page, post, user, want
from tests.rigs.x_server_faults import FAULTS

STEPS = 150
BAD_LUCK = (*sorted(FAULTS), "dropped", "dropped_after")
TAGS = ("edchat", "scichat", "mathchat", "artchat")


def a_department(random: Random) -> list[dict[str, object]]:
    return [
        post(
            100_000 + n,
            f"Plan {n} #{random.choice(TAGS)}",
            TUESDAY - timedelta(minutes=random.randrange(6 * 24 * 60)),
            author_id=str(501 + n % 5),
            public_metrics={"like_count": random.randrange(12), "retweet_count": random.randrange(4)},
            lang=random.choice(["en", "fr", "in"]),
        )
        for n in range(400)
    ]


def a_filter(random: Random) -> Filter:
    return Filter(
        min_likes=random.choice([0, 0, 3, 9]),
        min_reposts=random.choice([0, 0, 2]),
        languages=random.choice([(), (), ("en",), ("en", "id")]),
        replies=random.random() < 0.7,
        top=random.random() < 0.2,
    )


async def do_something(x: AtX, random: Random) -> None:
    start = TUESDAY - timedelta(minutes=random.randrange(1, 8 * 24 * 60))
    span = Span(start, start + timedelta(minutes=random.randrange(3 * 24 * 60)))
    tags = random.sample(TAGS, random.randrange(1, 4))
    asked_for = a_filter(random)
    match random.randrange(6):
        case 0 | 1:
            await x.read(*(want(f"#{tag}", span, random.choice([5, 40, 150]), asked_for=asked_for) for tag in tags))
        case 2:
            await keep(x, await x.source.count(want(f"#{tags[0]}").topic, span, x.allowance))
        case 3:
            ids = [str(100_000 + random.randrange(450)) for _ in range(random.randrange(1, 130))]
            await keep(x, *await x.source.lookup(ids, x.allowance))
        case 4:
            await keep(x, *await x.source.accounts(["ada", "ben", f"nobody_{random.randrange(9)}"], x.allowance))
        case _:
            (batch, *_) = await x.read(want("#edchat", limit=10))
            await keep(x, *[each async for each in x.source.recheck(batch.posts, x.allowance)])


async def keep(x: AtX, *answers: Accounts | Counted | Found | Rechecked) -> None:
    for answer in answers:
        if answer.receipt:
            await x.allowance.settle(answer.receipt)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_what_is_counted_as_spent_is_never_below_the_bill_and_no_rule_is_broken(seed: int) -> None:
    random = Random(seed)
    people = [user(501, "ada", "Ada"), user(502, "ben", "Ben")]
    written = page(a_department(random), users=people)
    async with at_x(written, embeds=True, patience=aiohttp.ClientTimeout(total=5)) as x:
        for _ in range(STEPS):
            if random.random() < 0.3:
                x.server.fail_next(random.choice(BAD_LUCK))
            try:
                await do_something(x, random)
            except StaffroomError as error:
                assert str(error).endswith(".")  # noqa: PT017 - whether there is one is left open
            x.clock.advance(timedelta(minutes=random.randrange(6)))
            assert x.allowance.spent >= x.server.bill.total
        assert x.server.refused == []
        assert x.server.throttled == 0
        assert x.server.bill.total
