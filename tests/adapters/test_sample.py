"""Posts from a file: what may be in it, when they seem to have been written, and how fast they are found."""

import gzip
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.x.sample.pages import load_posts
from adapters.x.sample.plugin import SampleSection, plugin
from adapters.x.sample.source import SampleSource
from bot.domain.check import Health
from bot.domain.coverage import Span
from bot.domain.post import Post
from bot.domain.topic import parse_topic
from bot.errors import Mistake
from bot.plugins import SourceTools
from bot.ports import Want
from tests.fakes.allowance import FakeAllowance
from tests.fakes.clock import TUESDAY, FakeClock
from tests.rigs.x_parts import Json, page, post, user
from tests.rigs.x_server_world import NEW_SPELLING, spelt

YEARS_AGO = TUESDAY - timedelta(days=2000, hours=3)
ALWAYS = Span(TUESDAY - timedelta(days=30), TUESDAY + timedelta(days=30))


def file_of(folder: Path, *lines: Any, name: str = "posts.jsonl") -> Path:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


async def found(source: SampleSource, topic: str, span: Span = ALWAYS) -> list[Post]:
    want = Want(parse_topic(topic, account_source="sample"), span, 1000)
    return [each async for batch in source.read([want], FakeAllowance()) for each in batch.posts]


@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.gz"])
def test_pages_of_either_spelling_and_single_posts_are_read(tmp_path: Path, name: str) -> None:
    old = page([post(1, "One"), post(2, "Two")], users=[user(501, "ada", "Ada")])
    long_post = post(3, "Three…", note_tweet={"text": "Three in full"})

    loaded = load_posts(file_of(tmp_path, old, spelt(page([long_post]), NEW_SPELLING), post(4, "Four"), name=name))

    assert sorted(each.text for each in loaded.posts) == ["Four", "One", "Three in full", "Two"]
    assert {each.key.source for each in loaded.posts} == {"sample"}
    assert loaded.authors[0].handle == "ada"
    assert loaded.complaint() == ""


def test_broken_lines_are_counted_and_named_and_good_ones_used(tmp_path: Path) -> None:
    file = file_of(tmp_path, post(1, "One"), '{"data": [', "", "nonsense", [], {"data": [{"id": "5"}]}, post(2, "Two"))

    loaded = load_posts(file)

    assert len(loaded.posts) == 2
    assert loaded.bad_lines == (2, 4, 5, 6)
    assert loaded.complaint() == "4 lines could not be used (line 2, 4, 5, 6). Posts read from the others: 2."


def test_only_the_first_broken_lines_are_named(tmp_path: Path) -> None:
    loaded = load_posts(file_of(tmp_path, post(1, "One"), *["x"] * 3000))

    assert (
        loaded.complaint()
        == "3,000 lines could not be used (line 2, 3, 4, 5, 6 and others). Posts read from the others: 1."
    )


def test_a_packed_file_that_breaks_off_is_used_as_far_as_it_goes(tmp_path: Path) -> None:
    file = file_of(tmp_path, *[post(n, f"Number {n} of many {n * 7919}") for n in range(500)], name="posts.jsonl.gz")
    file.write_bytes(file.read_bytes()[:-2000])

    loaded = load_posts(file)

    assert 0 < len(loaded.posts) < 500
    assert len(loaded.bad_lines) == 1


@pytest.mark.parametrize(
    "content", [b"", b"hello\n", b"\xff\xfe\x00", b'{"meta": {"result_count": 0}}\n', b"\x1f\x8b\x08"]
)
@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.gz"])
def test_a_file_without_posts_is_a_mistake_that_says_what_is_expected(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(Mistake, match=r"one JSON object a line.*\.jsonl"):
        load_posts(tmp_path / name)


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(Mistake, match="No such file"):
        load_posts(tmp_path / "missing.jsonl")
    with pytest.raises(Mistake, match="directory"):
        load_posts(tmp_path)


def test_an_edited_post_counts_with_its_latest_wording(tmp_path: Path) -> None:
    first = post(9, "First wording", edit_history_tweet_ids=["9"])
    second = post(10, "Second wording", edit_history_tweet_ids=["9", "10"])

    for lines in ([first, second], [second, first]):
        (loaded,) = load_posts(file_of(tmp_path, *lines)).posts
        assert (loaded.key.id, loaded.text) == ("9", "Second wording")


async def test_the_newest_post_of_a_file_was_written_when_staffroom_was_installed(tmp_path: Path) -> None:
    lines = [post(n, f"Number {n} #edchat", YEARS_AGO - timedelta(hours=n)) for n in range(5)]
    clock, installed_at = FakeClock(TUESDAY + timedelta(hours=2)), TUESDAY + timedelta(microseconds=300_000)

    async with SampleSource(file_of(tmp_path, *lines), clock, installed_at) as source:
        times = [each.created_at for each in await found(source, "#edchat")]

    assert times == [TUESDAY - timedelta(hours=n) for n in range(5)]


async def test_the_file_can_say_itself_which_moment_is_now(tmp_path: Path) -> None:
    lines = [post(n, f"Number {n} #edchat", YEARS_AGO + timedelta(days=n)) for n in range(-2, 5) if n]
    marker = {"staffroom_now": YEARS_AGO.isoformat()}
    clock = FakeClock()

    async with SampleSource(file_of(tmp_path, marker, *lines), clock, TUESDAY) as source:
        assert len(await found(source, "#edchat")) == 2
        clock.advance(timedelta(days=1, seconds=1))
        assert len(await found(source, "#edchat")) == 3
        clock.advance(timedelta(days=30))
        assert len(await found(source, "#edchat")) == 6


async def test_posts_without_a_time_are_as_new_as_the_newest(tmp_path: Path) -> None:
    timeless = post(7, "When was this? #edchat")
    del timeless["created_at"]
    file = file_of(tmp_path, timeless, post(8, "Now #edchat", YEARS_AGO))

    async with SampleSource(file, FakeClock(TUESDAY + timedelta(hours=1)), TUESDAY) as source:
        assert [each.created_at for each in await found(source, "#edchat")] == [TUESDAY, TUESDAY]


async def test_bundled_posts_are_invented_and_those_of_a_file_are_not(tmp_path: Path) -> None:
    clock = FakeClock(TUESDAY + timedelta(days=20))
    async with SampleSource(None, clock, TUESDAY) as bundle:
        assert {each.invented for each in await found(bundle, "#edchat")} == {True}
    async with SampleSource(file_of(tmp_path, post(1, "One #edchat")), clock, TUESDAY) as own:
        assert {each.invented for each in await found(own, "#edchat")} == {False}


async def test_the_bundle_has_news_on_the_first_morning_and_on_the_ones_after() -> None:
    clock = FakeClock()
    async with SampleSource(None, clock, TUESDAY) as bundle:
        first = len(await found(bundle, "#edchat"))
        clock.advance(timedelta(days=2))
        later = len(await found(bundle, "#edchat"))

    assert 5 < first < later


async def test_a_check_says_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    good, torn = (
        file_of(tmp_path, post(1, "One"), name="a.jsonl"),
        file_of(tmp_path, post(1, "One"), "x", name="b.jsonl"),
    )

    async def health(path: Path) -> Health:
        (line,) = await plugin.open(SampleSection(posts=path), SourceTools(FakeClock(), TUESDAY)).check()
        return line.health

    assert [await health(path) for path in (good, torn, tmp_path / "none")] == [Health.OK, Health.WARN, Health.FAIL]


async def test_sixteen_thousand_posts_are_loaded_and_searched_in_moments(tmp_path: Path) -> None:
    file = file_of(tmp_path, *(page(list(_many(n))) for n in range(160)), name="posts.jsonl.gz")

    start = time.process_time()
    async with SampleSource(file, FakeClock(TUESDAY + timedelta(seconds=1)), TUESDAY) as source:
        loaded = time.process_time()
        assert len(await found(source, '"exit ticket"')) == 160
        searched = time.process_time()

    assert loaded - start < 4  # half of it on an idle machine
    assert searched - loaded < 0.4


def _many(block: int) -> list[Json]:
    words = "A plan for the week – with a song, a walk and a map of the town #edchat #scichat https://t.co/Invented01"
    ticket = ["An exit ticket that took a minute #edchat"]
    texts = [*ticket, *[words] * 99]
    return [
        post(block * 100 + n + 1, text, YEARS_AGO - timedelta(minutes=block * 100 + n)) for n, text in enumerate(texts)
    ]
