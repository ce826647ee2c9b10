from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.keys import PostKey
from bot.domain.post import Link, Post
from bot.domain.taste import (
    AUTHOR,
    DOMAIN,
    HALF_LIFE,
    MEMORY,
    MOST,
    TAG,
    Leaning,
    Taste,
    Trait,
    TraitKind,
    Vote,
    taste_of,
)
from tests.unit.examples import NOW, link, post

DAY = timedelta(days=1)
ANNA = Trait(TraitKind.AUTHOR, "x/anna")
FRACTIONS = Trait(TraitKind.TAG, "fractions")
NRICH = Trait(TraitKind.DOMAIN, "nrich.example")


def by_anna(number: int = 1) -> Post:
    return post(number, author_id="anna", hashtags=("Fractions",), links=link("https://www.nrich.example/1"))


def voted(person: str, number: int = 1, *, liked: bool = True, ago: timedelta = timedelta(0)) -> Vote:
    return Vote(person, PostKey("x", str(number)), liked, NOW - ago)


def less(person: str, number: int = 1, ago: timedelta = timedelta(0)) -> Vote:
    return voted(person, number, liked=False, ago=ago)


def taste(*votes: Vote, posts: Sequence[Post] = (), voices: int = 2, followed: Sequence[str] = ()) -> Taste:
    known = {each.key: each for each in posts or [by_anna(number) for number in range(1, 30)]}
    return taste_of(votes, known, voices=voices, now=NOW, followed=followed)


def weight(trait: Trait, *votes: Vote, voices: int = 2) -> float:
    leaning = taste(*votes, voices=voices).leanings.get(trait)
    return leaning.weight if leaning else 0.0


def test_nothing_is_leant_to_where_nobody_said_anything() -> None:
    assert taste() == Taste()
    assert taste().weight_of(by_anna()) == 0


def test_a_save_leans_to_the_author_the_hashtags_and_the_sites_of_the_post_in_that_order() -> None:
    learnt = taste(voted("ben"))
    weights = [learnt.leanings[trait].weight for trait in (ANNA, NRICH, FRACTIONS)]
    assert weights == sorted(weights, reverse=True)
    assert min(weights) > 0
    assert learnt.weight_of(by_anna(7)) == pytest.approx(sum(weights))
    assert learnt.weight_of(post(8)) == 0


def test_hashtags_are_the_same_however_they_are_spelt() -> None:
    learnt = taste(voted("ben"), posts=[post(1, hashtags=("Éducation",))])
    assert learnt.weight_of(post(2, hashtags=("EDUCATION",))) > 0


def test_people_count_and_not_their_saves() -> None:
    many = taste(*[voted("ben", number) for number in range(1, 20)])
    assert many == taste(voted("ben"))
    assert weight(ANNA, voted("ben"), voted("cleo", 2)) > weight(ANNA, voted("ben"), voted("ben", 2))


def test_less_counts_once_two_people_agree_on_the_same_thing() -> None:
    assert weight(ANNA, less("ben"), less("ben", 2)) == 0
    assert weight(ANNA, less("ben"), less("cleo", 2)) < 0
    assert weight(ANNA, voted("dot"), less("ben")) == weight(ANNA, voted("dot"))
    assert taste(less("ben")).leanings[ANNA] == Leaning(ANNA, saved=0, less=1, weight=0.0)


def test_two_people_who_ask_for_less_of_different_things_agree_on_nothing() -> None:
    posts = [post(1, links=link("https://one.example/a")), post(2, links=link("https://two.example/b"))]
    learnt = taste(less("ben", 1), less("cleo", 2), posts=posts)
    assert {leaning.weight for leaning in learnt.leanings.values()} == {0.0}


def test_one_person_is_enough_where_only_one_reads() -> None:
    assert weight(ANNA, less("ben"), voices=1) < 0


def test_asking_for_less_is_not_about_a_hashtag_that_the_channel_follows_but_saves_are() -> None:
    against = taste(less("ben"), less("cleo"), followed=["fractions"])
    assert FRACTIONS not in against.leanings
    assert against.leanings[ANNA].weight < 0
    assert taste(voted("ben"), followed=["fractions"]).leanings[FRACTIONS].weight > 0


def test_who_asks_for_less_outweighs_who_saves() -> None:
    assert weight(ANNA, voted("ana"), voted("ben"), less("cleo"), less("dot")) < 0


def test_a_voice_fades_within_a_year() -> None:
    weights = [weight(ANNA, voted("ben", ago=ago)) for ago in (timedelta(0), HALF_LIFE, 3 * HALF_LIFE, MEMORY + DAY)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] == 0
    assert weight(ANNA, voted("ben", ago=-DAY)) == weights[0], "clocks differ"


@pytest.mark.parametrize(
    "url", ["https://t.co/abc", "https://bit.ly/2x", "https://x.com/anna/status/1", "nonsense", ""]
)
def test_nothing_is_learnt_of_a_site_from_short_links_and_other_posts(url: str) -> None:
    learnt = taste(voted("ben"), posts=[post(1, links=link(url))])
    assert {trait.kind for trait in learnt.leanings} == {TraitKind.AUTHOR}


def test_a_post_that_is_gone_says_nothing() -> None:
    assert taste(voted("ben", 99)) == Taste()


def test_a_pile_of_liked_hashtags_gains_no_more_than_the_best_of_them() -> None:
    tags = tuple(f"tag{number}" for number in range(8))
    learnt = taste(voted("ben"), posts=[post(1, hashtags=tags)])
    assert learnt.weight_of(post(2, hashtags=tags)) == learnt.weight_of(post(3, hashtags=tags[:1]))


# ----------------------------------------------------------------------------------------------------------- whatever

PEOPLE = st.sampled_from(["ana", "ben", "cleo", "dot"])
TAGS = st.lists(st.sampled_from(["fractions", "Fractions", "phonics", "ÉTÉ", "考试"]), max_size=4).map(tuple)
LINKS = st.lists(
    st.sampled_from(["https://nrich.example/1", "https://www.nrich.example/2", "https://t.co/1", "http://[", "x"]).map(
        Link
    ),
    max_size=3,
).map(tuple)
POSTS = st.lists(
    st.builds(
        lambda author, tags, links: {"author_id": author, "hashtags": tags, "links": links},
        st.sampled_from(["anna", "bert", ""]),
        TAGS,
        LINKS,
    ),
    min_size=1,
    max_size=6,
).map(lambda each: [post(number, **values) for number, values in enumerate(each)])
VOTES = st.lists(
    st.builds(
        lambda person, number, liked, days: voted(person, number, liked=liked, ago=days * DAY),
        PEOPLE,
        st.integers(0, 7),
        st.booleans(),
        st.integers(-2, 500),
    ),
    max_size=25,
)


def learn(votes: Sequence[Vote], posts: Sequence[Post], voices: int = 2) -> Taste:
    return taste(*votes, posts=posts, voices=voices)


@given(VOTES, POSTS, st.integers(1, 3))
def test_whatever_people_do_no_trait_and_no_post_goes_beyond_its_most(
    votes: list[Vote], posts: list[Post], voices: int
) -> None:
    learnt = learn(votes, posts, voices)
    most = {TraitKind.AUTHOR: AUTHOR, TraitKind.DOMAIN: DOMAIN, TraitKind.TAG: TAG}
    assert all(abs(each.weight) < most[each.trait.kind] for each in learnt.leanings.values())
    assert all(abs(learnt.weight_of(each)) <= MOST for each in posts)


@given(VOTES.filter(lambda votes: len(votes) < 5), POSTS)
def test_the_order_of_votes_does_not_matter(votes: list[Vote], posts: list[Post]) -> None:
    assert all(learn(other, posts) == learn(votes, posts) for other in permutations(votes))


@given(VOTES, POSTS)
def test_saying_it_again_changes_nothing(votes: list[Vote], posts: list[Post]) -> None:
    assert learn([*votes, *votes], posts) == learn(votes, posts)


def moves(votes: list[Vote], posts: list[Post], vote: Vote, is_fine: Callable[[float, float], bool]) -> bool:
    before, after = learn(votes, posts), learn([*votes, vote], posts)
    return all(is_fine(before.weight_of(each), after.weight_of(each)) for each in posts)


@given(VOTES, POSTS, PEOPLE, st.integers(0, 7))
def test_one_more_save_never_takes_anything_and_one_more_wish_for_less_never_adds(
    votes: list[Vote], posts: list[Post], person: str, number: int
) -> None:
    assert moves(votes, posts, voted(person, number), lambda before, after: after >= before - 1e-12)
    assert moves(votes, posts, less(person, number), lambda before, after: after <= before + 1e-12)


@given(VOTES, POSTS, st.integers(0, 7))
def test_a_single_person_never_takes_anything_from_a_channel(votes: list[Vote], posts: list[Post], number: int) -> None:
    saves = [vote for vote in votes if vote.liked]
    assert learn([*saves, less("ben", number)], posts).weight_of(posts[0]) == learn(saves, posts).weight_of(posts[0])
