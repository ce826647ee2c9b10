"""What X is asked, and what it costs: the source over the real tweepy against a loopback X."""

import subprocess
import sys
from datetime import timedelta

import pytest
from pydantic import SecretStr, ValidationError

from adapters.x.plugin import plugin
from adapters.x.section import XSection
from bot.domain.budget import Money, Resources, dollars
from bot.domain.check import Health
from bot.domain.coverage import Span
from bot.domain.post import ReferenceKind
from bot.errors import OutOfAllowance
from bot.plugins import SourceTools
from tests.fakes.clock import TUESDAY, FakeClock
from tests.rigs.x_parts import LAST_DAYS, Json, at_x, page, post, user, want

PEOPLE = [user(501, "AdaTeaches", "Ada Okafor"), user(502, "ben_maths", "Ben Sørensen")]


def posts(count: int, text: str = "Plan #edchat", seconds_apart: int = 60) -> list[Json]:
    newest = TUESDAY - timedelta(hours=1)
    return [post(100_000 - n, text, newest - timedelta(seconds=seconds_apart * n)) for n in range(count)]


async def test_a_search_expands_nothing_that_is_billed() -> None:
    async with at_x(page(posts(3), users=PEOPLE)) as x:
        await x.read(want("#edchat"))

        (asked,) = x.queries()
        assert asked["expansions"] == "attachments.media_keys,attachments.poll_ids"
        assert asked["start_time"] == "2026-11-21T07:00:00Z"
        assert asked["end_time"] == "2026-11-24T06:59:00Z"
        assert "since_id" not in asked
        assert x.server.bill.total == x.allowance.spent == 3 * dollars("0.005")


async def test_x_is_told_who_asks() -> None:
    async with at_x() as x:
        await x.read(want("#edchat"))

        assert x.server.seen[0].user_agent.startswith("Staffroom")


async def test_pages_are_read_until_there_are_no_more() -> None:
    async with at_x(page(posts(250))) as x:
        batches = await x.read(want("#edchat", limit=1000))

        assert [len(batch.posts) for batch in batches] == [100, 100, 50]
        assert batches[-1].covered[0][1] == Span(LAST_DAYS.start, TUESDAY - timedelta(minutes=1))


async def test_posts_of_one_second_on_two_pages_are_not_taken_for_read() -> None:
    async with at_x(page(posts(150, seconds_apart=0))) as x:
        first, second = await x.read(want("#edchat", limit=150))

        moment = TUESDAY - timedelta(hours=1)
        assert first.covered[0][1].start > moment
        assert second.covered[0][1].start == LAST_DAYS.start


async def test_what_remains_of_a_limit_is_asked_for_but_never_less_than_x_allows() -> None:
    async with at_x(page(posts(400))) as x:
        await x.read(want("#edchat", limit=103))

        assert [asked["max_results"] for asked in x.queries()] == ["100", "10"]


async def test_no_more_is_asked_for_than_the_allowance_affords() -> None:
    async with at_x(page(posts(400))) as x:
        x.allowance.cap = dollars("0.30")

        with pytest.raises(OutOfAllowance):
            await x.read(want("#edchat", limit=400))

        assert [asked["max_results"] for asked in x.queries()] == ["60"]
        assert x.server.bill.total == 60 * dollars("0.005")


async def test_two_topics_share_a_request_and_both_are_named_in_the_ledger() -> None:
    async with at_x(page(posts(3))) as x:
        await x.read(want("#edchat"), want("#scichat"))

        ((reservation, topics),) = x.allowance.reserved
        assert reservation.endpoint == "search/recent"
        assert [topic.label for topic in topics] == ["#edchat", "#scichat"]


async def test_a_list_is_read_by_its_members() -> None:
    async with at_x(page([post(1, "One"), post(2, "Two", author_id="502")], users=PEOPLE)) as x:
        x.server.world.lists["77"] = {"502"}

        (batch,) = await x.read(want("list:77"))

        assert [each.text for each in batch.posts] == ["Two"]
        assert [topic.label for topic in batch.certain] == ["list:77"]


async def test_what_is_older_than_seven_days_is_neither_asked_for_nor_covered() -> None:
    month = Span(TUESDAY - timedelta(days=30), TUESDAY)
    async with at_x(page(posts(3))) as x:
        (batch,) = await x.read(want("#edchat", month))

        assert TUESDAY - timedelta(days=7) < batch.covered[0][1].start < TUESDAY - timedelta(days=6, hours=23)


@pytest.mark.parametrize("days", [(-30, -8), (0, 1), (0, 0)])
async def test_a_span_that_x_cannot_give_costs_nothing(days: tuple[int, int]) -> None:
    span = Span(TUESDAY + timedelta(days=days[0]), TUESDAY + timedelta(days=days[1]))
    async with at_x() as x:
        assert await x.read(want("#edchat", span)) == []
        assert not x.server.seen


async def test_fractions_of_a_second_leave_no_gap_between_two_reads() -> None:
    async with at_x(page(posts(3))) as x:
        middle = TUESDAY - timedelta(hours=1, microseconds=400_000)
        first, second = await x.read(
            want("#edchat", Span(LAST_DAYS.start, middle)), want("#edchat", Span(middle, TUESDAY))
        )

        assert first.covered[0][1].end <= middle
        assert second.covered[0][1].start <= first.covered[0][1].end
        assert len({each.key for batch in (first, second) for each in batch.posts}) == 3


async def test_pictures_and_polls_come_along_for_free() -> None:
    picture = post(5, "Look #edchat", attachments={"media_keys": ["3_1"]})
    vote = post(6, "When? #edchat", attachments={"poll_ids": ["70"]})
    media = [{"media_key": "3_1", "type": "photo", "alt_text": "A wall of maps"}]
    polls = [{"id": "70", "options": [{"position": 1, "label": "Now"}]}]
    async with at_x(page([picture, vote], media=media, polls=polls)) as x:
        (batch,) = await x.read(want("#edchat"))

        assert [media.alt_text for each in batch.posts for media in each.media] == ["A wall of maps"]
        assert [each.poll for each in batch.posts if each.poll] == [("Now",)]
        assert x.server.bill.total == 2 * dollars("0.005")


async def test_an_account_is_looked_up_once_a_hundred_handles() -> None:
    people = [user(1000 + n, f"teacher_{n}", f"Teacher {n}") for n in range(150)]
    async with at_x(page([], users=people)) as x:
        answers = await x.source.accounts([each["username"] for each in people], x.allowance)

        assert [len(answer.found) for answer in answers] == [100, 50]
        assert [reservation.worst for reservation, _ in x.allowance.reserved] == [dollars("1"), dollars("0.5")]
        billed = [answer.receipt.resources for answer in answers if answer.receipt]
        assert [each.users for each in billed if each] == [100, 50]
        assert [user_id for each in billed if each for user_id in each.user_ids] == [each["id"] for each in people]


async def test_what_was_found_is_kept_when_the_next_look_up_fails() -> None:
    people = [user(1000 + n, f"teacher_{n}", f"Teacher {n}") for n in range(150)]
    async with at_x(page([], users=people)) as x:
        x.allowance.cap = dollars("1.2")

        answers = await x.source.accounts([each["username"] for each in people], x.allowance)

        assert [len(answer.found) for answer in answers] == [100]
        assert not answers[0].missing


async def test_an_account_that_is_looked_up_comes_with_its_followers() -> None:
    known = user(501, "AdaTeaches", "Ada Okafor") | {"public_metrics": {"followers_count": 310}}
    async with at_x(page([], users=[known])) as x:
        (answer,) = await x.source.accounts(["adateaches"], x.allowance)

        assert [author.followers for author in answer.found.values()] == [310]


async def test_authors_are_named_for_free_where_x_embeds_their_posts() -> None:
    async with at_x(page([post(1, "One"), post(2, "Two", author_id="502")], users=PEOPLE), embeds=True) as x:
        found = [each for batch in await x.read(want('"one"'), want('"two"')) for each in batch.posts]

        (answer,) = await x.source.authors(found, x.allowance)

        assert {author_id: author.name for author_id, author in answer.found.items()} == {
            "501": "Ada Okafor",
            "502": "Ben Sørensen",
        }
        assert answer.receipt is None
        assert not any(seen.signed_in for seen in x.server.seen_at("/oembed"))
        assert not x.server.seen_at("/2/users")


@pytest.mark.parametrize("fault", ["html_503", "dropped", "broken_json", "html_200", "empty_404"])
async def test_who_is_not_found_there_is_looked_up(fault: str) -> None:
    async with at_x(page([post(1, "One")], users=PEOPLE), embeds=True) as x:
        (batch,) = await x.read(want('"one"'))
        x.server.fail_next(fault, path="/oembed")

        (answer,) = await x.source.authors(batch.posts, x.allowance)

        assert answer.found["501"].handle == "AdaTeaches"
        assert answer.receipt
        assert answer.receipt.resources == Resources(users=1, user_ids=("501",))


async def test_without_money_those_found_for_free_are_named_all_the_same() -> None:
    async with at_x(page([post(1, "One"), post(2, "Two", author_id="999")], users=PEOPLE), embeds=True) as x:
        (batch,) = await x.read(want('"one"'))
        others = await x.read(want('"two"'))
        x.allowance.cap = Money(x.allowance.spent)

        answers = await x.source.authors([*batch.posts, *others[0].posts], x.allowance)

        assert [list(answer.found) for answer in answers] == [["501"]]


async def test_opening_reads_nothing_and_a_check_says_whether_a_token_is_set() -> None:
    tools = SourceTools(FakeClock(), TUESDAY)
    with_token = plugin.open(XSection(bearer_token=SecretStr("abc")), tools)
    without = plugin.open(XSection(), tools)

    assert [line.health for line in await with_token.check()] == [Health.OK, Health.OK]
    assert [line.health for line in await without.check()] == [Health.FAIL]
    assert not any("abc" in f"{line}" for line in await with_token.check())


@pytest.mark.parametrize("address", ["http://api.x.com", "ftp://api.x.com", "api.x.com", "https://", "file:///etc"])
def test_the_token_is_never_sent_unencrypted(address: str) -> None:
    with pytest.raises(ValidationError):
        XSection(base_url=address)
    with pytest.raises(ValidationError):
        XSection(oembed_url=address)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8999", "http://localhost:1/", "http://[::1]:2", "https://x.example"]
)
def test_this_machine_may_be_reached_as_it_is(address: str) -> None:
    assert XSection(base_url=address, oembed_url="").base_url == address


def test_a_token_is_cleaned_of_its_line_break_and_refused_without_being_shown() -> None:
    token = XSection(bearer_token=SecretStr(" abc%2F= \n")).bearer_token
    assert token
    assert token.get_secret_value() == "abc%2F="
    assert XSection(bearer_token=SecretStr(" ")).bearer_token is None
    with pytest.raises(ValidationError) as refused:
        XSection.model_validate({"bearer_token": "very secret words"})
    assert "secret words" not in str(refused.value)


def test_loading_the_plugins_imports_no_vendor() -> None:
    program = "import sys, adapters.x.plugin, adapters.x.sample.plugin; print({'tweepy', 'aiohttp'} & set(sys.modules))"

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603

    assert said.stdout.strip() == "set()"


@pytest.mark.parametrize("new_words_only", [False, True])
async def test_whichever_words_x_uses_the_same_posts_come_of_it(new_words_only: bool) -> None:  # noqa: FBT001
    long_text = "Plan #edchat " + "word " * 100
    written = post(
        11,
        "Plan #edchat",
        public_metrics={"like_count": 7, "retweet_count": 4, "reply_count": 1, "quote_count": 2},
        referenced_tweets=[{"type": "quoted", "id": "5"}],
        note_tweet={"text": long_text, "entities": {"hashtags": [{"start": 5, "end": 12, "tag": "edchat"}]}},
    )
    async with at_x(page([written])) as x:
        x.server.api.new_words_only = new_words_only
        newer = x.server.world.edit("11", "Plan #edchat, mended")

        (batch,) = await x.read(want("#edchat"))
        looked_up = await x.source.lookup(["11"], x.allowance)

        for found in (batch.posts[0], looked_up[-1].posts["11"]):
            assert found.text == long_text
            assert (found.key.id, found.latest_id) == ("11", newer)
            assert (found.metrics.likes, found.metrics.reposts) == (7, 4)
            assert found.refers(ReferenceKind.QUOTED) == "5"
            assert found.hashtags == ("edchat",)


async def test_what_x_leaves_out_beside_what_it_gives_is_told_and_the_rest_is_read() -> None:
    gone = {"resource_id": "5", "type": "https://api.x.com/2/problems/resource-not-found", "detail": "secret query"}
    answer = {"data": [post(11, "Plan #edchat")], "errors": [gone], "meta": {"result_count": 1}}
    async with at_x() as x:
        x.server.say_next(answer)

        (batch,) = await x.read(want("#edchat"))

        assert [each.key.id for each in batch.posts] == ["11"]
        assert batch.problems == ("Left out of an answer of X: 1 × no longer there.",)
        assert batch.covered


async def test_a_withheld_post_is_marked_when_it_is_read() -> None:
    async with at_x(page(posts(2))) as x:
        x.server.world.withhold("100000", "DE")

        (batch,) = await x.read(want("#edchat"))

        assert [each.withheld for each in batch.posts] == [True, False]
