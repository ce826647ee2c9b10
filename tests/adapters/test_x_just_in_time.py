"""What people ask X for themselves, through the whole engine: what is asked, what comes of it, what X bills."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.domain.budget import Caps, Purpose, dollars
from tests.fakes.clock import TUESDAY
from tests.rigs.school import STAFF, School, school
from tests.rigs.x_parts import AtX, Json, at_x, page, post, user

CAPS = Caps(dollars(1), dollars(10), {Purpose.SEARCH: dollars("0.25"), Purpose.AT_ONCE: dollars("0.10")})
TEN = TUESDAY.replace(hour=10, minute=0)
ANNA = user(501, "anna", "Anna Field")


def likes(count: int) -> Json:
    return {"public_metrics": {"like_count": count, "retweet_count": 0, "reply_count": 0, "quote_count": 0}}


def lesson(number: int, **more: object) -> Json:
    text = f"Fractions plan {number} with paper plates for my pupils #edchat"
    return post(number, text, TEN - timedelta(hours=2, minutes=number), **more)


@asynccontextmanager
async def school_at_x(*posts: Json) -> AsyncIterator[tuple[School, AtX]]:
    async with at_x(page(posts, users=[ANNA]), embeds=True) as x:
        x.clock.set(TEN)
        async with school(caps=CAPS, clock=x.clock, sources={"x": x.source}) as our:
            yield our, x


async def heard(our: School, words: str) -> str:
    return await our.hear("ana", our.chat.command("ana", STAFF, f"/pln {words}"))


async def test_a_search_is_one_small_page_of_the_best_and_names_come_free_of_charge() -> None:
    async with school_at_x(*(lesson(number, **likes(number)) for number in range(1, 31))) as (our, x):
        found = await heard(our, "search fractions OR from:anna")
        assert "nothing of the last days" in found
        found = await heard(our, "search plates fractions")

        asked = x.queries()[-1]
        assert (asked["max_results"], asked["sort_order"]) == ("10", "relevancy")
        assert asked["query"].startswith('"plates" "fractions" -is:retweet')
        assert "10 posts on X for “plates fractions”" in found
        assert "Anna Field @anna" in found
        assert "This search cost $0.05." in found
        assert x.server.bill.total == dollars("0.05")
        assert x.server.refused == []
        assert x.server.seen_at("/2/users") == []


@pytest.mark.parametrize("words", ['"paper plates"', "#edchat", "@anna", "#edchat plates", "plates @anna"])
async def test_no_search_breaks_a_rule_of_x(words: str) -> None:
    async with school_at_x(*(lesson(number) for number in range(1, 4))) as (our, x):
        await heard(our, f"search {words}")
        assert len(x.queries()) == 1
        assert x.server.refused == []


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/anna/status/7",
        "https://twitter.com/anna/status/7?s=20&t=abc",
        "https://mobile.twitter.com/anna/status/7",
        "https://fxtwitter.com/anna/status/7",
        "https://x.com/i/status/7",
        "https://x.com/i/web/status/7/photo/1",
        "vxtwitter.com/anna/status/7",
    ],
)
async def test_a_link_to_a_post_is_looked_up_once_and_saved(link: str) -> None:
    async with school_at_x(lesson(7)) as (our, x):
        first = await heard(our, f"save {link}")
        second = await heard(our, f"save {link}")

        assert "Saved to the library." in first
        assert "Fractions plan 7" in first
        assert "Anna Field @anna" in first
        assert "Saved to the library." in second
        assert len(x.server.seen_at("/2/tweets")) == 1
        assert x.server.bill.total == dollars("0.005")


@pytest.mark.parametrize(("word", "said"), [("deleted", "no longer there"), ("protected", "followers only")])
async def test_a_post_that_x_does_not_give_costs_nothing_and_is_explained(word: str, said: str) -> None:
    async with school_at_x(lesson(7)) as (our, x):
        x.server.world.absent["7"] = word
        answer = await heard(our, "save https://x.com/anna/status/7")

        assert said in answer
        assert "Saved" not in answer
        assert x.server.bill.total == 0


async def test_topics_followed_now_share_one_query_and_a_quiet_quarter_costs_nothing() -> None:
    async with school_at_x() as (our, x):
        await our.open_channel()
        await our.say("ana", "/pln unfollow #edchat")
        await our.say("ana", "/pln follow #edchat #mathschat now 20 likes")
        counted = x.server.bill.total
        for _ in range(2):
            await our.at(our.clock.now() + timedelta(minutes=15))
        x.server.world.add_page(
            page([post(8, "Fractions plan 8 for my pupils #mathschat", our.clock.now(), **likes(25))])
        )
        before = len(x.queries())
        await our.at(our.clock.now() + timedelta(minutes=15))

        (asked,) = x.queries()[before:]
        assert "#edchat" in asked["query"]
        assert "#mathschat" in asked["query"]
        assert "min_likes:20" in asked["query"]
        assert [each.text for each in our.chat.shown(STAFF) if "Fractions plan 8" in each.text]
        assert x.server.bill.total - counted == dollars("0.005")
        assert x.server.refused == []


@pytest.mark.parametrize(
    "fault",
    ["credits_depleted", "not_enrolled", "html_503", "html_200", "dropped", "too_many", "usage_capped", "bad_request"],
)
async def test_whatever_x_answers_a_search_ends_with_a_sentence_and_the_free_way(fault: str) -> None:
    async with school_at_x(lesson(7)) as (our, x):
        x.server.fail_next(fault, 9, "/2/tweets/search/recent")
        await heard(our, "search fractions")
        for _ in range(6):
            await our.at(our.clock.now() + timedelta(minutes=1))

        told = our.last_answer("ana").text
        assert "Search on X (https://x.com/search?" in told
        assert len(x.queries()) <= 3
