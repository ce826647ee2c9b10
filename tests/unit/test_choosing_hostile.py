"""Texts that were written to keep others waiting: however long their words are, and however alike."""

from collections import Counter
from dataclasses import replace
from hashlib import sha512
from random import Random
from time import perf_counter

import pytest

from bot.domain.audience import Audience
from bot.domain.choosing import choose
from bot.domain.choosing.diverse import MOST_BY_AN_AUTHOR
from bot.domain.choosing.gist import gist_of
from bot.domain.choosing.lexicon import MARKS
from bot.domain.choosing.wording import MOST_LETTERS, reading
from bot.domain.fate import Ending
from tests.unit.examples import NOW, candidate, link

LONGEST = 25_000
POSTS = 60
KNOWN = sorted({word for words in MARKS for word in words.lstrip("#").split()})
BEGIN = "four words are here"


def _noise(number: int, letters: int) -> str:
    return "".join(Random(number).choices("abcdefgh", k=letters))


HOSTILE = {
    "one endless word between the same edges": lambda n: f"{'a' * 30}{_noise(n, LONGEST)}{'z' * 30} one two three four",
    "eighty endless words": lambda n: (
        f"begin all alike {' '.join(_noise(n * 100 + k, 300) for k in range(75))} and end"
    ),
    "every word that is known": lambda n: " ".join(Random(n).choices(KNOWN, k=LONGEST // 8)),
    "letters that stand for sentences": lambda n: f"{n} {BEGIN} " + "\ufdfa" * LONGEST,
    "marks over marks": lambda n: f"{n} {BEGIN} " + "\u0300" * LONGEST,
    "no spaces at all": lambda n: f"{n} " + "学" * LONGEST,
    "mentions": lambda n: f"{n} {BEGIN} " + "@a" * (LONGEST // 2),
    "almost mail addresses": lambda n: f"{n} {BEGIN} " + ("@" + "a" * 40 + ".") * (LONGEST // 42),
    "almost telephone numbers": lambda n: f"{n} {BEGIN} " + "+12345678" * (LONGEST // 9),
    "almost prices": lambda n: f"{n} {BEGIN} " + "$ " * (LONGEST // 2),
    "almost reposts": lambda n: "a " * (LONGEST // 2) + f"RT @x{n}",
    "addresses": lambda n: f"{n} {BEGIN} " + "http://a.b/c " * (LONGEST // 13),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_keep_nobody_waiting(kind: str) -> None:
    posts = [candidate(number, HOSTILE[kind](number), lang="en") for number in range(POSTS)]
    began = perf_counter()
    choose(posts, Audience(5, NOW, shown=[post.post for post in posts[:5]]))
    assert perf_counter() - began < 2


def test_one_account_that_floods_a_tag_keeps_nobody_waiting() -> None:
    posts = [
        candidate(number, f"my pupils and a lesson idea {sha512(b'%d' % number).hexdigest()}", author_id="loud")
        for number in range(3_000)
    ]
    began = perf_counter()
    fates = choose(posts, Audience(5, NOW)).fates
    assert perf_counter() - began < 5
    assert Counter(fate.ending for fate in fates) == {
        Ending.SHOWN: MOST_BY_AN_AUTHOR,
        Ending.HELD_BACK: 3_000 - MOST_BY_AN_AUTHOR,
    }


def test_no_more_of_a_wording_is_compared_than_anybody_reads() -> None:
    assert len(reading("a" * LONGEST).plain) == MOST_LETTERS
    assert reading("word " * LONGEST).plain == " ".join(["word"] * 80)


def test_ten_thousand_of_the_longest_posts_do_not_fill_the_memory() -> None:
    short, long = candidate(1, "word " * 20).post, candidate(2, "word " * LONGEST).post
    assert gist_of(short) is gist_of(short)
    assert gist_of(long) is not gist_of(long)


def test_a_post_that_was_edited_or_whose_link_was_followed_is_read_again() -> None:
    first = candidate(3, "one two three four", links=link("https://t.co/abc")).post
    followed = replace(first, links=link("https://school.example/page"))
    edited = replace(first, text="one two three five")
    assert gist_of(first).links == ("https://t.co/abc",)
    assert gist_of(followed).links == ("https://school.example/page",)
    assert gist_of(edited).reading.plain == "one two three five"
    assert gist_of(first).links == ("https://t.co/abc",)
