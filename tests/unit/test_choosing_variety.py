"""Five items that are not five times the same, one question of a colleague, and why each is there."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.audience import Audience
from bot.domain.choosing import choose
from bot.domain.digest import Candidate, Choice
from bot.domain.fate import Ending, Reason
from bot.domain.post import Metrics
from tests.unit.examples import NOW, candidate, liked, link, post

ASKED = "Does anyone have ideas for a first lesson on fractions with year 5?"


def chosen(choice: Choice) -> list[str]:
    return [each.post.key.id for each in choice.chosen]


def digest(*candidates: Candidate, size: int = 5, **audience: Any) -> Choice:
    return choose(candidates, Audience(size, NOW, **audience))


def why(*candidates: Candidate, **audience: Any) -> str:
    return digest(*candidates, **audience).chosen[0].why


def test_an_author_has_two_items_at_most() -> None:
    choice = digest(*(candidate(n, author_id="ana", metrics=liked(9 - n)) for n in range(3)), candidate(9))
    assert chosen(choice) == ["0", "1", "9"]
    assert (choice.fates[2].ending, choice.fates[2].other) == (Ending.HELD_BACK, choice.fates[0].post)


def test_posts_whose_author_is_not_known_are_not_taken_for_one_person() -> None:
    assert len(chosen(digest(*(candidate(n, author_id="") for n in range(4))))) == 4


def test_small_tags_are_heard_beside_busy_ones() -> None:
    busy = [candidate(n, metrics=liked(4)) for n in range(8)]
    choice = digest(*busy, candidate(98, topics=("#sschat",)), candidate(99, topics=("#litchat",)))
    assert {"98", "99"} <= set(chosen(choice))


def test_one_headline_with_more_said_around_it_is_one_story() -> None:
    headline = "Ten ways to begin a lesson that pupils remember at the end of the year"
    one = candidate(1, headline, metrics=liked(9), links=link("https://t.co/1"))
    two = candidate(
        2,
        f"I have just read this with my colleagues in the library: {headline}",
        metrics=liked(4),
        links=link("https://t.co/2"),
    )
    choice = digest(one, two)
    assert chosen(choice) == ["1"]
    assert choice.fates[1].ending is Ending.HELD_BACK


def test_a_story_that_was_shown_before_is_not_told_again_in_more_words() -> None:
    headline = "Ten ways to begin a lesson that pupils remember at the end of the year"
    shown = [post(7, headline)]
    choice = digest(candidate(1, f"I have just read this with my colleagues in the library: {headline}"), shown=shown)
    assert (choice.fates[0].ending, choice.fates[0].reason) == (Ending.EXCLUDED, Reason.SEEN)


def test_an_event_does_not_fill_the_digest() -> None:
    event = [candidate(n, metrics=liked(9), hashtags=("isteconf",)) for n in range(6)]
    others = [candidate(n, metrics=liked(4)) for n in range(10, 80)]
    shown = chosen(digest(*event, *others))
    assert len([each for each in shown if int(each) < 6]) < 5


def test_a_recent_question_that_hardly_anybody_answered_takes_the_last_seat() -> None:
    loud = [candidate(n, metrics=liked(30)) for n in range(6)]
    choice = digest(*loud, candidate(50, ASKED))
    assert chosen(choice)[-1] == "50"
    assert [each.asks for each in choice.chosen] == [False] * 4 + [True]
    assert "a question, hardly answered yet" in choice.chosen[-1].why
    assert [fate.other for fate in choice.fates if fate.ending is Ending.HELD_BACK] == [choice.chosen[-1].post.key]


def test_a_question_may_speak_of_yours_and_of_help() -> None:
    asked = "What are your favourite first lessons? Can anyone recommend a text to help my year 7 class?"
    assert [each.asks for each in digest(candidate(1, asked)).chosen] == [True]


def test_one_question_is_enough() -> None:
    choice = digest(
        candidate(1, ASKED), candidate(2, "Which books do your pupils love? Any suggestions for my year 8 class?")
    )
    assert sorted(each.asks for each in choice.chosen) == [False, True]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("Did you know that fractions can be fun? Does anyone have ideas for a lesson?", {}),
        ("Does anyone have ideas for a lesson? Register now for our course", {}),
        ("RT if you agree: does anyone have time for lesson ideas?", {}),
        (ASKED, {"created_at": NOW - timedelta(hours=40)}),
        (ASKED, {"metrics": Metrics(replies=4)}),
        (ASKED, {"links": link("https://a.example/ideas")}),
        ("How dare they ask teachers for more lesson ideas?", {}),
    ],
)
def test_what_is_no_question_to_colleagues_takes_no_seat(text: str, changes: dict[str, Any]) -> None:
    loud = [candidate(n, metrics=liked(30)) for n in range(6)]
    choice = digest(*loud, candidate(50, text, **changes))
    assert not any(each.asks for each in choice.chosen)


def test_a_small_digest_keeps_its_best_items() -> None:
    loud = [candidate(n, metrics=liked(30)) for n in range(6)]
    assert "50" not in chosen(digest(*loud, candidate(50, ASKED), size=2))


def test_what_was_outranked_says_by_how_much() -> None:
    choice = digest(candidate(1, metrics=liked(9)), candidate(2), size=1)
    one, two = choice.fates
    assert (one.ending, two.ending) == (Ending.SHOWN, Ending.OUTRANKED)
    assert two.short_by == pytest.approx(one.score - two.score)


def test_an_item_says_which_topics_and_what_people_did_with_it() -> None:
    one = candidate(1, topics=("#edchat", "#mathchat"), metrics=Metrics(likes=3_400, reposts=1, replies=2))
    assert why(one) == "#edchat and #mathchat · 3,400 likes, 1 repost and 2 replies"


def test_an_item_of_many_topics_names_a_few() -> None:
    assert why(candidate(1, topics=("#a1", "#b1", "#c1", "#d1", "#e1"))) == "#a1, #b1 and 3 more"


def test_an_item_nobody_answered_to_says_that_it_has_a_link() -> None:
    assert why(candidate(1, links=link("https://a.example/b"))) == "#edchat · has a link"


def test_an_item_says_that_colleagues_saved_its_author_before() -> None:
    assert why(candidate(1), savers={("x", "author-1"): 2}) == "#edchat · 2 colleagues saved this author before"
    assert why(candidate(1), savers={("x", "author-1"): 1}) == "#edchat · a colleague saved this author before"


def test_an_item_says_that_followed_accounts_share_it() -> None:
    names = ("@ana", "@ben", "@cem")
    shared = [candidate(n, topics=(name,), links=link("https://a.example/b")) for n, name in enumerate(names)]
    assert "shared by 3 accounts this channel follows" in why(*shared)
