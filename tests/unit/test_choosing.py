from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.choosing import choose, seen_keys
from bot.domain.digest import Candidate
from bot.domain.keys import PostKey
from bot.domain.post import Metrics, Reference, ReferenceKind
from tests.unit.examples import NOW, candidate, liked, link


def numbers(*candidates: Candidate, size: int = 5, seen: frozenset[str] = frozenset()) -> list[str]:
    return [each.post.key.id for each in choose(candidates, size=size, now=NOW, seen=seen).chosen]


def test_the_best_come_first() -> None:
    assert numbers(candidate(1), candidate(2, metrics=liked(30)), candidate(3, metrics=liked(3))) == ["2", "3", "1"]


def test_sensitive_and_withheld_posts_are_never_shown() -> None:
    assert numbers(candidate(1, sensitive=True), candidate(2, withheld=True)) == []


def test_reposts_and_bare_replies_add_nothing() -> None:
    repost = candidate(1, references=(Reference(ReferenceKind.REPOSTED, "9"),))
    reply = (Reference(ReferenceKind.REPLIED_TO, "9"),)
    assert numbers(repost, candidate(2, references=reply)) == []
    assert numbers(candidate(3, references=reply, links=link("https://a.example/b"))) == ["3"]


def test_a_link_comes_once_however_it_is_spelt() -> None:
    spellings = ("https://www.a.example/b?utm_source=x", "http://a.example/b/")
    assert len(numbers(*(candidate(n, links=link(url)) for n, url in enumerate(spellings)))) == 1


def test_nearly_the_same_wording_comes_once() -> None:
    text = "Ten minutes of retrieval practice at the start of every lesson changed my year"
    assert (
        len(numbers(candidate(1, text), candidate(2, text + "! #edchat"), candidate(3, text + " https://t.example/q")))
        == 1
    )


def test_an_author_is_heard_once() -> None:
    assert len(numbers(candidate(1, author_id="same"), candidate(2, author_id="same"))) == 1


def test_a_small_topic_is_heard_beside_a_busy_one() -> None:
    busy = [candidate(n, metrics=liked(4)) for n in range(8)]
    assert "99" in numbers(*busy, candidate(99, topics=("#sschat",)))


def test_piles_of_hashtags_or_mentions_are_left_out() -> None:
    many = tuple(f"tag{n}" for n in range(12))
    assert numbers(candidate(1, hashtags=many), candidate(2, mentions=many)) == []


def test_each_item_says_why_it_is_here() -> None:
    shown = candidate(
        1, topics=("#edchat", "#mathchat"), metrics=Metrics(likes=34, replies=1), links=link("https://a.example")
    )
    assert choose([shown], size=5, now=NOW).chosen[0].why == "#edchat and #mathchat · 34 likes and 1 reply · has a link"


candidates = st.lists(
    st.builds(
        candidate,
        st.integers(1, 60),
        st.sampled_from(["", "the very same four words", "quite another sentence with other words"]),
        st.sampled_from([("#edchat",), ("#edtech", "#edchat"), ("@ana",)]),
        metrics=st.builds(Metrics, st.integers(0, 500), st.integers(0, 50)),
        created_at=st.integers(0, 100).map(lambda hours: NOW - timedelta(hours=hours)),
        links=st.sampled_from([(), link("https://a.example/b"), link("https://www.a.example/b/")]),
        sensitive=st.booleans(),
    ),
    max_size=40,
)


@given(candidates, st.integers(1, 10))
def test_any_choice_keeps_its_size_and_shows_nothing_twice(posts: list[Candidate], size: int) -> None:
    choice = choose(posts, size=size, now=NOW)
    shown = [key for each in choice.chosen for key in set(seen_keys(each.post))]
    assert len(choice.chosen) <= size
    assert len(shown) == len(set(shown))
    assert choice.looked_at == len(posts)
    assert not any(each.post.sensitive for each in choice.chosen)


@given(candidates)
def test_the_order_in_which_posts_come_does_not_matter(posts: list[Candidate]) -> None:
    once = {each.post.key: each for each in posts}
    shuffled = sorted(once.values(), key=lambda each: PostKey("", each.post.key.id[::-1]))
    assert choose(list(once.values()), size=5, now=NOW).chosen == choose(shuffled, size=5, now=NOW).chosen


@given(candidates)
def test_what_was_seen_is_not_shown_again(posts: list[Candidate]) -> None:
    first = choose(posts, size=5, now=NOW)
    seen = frozenset(key for each in first.chosen for key in each.seen_keys)
    second = choose(posts, size=5, now=NOW, seen=seen)
    assert not seen & {key for each in second.chosen for key in each.seen_keys}


def test_posts_whose_author_is_not_known_are_not_taken_for_one_person() -> None:
    assert len(numbers(*(candidate(n, author_id="") for n in range(4)))) == 4


def test_scripts_without_spaces_are_worth_showing_too() -> None:
    assert numbers(candidate(1, "探究学習の時間に使える問いの立て方を紹介します")) == ["1"]


def test_somebody_people_asked_for_less_of_counts_half_and_can_still_be_heard() -> None:
    loud = candidate(1, metrics=liked(40), author_id="loud")
    calm = candidate(2, metrics=liked(9))
    quiet = candidate(3)
    less = frozenset({("x", "loud")})
    chosen = choose([loud, calm, quiet], size=5, now=NOW, less=less).chosen
    assert [each.post.key.id for each in chosen] == ["2", "1", "3"]
    assert numbers(loud, calm, quiet) == ["1", "2", "3"]
