"""Which posts are the same thing, and which stay two."""

from collections.abc import Iterable
from time import process_time

from bot.domain.audience import Audience
from bot.domain.choosing import choose, seen_keys
from bot.domain.choosing.alike import MOST_UNDER_A_KEY, Alike, edges_of
from bot.domain.digest import Candidate
from bot.domain.fate import Ending, Fate
from bot.domain.post import Link
from tests.unit.examples import NOW, candidate, liked, link

LONG = "Ten minutes of retrieval practice at the start of every lesson changed my year"


def fates(*candidates: Candidate) -> list[Fate]:
    return list(choose(candidates, Audience(10, NOW)).fates)


def shown(*candidates: Candidate) -> list[str]:
    return [each.post.key.id for each in choose(candidates, Audience(10, NOW)).chosen]


def links(*pages: str) -> tuple[Link, ...]:
    return tuple(Link(page) for page in pages)


def test_nearly_the_same_wording_is_one_thing_and_the_best_post_stands_for_it() -> None:
    one, two = fates(candidate(1, LONG), candidate(2, LONG + "! #edchat https://t.co/q", metrics=liked(9)))
    assert (one.ending, one.other) == (Ending.MERGED, two.post)
    assert two.ending is Ending.SHOWN


def test_a_page_comes_once_however_its_address_is_spelt() -> None:
    spellings = ("https://www.a.example/b?utm_source=x", "http://a.example/b/", "https://m.a.example/b#top")
    assert len(shown(*(candidate(n, links=link(url)) for n, url in enumerate(spellings)))) == 1


def test_all_links_of_a_post_count() -> None:
    assert len(shown(candidate(1, links=links("https://a.example/1", "https://a.example/2")),
                     candidate(2, links=link("https://a.example/2")))) == 1  # fmt: skip


def test_two_films_of_one_site_stay_two() -> None:
    films = ("https://www.youtube.com/watch?v=aaaaaaaaaaa", "https://www.youtube.com/watch?v=bbbbbbbbbbb")
    assert len(shown(*(candidate(n, links=link(url)) for n, url in enumerate(films)))) == 2


def test_a_round_up_glues_no_articles_together() -> None:
    pages = [f"https://a.example/{n}" for n in range(3)]
    articles = [candidate(n, links=link(page), metrics=liked(9)) for n, page in enumerate(pages)]
    endings = [fate.ending for fate in fates(*articles, candidate(9, links=links(*pages), metrics=liked(4)))]
    assert endings == [Ending.SHOWN] * 3 + [Ending.HELD_BACK]


def test_links_form_no_chains() -> None:
    one = candidate(1, links=links("https://a.example/1", "https://a.example/2"), metrics=liked(9))
    two = candidate(2, links=links("https://a.example/2", "https://a.example/3"), metrics=liked(5))
    three = candidate(3, links=links("https://a.example/3", "https://a.example/4"), metrics=liked(3))
    assert shown(one, two, three) == ["1", "3"]


def test_the_item_says_how_many_share_it() -> None:
    shared = [candidate(n, links=link("https://a.example/b"), metrics=liked(n)) for n in range(4)]
    (item,) = choose(shared, Audience(5, NOW)).chosen
    assert item.why == "#edchat · shared by 4 educators · 3 likes"


def test_an_item_is_seen_with_the_posts_and_wordings_that_it_stands_for() -> None:
    one, two = (
        candidate(1, metrics=liked(9), links=link("https://a.example/b")),
        candidate(2, links=link("https://a.example/b")),
    )
    (item,) = choose([one, two], Audience(5, NOW)).chosen
    assert set(item.seen_keys) == {*seen_keys(one.post), "post:x:2", seen_keys(two.post)[-1]}


def test_what_several_share_stands_before_what_one_says() -> None:
    alone = candidate(1, metrics=liked(1))
    together = [candidate(n, links=link("https://a.example/b"), metrics=liked(1)) for n in range(2, 6)]
    assert shown(alone, *together)[-1] == "1"


def leaders(wordings: Iterable[str]) -> int:
    edges = {each: edges_of(each, each.split()) for each in wordings}
    alike = Alike()
    return len({alike.leader_of(*each) for each in edges.items()})


def test_a_word_changed_anywhere_leaves_it_the_same_wording() -> None:
    words = LONG.casefold().split()
    changed = [" ".join([*words[:n], "quite", *words[n + 1 :]]) for n in range(len(words)) if len(words[n]) < 6]
    assert leaders([LONG.casefold(), *changed]) == 1


def test_a_group_does_not_wander_away_from_its_leader() -> None:
    words = [f"word{n:02}" for n in range(20)]
    drifting = [" ".join([*(f"else{n:02}" for n in range(step)), *words[step:]]) for step in range(20)]
    assert leaders(drifting) > 3


def test_thousands_of_wordings_that_share_their_words_take_no_longer_each() -> None:
    def seconds(count: int) -> float:
        wordings = [f"the same beginning of it all {n:05} and the same ending of it all" for n in range(count)]
        begun = process_time()
        leaders(wordings)
        return process_time() - begun

    seconds(500)
    assert seconds(8_000) < 40 * max(seconds(500), 0.001)
    assert MOST_UNDER_A_KEY < 20
