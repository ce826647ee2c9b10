"""The whole pipeline: what holds for any posts and any channel."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from bot.domain.audience import Audience
from bot.domain.choosing import choose, seen_keys
from bot.domain.choosing.alike import SAME_WORDING
from bot.domain.choosing.diverse import MOST_BY_AN_AUTHOR
from bot.domain.choosing.lexicon import MARKS, hits_in
from bot.domain.choosing.wording import reading
from bot.domain.digest import Candidate, Choice
from bot.domain.fate import Ending, Fate
from bot.domain.links import canonical
from bot.domain.post import Metrics, Reference, ReferenceKind
from bot.domain.rules import Muted, RuleKind
from tests.unit.examples import NOW, candidate, liked, link, post, topic

TEXTS = [
    "",
    "Ten minutes of retrieval practice at the start of every lesson changed my year",
    "Ten minutes of retrieval practice at the start of each lesson changed my year!",
    "Does anyone have ideas for a first lesson on fractions with year 5?",
    "RT if you love teaching and tag a friend who does, too",
    "Register now for our affordable course, 20% off until Friday, DM us",
    "Essay due tomorrow? Write your essay with us, grades guaranteed",
    "Como empezar la clase con una pregunta abierta y cinco minutos de silencio",
    "探究学習の時間に使える問いの立て方を紹介します",
    "two words",
    "@ana thanks for this",
    "\u202e\U0001f469\u200d\U0001f52c *_`~|<>& #",
]
LINKS = [
    (),
    link("https://a.example/b"),
    link("https://www.a.example/b/"),
    link("https://t.co/abc"),
    link("not a link"),
]
candidates = st.lists(
    st.builds(
        candidate,
        st.integers(1, 60),
        st.sampled_from(TEXTS),
        st.sampled_from([("#edchat",), ("#edtech", "#edchat"), ("@ana",), ()]),
        author_id=st.sampled_from(["", "a", "b", "c", "d", "e"]),
        metrics=st.builds(Metrics, st.integers(0, 500), st.integers(0, 50), st.integers(0, 3)),
        created_at=st.integers(-1, 100).map(lambda hours: NOW - timedelta(hours=hours)),
        links=st.sampled_from(LINKS),
        lang=st.sampled_from(["", "en", "es", "und", "qme"]),
        hashtags=st.sampled_from([(), ("edchat",), ("isteconf",), tuple(f"tag{n}" for n in range(20))]),
        references=st.sampled_from(
            [(), (Reference(ReferenceKind.REPLIED_TO, "9"),), (Reference(ReferenceKind.REPOSTED, "9"),)]
        ),
        sensitive=st.booleans(),
        withheld=st.booleans(),
    ),
    max_size=40,
)
audiences = st.builds(
    Audience,
    st.integers(1, 10),
    st.just(NOW),
    topics=st.sampled_from([(), (topic("#edchat"), topic("@ana"))]),
    languages=st.sampled_from([(), ("en",)]),
    mutes=st.sampled_from([(), (Muted(RuleKind.WORD, "fractions"), Muted(RuleKind.DOMAIN, "a.example"))]),
    seen=st.sampled_from([frozenset(), frozenset(seen_keys(post(3)))]),
    shown=st.sampled_from([(), (post(99, TEXTS[1]),)]),
    elsewhere=st.sampled_from([frozenset(), frozenset(seen_keys(post(5)))]),
    savers=st.sampled_from([{}, {("x", "a"): 3}]),
)


def numbers(*candidates: Candidate, size: int = 5) -> list[str]:
    return [each.post.key.id for each in choose(candidates, Audience(size, NOW)).chosen]


def by_ending(choice: Choice, ending: Ending) -> list[Fate]:
    return [fate for fate in choice.fates if fate.ending is ending]


def once_each(posts: Sequence[Candidate]) -> list[Candidate]:
    return list({each.post.key: each for each in posts}.values())


@given(candidates, audiences)
def test_any_digest_keeps_its_size_and_shows_nothing_twice(posts: list[Candidate], audience: Audience) -> None:
    choice = choose(posts, audience)
    assert len(choice.chosen) <= audience.size
    assert choice.looked_at == len(posts)
    keys = [key for each in choice.chosen for key in set(seen_keys(each.post))]
    links = [page for each in choice.chosen for page in {canonical(link.url) for link in each.post.links}]
    plain = [reading(each.post.text).plain for each in choice.chosen]
    assert len(keys) == len(set(keys))
    assert len(links) == len(set(links))
    assert not [1 for n, one in enumerate(plain) for two in plain[:n] if fuzz.ratio(one, two) >= SAME_WORDING]


@given(candidates, audiences)
def test_nobody_and_no_question_takes_more_than_its_share(posts: list[Candidate], audience: Audience) -> None:
    choice = choose(posts, audience)
    authors = [each.post.author_id for each in choice.chosen if each.post.author_id]
    assert all(authors.count(author) <= MOST_BY_AN_AUTHOR for author in authors)
    assert sum(each.asks for each in choice.chosen) <= 1


@given(candidates, audiences)
def test_every_candidate_has_one_fate_and_the_digest_agrees_with_them(
    posts: list[Candidate], audience: Audience
) -> None:
    choice = choose(posts, audience)
    assert [fate.post for fate in choice.fates] == [each.post.key for each in posts]
    shown = sorted(by_ending(choice, Ending.SHOWN), key=lambda fate: fate.number or 0)
    assert [fate.post for fate in shown] == [each.post.key for each in choice.chosen]
    assert [fate.number for fate in shown] == list(range(1, len(shown) + 1))


@given(candidates, audiences)
def test_every_exclusion_has_a_reason_and_everything_else_points_to_what_is_shown(
    posts: list[Candidate], audience: Audience
) -> None:
    choice = choose(posts, audience)
    keys = {each.post.key for each in posts}
    shown = {each.post.key for each in choice.chosen}
    assert all((fate.reason is not None) == (fate.ending is Ending.EXCLUDED) for fate in choice.fates)
    assert all(fate.other in keys for fate in by_ending(choice, Ending.MERGED))
    assert all(fate.other in shown for fate in by_ending(choice, Ending.HELD_BACK))
    assert all(fate.short_by >= 0 for fate in choice.fates)


@given(candidates, audiences)
def test_what_is_shown_breaks_no_rule(posts: list[Candidate], audience: Audience) -> None:
    chosen = choose(posts, audience).chosen
    assert not any(each.post.sensitive or each.post.withheld or each.post.is_repost for each in chosen)
    assert not audience.seen & {key for each in chosen for key in seen_keys(each.post)}
    assert not [each for each in chosen if audience.languages and each.post.lang == "es"]


@settings(max_examples=60)
@given(candidates, audiences)
def test_the_order_in_which_posts_come_does_not_matter(posts: list[Candidate], audience: Audience) -> None:
    once = once_each(posts)
    shuffled = sorted(once, key=lambda each: each.post.key.id[::-1])
    one, other = choose(once, audience), choose(shuffled, audience)
    assert one.chosen == other.chosen
    assert {fate.post: fate for fate in one.fates} == {fate.post: fate for fate in other.fates}


@given(candidates, audiences)
def test_the_next_digest_repeats_nothing(posts: list[Candidate], audience: Audience) -> None:
    first = choose(posts, audience).chosen
    keys = audience.seen | {key for each in first for key in each.seen_keys}
    shown = (*audience.shown, *(each.post for each in first))
    second = choose(posts, replace(audience, seen=keys, shown=shown)).chosen
    assert not keys & {key for each in second for key in each.seen_keys}


@given(candidates, audiences)
def test_the_parts_of_what_is_shown_add_up_to_its_score(posts: list[Candidate], audience: Audience) -> None:
    for fate in by_ending(choose(posts, audience), Ending.SHOWN):
        assert abs(sum(value for _, value in fate.parts) - fate.score) < 1e-9


def test_the_best_come_first() -> None:
    assert numbers(candidate(1), candidate(2, metrics=liked(8)), candidate(3, metrics=liked(2))) == ["2", "3", "1"]


def test_a_short_digest_is_better_than_a_poor_one() -> None:
    poor = candidate(1, "Register now for our affordable course and boost your career today")
    choice = choose([poor, candidate(2)], Audience(5, NOW))
    assert [each.post.key.id for each in choice.chosen] == ["2"]
    assert choice.fates[0].ending is Ending.OUTRANKED
    assert choice.fates[0].short_by > 0


def test_scripts_without_spaces_are_worth_showing_too() -> None:
    assert numbers(candidate(1, "探究学習の時間に使える問いの立て方を紹介します")) == ["1"]


def test_no_candidates_make_no_digest() -> None:
    choice = choose([], Audience(5, NOW))
    assert (choice.chosen, choice.looked_at, choice.excluded, choice.fates) == ((), 0, frozenset(), ())


def test_the_excluded_are_those_whose_fate_says_so() -> None:
    posts = [candidate(1), candidate(2, sensitive=True), candidate(3, "too short"), candidate(4)]
    choice = choose(posts, Audience(1, NOW))
    assert choice.excluded == {fate.post for fate in choice.fates if fate.ending is Ending.EXCLUDED}


def test_every_word_of_the_lexicon_is_found_where_it_stands() -> None:
    said = [words for words in MARKS if not words.startswith("#")]
    assert [words for words in said if words not in hits_in(words, words.split())] == []
    assert [words for words in said if reading(f"{words} and so on").plain != f"{words} and so on"] == []


def test_a_wording_is_found_by_words_and_not_by_parts_of_words() -> None:
    assert hits_in("the funnel is open", ["the", "funnel", "is", "open"]) == ("funnel",)
    assert hits_in("funnelled tipsy", ["funnelled", "tipsy"]) == ()
