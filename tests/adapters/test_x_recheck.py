"""Whether posts are still there: by X's own jobs, by its public embeds, and only then for money."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from adapters.x.recheck import MOST_EMBEDS
from bot.domain.budget import Money, dollars
from bot.domain.post import Post
from bot.domain.standing import Standing
from bot.errors import OutOfAllowance, OutOfCredit, StaffroomError, Unauthorised
from bot.ports import Rechecked
from tests.rigs.x_parts import AtX, at_x, page, post, user, want
from tests.rigs.x_server import JOBS, TOKEN

PEOPLE = [user(501, "AdaTeaches", "Ada Okafor"), user(502, "ben_maths", "Ben Sørensen"), user(503, "cara", "Cara")]
WRITTEN = [
    post(n, f"Plan {n} #edchat", author_id=author)
    for n, author in ((11, "501"), (12, "501"), (13, "502"), (14, "503"), (15, "501"))
]
GONE_SINCE = {
    "11": Standing.PRESENT,
    "12": Standing.GONE,
    "13": Standing.PROTECTED,
    "14": Standing.SUSPENDED,
    "15": Standing.PRESENT,
}


async def read(x: AtX) -> list[Post]:
    batches = await x.read(want("#edchat"))
    return sorted((each for batch in batches for each in batch.posts), key=lambda each: each.key.id)


def vanish(x: AtX) -> None:
    x.server.world.delete("12")
    x.server.world.close("502", "protected")
    x.server.world.close("503", "suspended")


async def recheck(x: AtX, posts: Sequence[Post]) -> list[Rechecked]:
    answers = []
    async for each in x.source.recheck(posts, x.allowance):
        answers.append(each)
        if each.receipt:
            await x.allowance.settle(each.receipt)
    return answers


def standings(answers: Sequence[Rechecked]) -> dict[str, Standing]:
    return {each: standing for answer in answers for each, standing in answer.standings.items()}


async def test_a_job_of_x_tells_for_free_what_became_of_all_of_them() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE)) as x:
        posts = await read(x)
        spent = x.allowance.spent
        vanish(x)

        (answer,) = await recheck(x, posts)

        assert (dict(answer.standings), answer.how, answer.is_final) == (GONE_SINCE, "compliance job", True)
        assert answer.receipt is None
        assert x.allowance.spent == spent
        assert not x.server.seen_at("/2/tweets")


async def test_the_token_does_not_go_where_the_lists_are_kept() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE)) as x:
        await recheck(x, await read(x))

        stored = [seen for seen in x.server.seen if seen.path.startswith("/_storage/")]
        assert [seen.method for seen in stored] == ["PUT", "GET"]
        assert not any(seen.signed_in or TOKEN in str(seen.query) for seen in stored)


async def test_a_job_that_takes_its_time_is_picked_up_by_a_later_attempt() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE)) as x:
        x.server.jobs.takes = timedelta(minutes=20)
        posts = await read(x)
        vanish(x)

        assert await recheck(x, posts) == []
        x.clock.advance(timedelta(minutes=10))
        assert await recheck(x, posts) == []
        x.clock.advance(timedelta(minutes=10))
        (answer,) = await recheck(x, posts[:3])

        assert dict(answer.standings) == {each: GONE_SINCE[each] for each in ("11", "12", "13")}
        assert len([seen for seen in x.server.seen_at(JOBS) if seen.method == "POST"]) == 1
        assert not x.server.seen_at("/oembed")


async def test_posts_that_were_not_in_the_job_are_in_the_next_one() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE)) as x:
        x.server.jobs.takes = timedelta(minutes=20)
        posts = await read(x)
        vanish(x)

        assert await recheck(x, posts[:2]) == []
        x.clock.advance(timedelta(minutes=20))
        assert await recheck(x, posts[2:]) == []
        assert await recheck(x, posts[2:]) == []
        x.clock.advance(timedelta(minutes=20))
        assert standings(await recheck(x, posts[2:])) == {each: GONE_SINCE[each] for each in ("13", "14", "15")}


async def test_edited_posts_go_up_under_their_newest_id() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE)) as x:
        x.server.world.edit("11", "Plan 11, mended #edchat")
        posts = await read(x)

        assert standings(await recheck(x, posts))["11"] is Standing.PRESENT


NO_JOBS = ["unauthorised", "not_enrolled", "empty_404", "html_503", "dropped", "too_many", "conflict", "html_403"]


@pytest.mark.parametrize("fault", NO_JOBS)
async def test_without_jobs_embeds_say_for_free_what_is_there_and_look_ups_confirm_the_rest(fault: str) -> None:
    async with at_x(page(WRITTEN, users=PEOPLE), embeds=True) as x:
        posts = await read(x)
        spent = x.allowance.spent
        vanish(x)
        x.server.fail_next(fault, path=JOBS)

        embedded, looked_up = await recheck(x, posts)

        assert (embedded.how, dict(embedded.standings)) == ("embed", dict.fromkeys(("11", "15"), Standing.PRESENT))
        assert looked_up.how == "look-up"
        assert standings([embedded, looked_up]) == GONE_SINCE
        assert not embedded.is_final
        assert x.allowance.spent == spent
        assert [seen.query["ids"] for seen in x.server.seen_at("/2/tweets")] == ["12,13,14"]


async def test_jobs_that_cannot_be_had_are_left_alone_for_hours() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE), embeds=True) as x:
        posts = await read(x)
        x.server.fail_next("not_enrolled", path=JOBS)

        await recheck(x, posts)
        await recheck(x, posts)
        assert len(x.server.seen_at(JOBS)) == 1
        x.clock.advance(timedelta(hours=6))
        (answer,) = await recheck(x, posts)

        assert answer.how == "compliance job"


@pytest.mark.parametrize("fault", ["html_503", "html_403", "html_200", "broken_json", "dropped"])
@pytest.mark.parametrize("at", ["submission", "result", "status"])
async def test_wherever_a_job_breaks_off_the_next_way_is_taken(fault: str, at: str) -> None:
    async with at_x(page(WRITTEN, users=PEOPLE), embeds=True) as x:
        posts = await read(x)
        vanish(x)
        job_id = "1420000000000000000"
        where = f"{JOBS}/{job_id}" if at == "status" else f"/_storage/{job_id}/{at}"
        x.server.fail_next(fault, path=where)

        answers = await recheck(x, posts)

        assert standings(answers) == GONE_SINCE or (at == "submission" and fault in ("html_200", "broken_json"))


@pytest.mark.parametrize("line", ["<html>", "{", "{}", "[]", '{"action":"delete","reason":"deleted"}'])
async def test_a_list_that_cannot_be_read_says_nothing(line: str) -> None:
    async with at_x(page(WRITTEN, users=PEOPLE), embeds=True) as x:
        posts = await read(x)
        x.server.jobs.extra_lines = [line]

        answers = await recheck(x, posts)

        assert {answer.how for answer in answers} == {"embed"}
        assert set(standings(answers).values()) == {Standing.PRESENT}


@pytest.mark.parametrize(
    ("reason", "standing"),
    [
        ("deleted", Standing.GONE),
        ("deactivated", Standing.GONE),
        ("bounced", Standing.GONE),
        ("suspended", Standing.SUSPENDED),
        ("protected", Standing.PROTECTED),
        ("scrub_geo", Standing.PRESENT),
    ],
)
async def test_each_reason_of_a_job_is_understood(reason: str, standing: Standing) -> None:
    async with at_x(page(WRITTEN, users=PEOPLE)) as x:
        posts = await read(x)
        x.server.jobs.extra_lines = [f'{{"id":"11","action":"delete","reason":"{reason}"}}', '{"id":"99"}', ""]

        assert standings(await recheck(x, posts))["11"] is standing


async def test_a_reason_that_nobody_knows_is_looked_into_not_believed() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE)) as x:
        posts = await read(x)
        x.server.jobs.extra_lines = ['{"id":"11","action":"delete","reason":"moon_phase"}']

        by_job, looked_up = await recheck(x, posts)

        assert "11" not in by_job.standings
        assert dict(looked_up.standings) == {"11": Standing.PRESENT}


async def test_a_job_that_fails_or_never_ends_is_given_up() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE), embeds=True) as x:
        posts = await read(x)
        x.server.jobs.takes = timedelta(days=1)

        assert await recheck(x, posts) == []
        x.clock.advance(timedelta(hours=2))
        assert {answer.how for answer in await recheck(x, posts)} == {"embed"}

    async with at_x(page(WRITTEN, users=PEOPLE), embeds=True) as x:
        posts = await read(x)
        x.server.jobs.fails = True
        assert {answer.how for answer in await recheck(x, posts)} == {"embed"}


@pytest.mark.parametrize("address", ["http://storage.googleapis.com/x", "ftp://x", "file:///etc/passwd", "", "//x"])
async def test_lists_go_nowhere_that_is_not_safe(address: str) -> None:
    async with at_x(page(WRITTEN, users=PEOPLE), embeds=True) as x:
        posts = await read(x)
        x.server.say_next({"data": {"id": "7", "status": "created", "upload_url": address}}, path=JOBS)

        answers = await recheck(x, posts)

        assert {answer.how for answer in answers} == {"embed"}
        assert not any(seen.method == "PUT" for seen in x.server.seen)


async def test_embeds_are_asked_for_so_many_at_a_time_and_the_rest_comes_with_the_next_attempt() -> None:
    many = [post(1000 + n, f"Plan {n} #edchat") for n in range(MOST_EMBEDS + 30)]
    async with at_x(page(many, users=PEOPLE), embeds=True) as x:
        posts = [each for batch in await x.read(want("#edchat", limit=300)) for each in batch.posts]
        x.server.fail_next("not_enrolled", path=JOBS)

        first = standings(await recheck(x, posts))
        rest = [each for each in posts if each.key.id not in first]

        assert (len(first), len(rest)) == (MOST_EMBEDS, 30)
        assert len(standings(await recheck(x, rest))) == 30
        assert not x.server.seen_at("/2/tweets")


async def test_where_embeds_break_off_nobody_pays_for_the_rest() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE), embeds=True) as x:
        posts = await read(x)
        x.server.fail_next("not_enrolled", path=JOBS)
        x.server.fail_next("html_503", path="/oembed")

        (answer,) = await recheck(x, posts)

        assert (answer.how, len(answer.standings)) == ("embed", 3)
        assert set(answer.standings.values()) == {Standing.PRESENT}
        assert not x.server.seen_at("/2/tweets")


async def test_jobs_are_asked_for_again_when_x_says() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE), embeds=True) as x:
        posts = await read(x)
        x.server.fail_next("too_many", path=JOBS)

        assert {answer.how for answer in await recheck(x, posts)} == {"embed"}
        x.clock.advance(timedelta(minutes=15))
        assert {answer.how for answer in await recheck(x, posts)} == {"compliance job"}


async def test_two_who_ask_at_once_share_a_job() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE)) as x:
        x.server.jobs.takes = timedelta(minutes=20)
        posts = await read(x)

        await asyncio.gather(recheck(x, posts), recheck(x, posts))
        x.clock.advance(timedelta(minutes=20))

        assert len(standings(await recheck(x, posts))) == 5
        assert len([seen for seen in x.server.seen_at(JOBS) if seen.method == "POST"]) == 1


async def test_an_absent_embed_alone_says_nothing() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE), embeds=True) as x:
        posts = await read(x)
        vanish(x)
        x.server.fail_next("not_enrolled", path=JOBS)
        x.allowance.cap = x.allowance.spent

        (answer,) = await recheck(x, posts)

        assert dict(answer.standings) == dict.fromkeys(("11", "15"), Standing.PRESENT)


@pytest.mark.parametrize("fault", ["html_503", "html_403", "html_200", "broken_json", "dropped", "too_many"])
async def test_where_embeds_cannot_be_had_look_ups_answer_within_the_allowance(fault: str) -> None:
    async with at_x(page(WRITTEN, users=PEOPLE), embeds=True) as x:
        posts = await read(x)
        vanish(x)
        x.server.fail_next("not_enrolled", path=JOBS)
        x.server.fail_next(fault, times=4, path="/oembed")
        x.allowance.cap = Money(x.allowance.spent + 3 * dollars("0.005"))

        answers = await recheck(x, posts)

        assert {answer.how for answer in answers} == {"look-up"}
        assert standings(answers) == GONE_SINCE
        assert len(x.server.seen_at("/oembed")) == 4


async def test_when_every_way_fails_that_is_said() -> None:
    async def failed(x: AtX) -> type[StaffroomError]:
        with pytest.raises(StaffroomError) as raised:
            await recheck(x, posts)
        return type(raised.value)

    async with at_x(page(WRITTEN, users=PEOPLE)) as x:
        posts = await read(x)
        x.server.fail_next("credits_depleted", times=2, path="/2/")
        assert await failed(x) is OutOfCredit
        x.allowance.cap = x.allowance.spent
        assert await failed(x) is OutOfAllowance

    async with at_x(page(WRITTEN, users=PEOPLE), token=None) as x:
        assert await failed(x) is Unauthorised


async def test_an_edited_post_is_there_and_comes_as_it_is_now() -> None:
    async with at_x(page(WRITTEN, users=PEOPLE)) as x:
        posts = await read(x)
        newer = x.server.world.edit("11", "Plan 11, mended #edchat")
        x.server.world.withhold("15", "DE")
        x.server.fail_next("not_enrolled", path=JOBS)

        answers = await recheck(x, posts)

        assert standings(answers)["11"] is Standing.PRESENT
        assert standings(answers)["15"] is Standing.WITHHELD
        assert [(each.text, each.latest_id) for each in answers[-1].posts] == [("Plan 11, mended #edchat", newer)]
