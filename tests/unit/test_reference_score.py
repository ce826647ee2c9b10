"""The reference score is what later work is measured with: it must not move."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks import reference_score as reference
from benchmarks.reference_score import Score, alike, reference_score, worths_of
from bot.domain.digest import Candidate
from bot.domain.keys import PostKey
from bot.domain.post import Metrics, Reference, ReferenceKind
from tests.unit.examples import NOW, candidate, liked, link

DAY = [
    candidate(
        1,
        "Five exit tickets that tell teachers who has understood fractions",
        metrics=Metrics(likes=40, reposts=12, replies=3),
        links=link("https://tickets.example/"),
        author_id="maya",
    ),
    candidate(
        2,
        "Five exit tickets which tell teachers who has understood fractions",
        metrics=liked(9),
        links=link("https://copied.example/"),
        author_id="tom",
    ),
    candidate(3, "What do your pupils do when they finish early?", metrics=liked(3), author_id="maya"),
    candidate(
        4,
        "Enrol now: our affordable courses help every teacher",
        metrics=liked(25),
        links=link("https://courses.example/"),
        author_id="courses",
    ),
    candidate(5, "Rain again at the school gate this morning", metrics=liked(14), author_id="ola"),
    candidate(
        6,
        "Sources on the Great Fire that a class can read in one lesson",
        ("#historychat",),
        metrics=liked(2),
        links=link("https://fire.example/"),
        author_id="maya",
    ),
    candidate(7, "Look!", metrics=liked(90), author_id="ola"),
]


def shown(*numbers: int) -> list[PostKey]:
    return [PostKey("x", str(number)) for number in numbers]


def score(*numbers: int, size: int = 5, day: list[Candidate] = DAY) -> Score:
    return reference_score(shown(*numbers), day, size)


def test_this_is_version_1_and_its_figures_never_move() -> None:
    assert reference.VERSION == 1
    assert {key.id: round(worth, 6) for key, worth in worths_of(DAY).items()} == {
        "1": 0.961487,
        "2": 0.657318,
        "3": 0.215127,
        "4": 0.322238,
        "5": 0.252143,
        "6": 0.777824,
        "7": 0,
    }
    assert round(score(1, 3, 4, 5, 6).total, 6) == 0.380159
    assert round(score(1, 2, 7).total, 6) == 0.253838


def test_it_shares_nothing_with_the_choosing_that_it_measures() -> None:
    tree = ast.parse(Path(reference.__file__).read_text(encoding="utf-8"))

    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name for name in imported if name and name.startswith(("bot.", "benchmarks"))} == {
        "bot.domain.digest",
        "bot.domain.keys",
        "bot.domain.post",
        "bot.domain.topic",
    }


def test_a_digest_of_nothing_is_worth_nothing() -> None:
    assert score() == Score(total=0, items=0, topics=0, repeats=0, crowding=0)
    assert reference_score([], [], 5).total == 0


def test_a_post_of_another_day_is_worth_nothing() -> None:
    assert score(99).total == 0


def test_the_same_again_adds_nothing() -> None:
    assert score(1, 2).items == score(1).items
    assert score(1, 1).total == score(1).total
    assert score(1, 2).repeats == 1


def test_the_same_link_again_adds_nothing() -> None:
    page = link("https://shared.example/")
    day = [candidate(1, metrics=liked(5), links=page), candidate(2, metrics=liked(5), links=page)]

    assert score(1, 2, day=day).repeats == 1


def test_a_third_item_of_one_author_adds_nothing() -> None:
    both = score(1, 3)
    with_a_third = score(1, 3, 6)

    assert with_a_third.items == both.items
    assert with_a_third.crowding == 1


def test_order_does_not_count() -> None:
    assert score(1, 4, 5, 6).total == pytest.approx(score(6, 5, 4, 1).total)


def test_items_beyond_the_size_do_not_count() -> None:
    assert score(5, 3, 1, size=2) == score(5, 3, size=2)


def test_a_topic_that_is_heard_counts_beside_what_its_post_is_worth() -> None:
    assert score(1).topics == 0.5
    assert score(1, 6).topics == 1


def test_what_was_never_to_be_shown_is_worth_nothing() -> None:
    text = "A lesson that every teacher can use tomorrow"
    never = [
        candidate(1, text, sensitive=True),
        candidate(2, text, withheld=True),
        candidate(3, text, references=(Reference(ReferenceKind.REPOSTED, "9"),)),
        candidate(4, text, hashtags=tuple(f"tag{n}" for n in range(13))),
        candidate(5, "#lesson @maya https://lesson.example/"),
    ]

    assert set(worths_of(never).values()) == {0}


def test_when_it_was_written_does_not_count() -> None:
    early = [candidate(1, metrics=liked(5), created_at=NOW - timedelta(hours=23))]
    late = [candidate(1, metrics=liked(5), created_at=NOW)]

    assert worths_of(early) == worths_of(late)


def test_two_texts_without_words_are_not_alike() -> None:
    one, other = candidate(1, "#a https://one.example/"), candidate(2, "#b https://two.example/")

    assert not alike(one.post, other.post)
