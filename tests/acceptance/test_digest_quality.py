"""What our digests must never show, on nine days of real posts."""

from collections.abc import Sequence

import pytest

from adapters.x.sample.pages import load_posts
from benchmarks.digest_quality import POSTS, SIZE, Quality, Shown, World, ours, quality, read_labels
from tests.conformance.shared import shared


@pytest.fixture(scope="module")
def digests() -> Sequence[Shown]:
    return ours(World(load_posts(shared(f"data/{POSTS}"))))


@pytest.fixture(scope="module")
def found(digests: Sequence[Shown]) -> Quality:
    return quality(digests, digests, read_labels())


def test_no_digest_says_the_same_twice(found: Quality) -> None:
    assert (found.alike, found.repeated_links) == (0, 0)


def test_no_channel_is_shown_the_same_again(found: Quality) -> None:
    assert found.shown_before == 0


def test_no_digest_shows_what_was_judged_to_be_spam(found: Quality) -> None:
    assert found.spam == 0


def test_no_author_has_more_than_two_items(digests: Sequence[Shown]) -> None:
    for shown in digests:
        authors = [post.author_id for post in shown.posts]

        assert max(map(authors.count, authors), default=0) <= 2
        assert len(authors) <= SIZE


def test_nearly_everything_was_judged_and_little_of_it_is_noise(found: Quality) -> None:
    assert found.unlabelled <= found.items / 10
    assert found.noise <= 0.10
