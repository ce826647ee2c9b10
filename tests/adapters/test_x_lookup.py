"""Posts by their ids: what is there, what is not and why, and what it costs."""

import pytest

from bot.domain.budget import Resources, dollars
from bot.domain.standing import Standing
from bot.errors import OutOfAllowance, Unauthorised, Unavailable
from bot.ports import Found
from tests.rigs.x_parts import AtX, Json, at_x, page, post, user

PEOPLE = [user(501, "AdaTeaches", "Ada Okafor"), user(502, "ben_maths", "Ben Sørensen"), user(503, "cara", "Cara")]
POSTS = [post(n, f"Plan {n}", author_id=author) for n, author in ((11, "501"), (12, "502"), (13, "503"), (14, "501"))]


def posts_of(answers: list[Found]) -> dict[str, str]:
    return {each: post.text for found in answers for each, post in found.posts.items()}


def absent_of(answers: list[Found]) -> dict[str, Standing]:
    return {each: standing for found in answers for each, standing in found.absent.items()}


async def look_up(x: AtX, *ids: str) -> list[Found]:
    answers = list(await x.source.lookup(ids, x.allowance))
    for found in answers:
        assert found.receipt
        await x.allowance.settle(found.receipt)
    return answers


async def test_what_is_not_shown_is_told_apart() -> None:
    async with at_x(page(POSTS, users=PEOPLE)) as x:
        x.server.world.delete("11")
        x.server.world.close("502", "protected")
        x.server.world.close("503", "suspended")

        answers = await look_up(x, "11", "12", "13", "14", "999")

        assert posts_of(answers) == {"14": "Plan 14"}
        assert absent_of(answers) == {
            "11": Standing.GONE,
            "12": Standing.PROTECTED,
            "13": Standing.SUSPENDED,
            "999": Standing.GONE,
        }
        assert x.allowance.spent == x.server.bill.total == dollars("0.005")


async def test_a_withheld_post_says_so_itself() -> None:
    async with at_x(page(POSTS)) as x:
        x.server.world.withhold("11", "DE")

        (found,) = await look_up(x, "11")

        assert found.posts["11"].withheld


async def test_a_look_up_expands_nothing_that_is_billed() -> None:
    reply = post(15, "Yes", referenced_tweets=[{"type": "replied_to", "id": "404"}])
    async with at_x(page([*POSTS, reply])) as x:
        (found,) = await look_up(x, "15")

        (asked,) = x.server.seen_at("/2/tweets")
        assert asked.query["expansions"] == "attachments.media_keys,attachments.poll_ids"
        assert found.posts["15"].is_reply
        assert found.receipt
        assert found.receipt.resources == Resources(1, post_ids=("15",))


async def test_an_edited_post_comes_as_it_was_and_then_as_it_is() -> None:
    async with at_x(page(POSTS)) as x:
        newer = x.server.world.edit("11", "Plan 11, mended")

        before, now = await look_up(x, "11", "12")

        assert posts_of([before]) == {"11": "Plan 11", "12": "Plan 12"}
        assert posts_of([now]) == {"11": "Plan 11, mended"}
        assert now.posts["11"].key.id == "11"
        assert now.posts["11"].latest_id == newer
        assert x.allowance.spent == x.server.bill.total == 3 * dollars("0.005")


async def test_without_money_for_the_newer_version_the_old_one_stands() -> None:
    async with at_x(page(POSTS)) as x:
        x.server.world.edit("11", "Plan 11, mended")
        x.allowance.cap = dollars("0.005")

        answers = await look_up(x, "11")

        assert posts_of(answers) == {"11": "Plan 11"}


async def test_a_hundred_ids_share_a_request_and_each_is_asked_once() -> None:
    many = [post(1000 + n, f"Plan {n}") for n in range(130)]
    async with at_x(page(many)) as x:
        answers = await look_up(x, *(each["id"] for each in many), "1000")

        assert [len(found.posts) for found in answers] == [100, 30]
        assert [reservation.worst for reservation, _ in x.allowance.reserved] == [dollars("0.5"), dollars("0.15")]


async def test_as_many_are_looked_up_as_the_allowance_affords() -> None:
    async with at_x(page(POSTS)) as x:
        x.allowance.cap = dollars("0.011")

        answers = await look_up(x, "11", "12", "13", "14")

        assert posts_of(answers) == {"11": "Plan 11", "12": "Plan 12"}
        with pytest.raises(OutOfAllowance):
            await look_up(x, "13")


async def test_what_was_found_counts_when_the_next_request_fails() -> None:
    many = [post(1000 + n, f"Plan {n}") for n in range(130)]
    async with at_x(page(many)) as x:
        answers = x.source.lookup([each["id"] for each in many], x.allowance)
        x.server.fail_next("html_503")
        with pytest.raises(Unavailable):
            await answers

        x.server.fail_next("html_503", path="/never")
        found = await look_up(x, *(each["id"] for each in many[:101]))
        assert sum(len(each.posts) for each in found) == 101


@pytest.mark.parametrize("hostile", ["", "abc", "1,2", "1 OR 2", "١٢", "9" * 20, "-1", "1.0"])
async def test_what_is_no_id_is_not_asked_for(hostile: str) -> None:
    async with at_x(page(POSTS)) as x:
        assert await look_up(x, hostile) == []
        assert posts_of(await look_up(x, hostile, "11")) == {"11": "Plan 11"}
        assert x.server.refused == []


async def test_without_a_token_nothing_is_sent() -> None:
    async with at_x(page(POSTS), token=None) as x:
        with pytest.raises(Unauthorised, match="STAFFROOM_X__BEARER_TOKEN"):
            await x.source.lookup(["11"], x.allowance)

        assert not x.server.seen


PROBLEM = "https://api.x.com/2/problems/"


def problem(kind: str, **more: str) -> Json:
    return {"resource_id": "11", "value": "11", "resource_type": "tweet", "parameter": "ids", "type": kind} | more


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (problem(PROBLEM + "resource-not-found"), {"11": Standing.GONE}),
        (problem("https://api.twitter.com/2/problems/resource-not-found"), {"11": Standing.GONE}),
        (problem(PROBLEM + "not-authorized-for-resource"), {"11": Standing.PROTECTED}),
        (
            problem(PROBLEM + "not-authorized-for-resource", detail="User has been suspended: [11]."),
            {"11": Standing.SUSPENDED},
        ),
        (problem(PROBLEM + "resource-unavailable"), {}),
        (problem(PROBLEM + "field-hydration-failure"), {}),
        (problem(PROBLEM + "resource-not-found", parameter="referenced_tweets.id"), {}),
        (problem(PROBLEM + "resource-not-found", resource_id="12", value="12"), {}),
        ({"type": PROBLEM + "resource-not-found"}, {}),
        ({}, {}),
    ],
)
async def test_only_what_x_says_of_the_post_itself_counts(said: Json, expected: dict[str, Standing]) -> None:
    async with at_x() as x:
        x.server.say_next({"errors": [said]})

        assert absent_of(await look_up(x, "11")) == expected
