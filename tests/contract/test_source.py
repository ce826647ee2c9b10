"""What every source of posts promises (`bot.ports.PostSource`): a fake, the sample posts, X over the real tweepy."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.x.parse import parse_page
from adapters.x.sample.source import SampleSource
from adapters.x.section import XSection
from adapters.x.source import XSource
from bot.domain.budget import Money, Prices, Resources, dollars
from bot.domain.coverage import Span, merged
from bot.domain.languages import written_in
from bot.domain.post import Post
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.standing import Standing
from bot.domain.topic import Topic, parse_topic, parse_topics
from bot.errors import OutOfAllowance
from bot.ports import Batch, PostSource, Receipt, Want
from tests.fakes.allowance import FakeAllowance
from tests.fakes.clock import TUESDAY, FakeClock
from tests.fakes.source import FakeSource
from tests.rigs.x_server import TOKEN, XServer

Json = dict[str, Any]

PRICES = Prices(dollars("0.005"), dollars("0.010"), dollars("0.005"))
NEWEST = TUESDAY - timedelta(minutes=5)
DAYS = Span(TUESDAY - timedelta(days=6), TUESDAY)
PLENTY = 1000

PEOPLE = [
    {"id": "501", "name": "Ada Okafor", "username": "AdaTeaches"},
    {"id": "502", "name": "Ben Sørensen", "username": "ben_maths", "profile_image_url": "https://pbs.example/ben.jpg"},
]


def post(number: int, text: str, minutes: int, author: str = "501") -> Json:
    """An invented post, so many minutes before the newest."""
    tags = [word[1:] for word in text.split() if word.startswith("#")]
    return {
        "id": str(7_000_000_000_000_000_000 - minutes * 1000 - number),
        "text": text,
        "author_id": author,
        "created_at": f"{NEWEST - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}.000Z",
        "entities": {"hashtags": [{"start": 0, "end": 1, "tag": tag} for tag in tags]},
        "public_metrics": {"like_count": number % 7, "retweet_count": number % 3},
        "lang": "in" if number % 5 == 0 else "en",
        **({"referenced_tweets": [{"type": "replied_to", "id": "7"}]} if number % 4 == 0 else {}),
    }


def a_busy_week() -> list[Json]:
    """Some hundred posts; several share a minute, as they do on busy tags."""
    tagged = [post(n, f"Plan {n} for the week #EdChat", 13 * (n // 3)) for n in range(160)]
    exits = [post(n, f"An exit ticket that took {n} minutes", 40 * n + 7, "502") for n in range(30)]
    accented = [post(n, f"Café numéro {n} #Éducation", 60 * n + 9, "502") for n in range(12)]
    return sorted([*tagged, *exits, *accented], key=lambda each: each["created_at"], reverse=True)


@dataclass
class Rig:
    """A source with the posts of `pages`, and what it may spend."""

    source: PostSource
    clock: FakeClock
    allowance: FakeAllowance
    pages: list[Json]

    def topic(self, text: str) -> Topic:
        return parse_topic(text, account_source=self.source.name)

    async def read(self, *wants: Want) -> list[Batch]:
        """Reads and keeps every batch, as the flow does."""
        batches = []
        async for batch in self.source.read(wants, self.allowance):
            batches.append(batch)
            if batch.receipt:
                await self.allowance.settle(batch.receipt)
        return batches

    def matching(self, word: str, span: Span = DAYS) -> set[str]:
        """The ids of the posts with that word, by the time they were written."""
        return {each.key.id for each in self.posts(word) if span.start <= each.created_at < span.end}

    def posts(self, word: str) -> list[Post]:
        return [each for each in parse_page({"data": self.pages}, read_at=TUESDAY).posts if word in each.text]


def opened(kind: str, clock: FakeClock, pages: list[Json], server: XServer, folder: Path) -> PostSource:
    page = {"data": pages, "includes": {"users": PEOPLE}}
    if kind == "sample":
        file = folder / "posts.jsonl"
        marker = {"staffroom_now": clock.now().isoformat()}
        file.write_text(f"{json.dumps(marker)}\n{json.dumps(page)}\n")
        return SampleSource(file, clock, clock.now())
    if kind == "x":
        server.world.add_page(page)
        return XSource(XSection(bearer_token=SecretStr(TOKEN), base_url=server.url, oembed_url=""), clock)
    parsed = parse_page(page, read_at=clock.now())
    return FakeSource(clock, prices=PRICES, posts=parsed.posts, people=parsed.authors)


@pytest.fixture(params=["fake", "sample", "x"])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    clock, pages = FakeClock(), a_busy_week()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(XServer(clock))
        source = opened(request.param, clock, pages, server, tmp_path)
        await stack.enter_async_context(source)
        yield Rig(source, clock, FakeAllowance(prices=source.prices, source=source.name), pages)


def ids(batches: Iterable[Batch]) -> list[str]:
    return [each.key.id for batch in batches for each in batch.posts]


def covered(batches: Iterable[Batch], topic: Topic) -> list[Span]:
    return merged(span for batch in batches for each, span in batch.covered if each == topic)


async def test_every_post_of_the_topic_is_given_once_and_none_of_another(rig: Rig) -> None:
    found = ids(await rig.read(Want(rig.topic("#edchat"), DAYS, PLENTY)))

    assert sorted(found) == sorted(rig.matching("#EdChat"))


async def test_case_and_accents_do_not_matter(rig: Rig) -> None:
    found = ids(await rig.read(Want(rig.topic("#education"), DAYS, PLENTY)))

    assert set(found) == rig.matching("#Éducation")


async def test_a_phrase_and_an_account_are_found(rig: Rig) -> None:
    phrase = ids(await rig.read(Want(rig.topic('"exit ticket"'), DAYS, PLENTY)))
    account = ids(await rig.read(Want(rig.topic("@ADATEACHES"), DAYS, PLENTY, account_id="501")))

    assert set(phrase) == rig.matching("exit ticket")
    assert set(account) == rig.matching("#EdChat")


async def test_only_posts_of_the_span_are_given(rig: Rig) -> None:
    span = Span(NEWEST - timedelta(hours=4), NEWEST - timedelta(hours=2))

    batches = await rig.read(Want(rig.topic("#edchat"), span, PLENTY))

    assert set(ids(batches)) == rig.matching("#EdChat", span)
    assert covered(batches, rig.topic("#edchat")) == [span]


async def test_the_newest_come_first_and_a_limit_ends_the_reading(rig: Rig) -> None:
    batches = await rig.read(Want(rig.topic("#edchat"), DAYS, 20))

    times = [each.created_at for batch in batches for each in batch.posts]
    assert len(times) == 20
    assert all(later >= earlier for later, earlier in pairwise(times))
    assert times[0] == NEWEST


async def test_every_post_of_a_covered_span_was_given(rig: Rig) -> None:
    topic = rig.topic("#edchat")

    for limit in (10, 20, 50, 100, 120, PLENTY):
        batches = await rig.read(Want(topic, DAYS, limit))
        for count in range(1, len(batches) + 1):
            given = set(ids(batches[:count]))
            for span in covered(batches[:count], topic):
                assert rig.matching("#EdChat", span) <= given


async def test_what_a_limit_cut_off_is_covered_from_its_end_backwards(rig: Rig) -> None:
    topic = rig.topic("#edchat")

    (part,) = covered(await rig.read(Want(topic, DAYS, 50)), topic)
    (whole,) = covered(await rig.read(Want(topic, DAYS, PLENTY)), topic)

    assert whole.start == DAYS.start
    assert DAYS.start < part.start < part.end == whole.end


async def test_a_topic_without_posts_is_covered_all_the_same(rig: Rig) -> None:
    batches = await rig.read(Want(rig.topic("#nobodywritesthis"), DAYS, PLENTY))

    assert ids(batches) == []
    assert covered(batches, rig.topic("#nobodywritesthis"))[0].start == DAYS.start


async def test_nothing_that_is_not_written_yet_is_covered(rig: Rig) -> None:
    topic = rig.topic("#edchat")
    future = Span(TUESDAY - timedelta(hours=1), TUESDAY + timedelta(hours=1))

    batches = await rig.read(Want(topic, future, PLENTY))

    assert all(span.end <= rig.clock.now() for span in covered(batches, topic))


async def test_several_topics_are_read_together_and_each_is_covered(rig: Rig) -> None:
    topics = parse_topics("#edchat #education", account_source=rig.source.name)

    batches = await rig.read(*(Want(topic, DAYS, PLENTY) for topic in topics))

    assert set(ids(batches)) == rig.matching("#EdChat") | rig.matching("#Éducation")
    assert all(covered(batches, topic)[0].start == DAYS.start for topic in topics)


async def test_posts_of_a_certain_topic_all_belong_to_it(rig: Rig) -> None:
    batches = await rig.read(Want(rig.topic("#education"), DAYS, PLENTY))

    assert all(
        batch.certain == [rig.topic("#education")] or batch.certain == (rig.topic("#education"),) for batch in batches
    )
    assert set(ids(batches)) == rig.matching("#Éducation")


async def test_every_receipt_belongs_to_a_reservation_that_came_first_and_costs_no_more(rig: Rig) -> None:
    batches = await rig.read(Want(rig.topic("#edchat"), DAYS, PLENTY))

    reserved = [reservation for reservation, _ in rig.allowance.reserved]
    receipts = [batch.receipt for batch in batches if batch.receipt]
    assert [receipt.reservation for receipt in receipts] == reserved
    assert all(_cost(receipt, rig.source.prices) <= receipt.reservation.worst for receipt in receipts)
    assert rig.allowance.spent == len(rig.matching("#EdChat")) * rig.source.prices.post


async def test_what_is_billed_is_named(rig: Rig) -> None:
    batches = await rig.read(Want(rig.topic("#edchat"), DAYS, PLENTY))

    billed = [batch.receipt.resources for batch in batches if batch.receipt]
    assert all(each and len(each.post_ids) == each.posts for each in billed)
    assert {post_id for each in billed if each for post_id in each.post_ids} == (set(ids(batches)) if billed else set())


FILTERS = [
    Filter(min_likes=5),
    Filter(min_reposts=2),
    Filter(min_likes=6, min_reposts=2),
    Filter(languages=("id",)),
    Filter(languages=("en", "id")),
    Filter(replies=False),
    Filter(min_likes=3, languages=("en",), replies=False),
]


def passes(each: Post, asked_for: Filter) -> bool:
    thresholds = [(each.metrics.likes, asked_for.min_likes), (each.metrics.reposts, asked_for.min_reposts)]
    given = [(count, least) for count, least in thresholds if least]
    return (
        (not given or any(count >= least for count, least in given))
        and (not asked_for.languages or written_in(each.lang) in asked_for.languages)
        and (asked_for.replies or not each.is_reply)
    )


@pytest.mark.parametrize("asked_for", FILTERS, ids=lambda each: each.key)
async def test_all_that_passes_a_filter_is_given_and_as_little_else_as_the_source_can(
    rig: Rig, asked_for: Filter
) -> None:
    topic = rig.topic("#edchat")

    batches = await rig.read(Want(topic, DAYS, PLENTY, filter=asked_for))

    wanted = {each.key.id for each in rig.posts("#EdChat") if passes(each, asked_for)}
    assert wanted
    assert wanted <= set(ids(batches))
    assert all(batch.filter == asked_for for batch in batches)
    assert covered(batches, topic)[0].start == DAYS.start
    if rig.source.reach.thresholds:
        assert wanted == set(ids(batches))


async def test_the_best_cover_nothing_until_all_of_them_came(rig: Rig) -> None:
    topic, best = rig.topic("#edchat"), Filter(top=True)

    some = await rig.read(Want(topic, DAYS, 20, filter=best))
    everything = await rig.read(Want(topic, DAYS, PLENTY, filter=best))

    assert len(ids(some)) == 20
    assert not covered(some, topic) or not rig.source.reach.top
    assert set(ids(everything)) == rig.matching("#EdChat")
    assert covered(everything, topic)[0].start == DAYS.start


@pytest.mark.parametrize(("limit", "is_cut"), [(20, True), (120, True), (160, False), (PLENTY, False)])
async def test_the_last_batch_of_a_want_says_so_and_whether_there_was_more(
    rig: Rig,
    limit: int,
    is_cut: bool,  # noqa: FBT001
) -> None:
    want = Want(rig.topic("#edchat"), DAYS, limit)

    batches = await rig.read(want)

    assert [batch.ends for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert [batch.cut for batch in batches] == [False] * (len(batches) - 1) + [is_cut]
    assert all(list(batch.wants) == [want] for batch in batches)


async def test_each_want_is_in_exactly_one_query_and_asking_how_asks_nothing(rig: Rig) -> None:
    topics = parse_topics("#edchat #education", account_source=rig.source.name)
    wants = [Want(topic, DAYS, 100, filter=asked_for) for topic in topics for asked_for in (EVERYTHING, FILTERS[0])]
    elsewhere = Want(parse_topic("@ada", account_source="another"), DAYS, 100)

    queries = rig.source.queries([*wants, elsewhere])

    assert sorted(map(str, (want for query in queries for want in query.wants))) == sorted(map(str, wants))
    assert all(query.text and query.limit == sum(want.limit for want in query.wants) for query in queries)
    assert not rig.allowance.reserved


async def test_posts_are_counted(rig: Rig) -> None:
    span = Span(NEWEST - timedelta(hours=4), NEWEST - timedelta(hours=2))

    counted = await rig.source.count(rig.topic("#edchat"), span, rig.allowance)

    assert counted.posts == len(rig.matching("#EdChat", span))
    assert counted.span == span
    if counted.receipt:
        assert counted.receipt.resources == Resources(counts=1)
        assert counted.receipt.reservation.worst == rig.source.prices.counts


async def test_posts_are_looked_up_by_their_ids_and_what_is_not_there_is_said(rig: Rig) -> None:
    known = sorted(rig.matching("#EdChat"))[:3]

    answers = await rig.source.lookup([*known, "12345"], rig.allowance)

    posts = {each: post for found in answers for each, post in found.posts.items()}
    assert {each: post.key.id for each, post in posts.items()} == {each: each for each in known}
    assert all(post.text and post.key.source == rig.source.name for post in posts.values())
    assert {each: standing for found in answers for each, standing in found.absent.items()} == {"12345": Standing.GONE}


async def test_without_money_nothing_is_looked_up(rig: Rig) -> None:
    rig.allowance.cap = Money(0)

    if rig.source.prices.post:
        with pytest.raises(OutOfAllowance):
            await rig.source.lookup(["1"], rig.allowance)
    assert not rig.allowance.spent


async def test_posts_that_are_there_are_said_to_be(rig: Rig) -> None:
    posts = await _some_posts(rig)

    answers = [each async for each in rig.source.recheck(posts, rig.allowance)]

    standings = {each: standing for answer in answers for each, standing in answer.standings.items()}
    assert standings == {post.key.id: Standing.PRESENT for post in posts}
    assert all(answer.how for answer in answers)


async def test_about_no_posts_nothing_is_asked(rig: Rig) -> None:
    assert [each async for each in rig.source.recheck([], rig.allowance)] == []
    assert list(await rig.source.lookup([], rig.allowance)) == []
    assert not rig.allowance.reserved


async def test_usage_is_free(rig: Rig) -> None:
    usage = await rig.source.usage(3)

    assert usage is None or all(count >= 0 for count in usage.values())
    assert not rig.allowance.reserved


async def test_an_address_leads_to_a_post_or_to_none(rig: Rig) -> None:
    known = min(rig.matching("#EdChat"))

    assert rig.source.post_id(f"https://x.com/AdaTeaches/status/{known}") == known
    assert rig.source.post_id(f"https://twitter.com/i/web/status/{known}?s=20") == known
    for nowhere in ("", "https://x.com/AdaTeaches", "https://elsewhere.example/a/status/1", "x.com", "status/1"):
        assert rig.source.post_id(nowhere) is None


async def test_where_people_can_search_for_themselves_is_an_address_or_nowhere(rig: Rig) -> None:
    address = rig.source.search_url('#edchat & "exit ticket"')

    assert address is None or (address.startswith("https://") and not set(address) & set(' "<>#'))
    assert rig.source.search_url("") is None


def _cost(receipt: Receipt, prices: Prices) -> Money:
    assert receipt.resources is not None
    return receipt.resources.cost(prices)


@pytest.mark.parametrize("posts_allowed", [0, 3, 10, 25, 110])
async def test_the_allowance_is_never_passed_and_what_was_read_counts(rig: Rig, posts_allowed: int) -> None:
    topic = rig.topic("#edchat")
    rig.allowance.cap = Money(posts_allowed * PRICES.post)
    batches: list[Batch] = []

    if rig.source.prices.post:
        with pytest.raises(OutOfAllowance, match=r"\w"):
            await _read_into(batches, rig, Want(topic, DAYS, PLENTY))
    else:
        await _read_into(batches, rig, Want(topic, DAYS, PLENTY))

    assert rig.allowance.spent <= rig.allowance.cap
    given = set(ids(batches))
    assert all(rig.matching("#EdChat", span) <= given for span in covered(batches, topic))


async def _read_into(batches: list[Batch], rig: Rig, want: Want) -> None:
    async for batch in rig.source.read([want], rig.allowance):
        batches.append(batch)
        if batch.receipt:
            await rig.allowance.settle(batch.receipt)


async def test_accounts_are_found_under_their_folded_handles(rig: Rig) -> None:
    answers = await rig.source.accounts(["AdaTeaches", "BEN_MATHS", "nobody_here"], rig.allowance)

    found = {handle: author for answer in answers for handle, author in answer.found.items()}
    assert {handle: author.id for handle, author in found.items()} == {"adateaches": "501", "ben_maths": "502"}
    assert found["ben_maths"].name == "Ben Sørensen"
    assert [handle for answer in answers for handle in answer.missing] == ["nobody_here"]


async def test_a_handle_that_cannot_exist_is_missing_and_spoils_nothing(rig: Rig) -> None:
    answers = await rig.source.accounts(["no such/handle", "", "a" * 16, "adateaches"], rig.allowance)

    assert {handle for answer in answers for handle in answer.found} == {"adateaches"}
    assert {handle for answer in answers for handle in answer.missing} == {"no such/handle", "", "a" * 16}


async def test_authors_are_found_under_their_ids(rig: Rig) -> None:
    posts = await _some_posts(rig)

    answers = await rig.source.authors(posts, rig.allowance)

    found = {author_id: author for answer in answers for author_id, author in answer.found.items()}
    assert {author_id: author.handle for author_id, author in found.items()} == {
        "501": "AdaTeaches",
        "502": "ben_maths",
    }


async def test_without_money_authors_stay_unknown_and_nothing_fails(rig: Rig) -> None:
    posts = await _some_posts(rig)
    rig.allowance.cap = rig.allowance.spent

    answers = await rig.source.authors(posts, rig.allowance)

    assert rig.source.prices.user == 0 or not answers


async def _some_posts(rig: Rig) -> list[Post]:
    batches = await rig.read(Want(rig.topic("#edchat"), DAYS, 10), Want(rig.topic("#education"), DAYS, 10))
    return [each for batch in batches for each in batch.posts]


async def test_every_post_carries_the_name_of_its_source_and_an_address(rig: Rig) -> None:
    for each in await _some_posts(rig):
        assert each.key.source == rig.source.name
        assert each.url.startswith("https://")
        assert each.created_at.tzinfo is not None


async def test_a_check_costs_nothing_and_says_something(rig: Rig) -> None:
    lines = await rig.source.check()

    assert lines
    assert all(line.finding for line in lines)
    assert not rig.allowance.reserved
