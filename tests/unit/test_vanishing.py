"""When it is believed that posts have vanished."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.keys import PostKey
from bot.domain.standing import Standing
from bot.domain.vanishing import ABSENT, HANDFUL, ONE_IN, Belief, belief


def said(present: int = 0, gone: int = 0, standing: Standing = Standing.GONE) -> dict[PostKey, Standing]:
    names = [f"p{n}" for n in range(present)]
    return {PostKey("x", name): Standing.PRESENT for name in names} | {
        PostKey("x", f"g{n}"): standing for n in range(gone)
    }


LIVE = PostKey("x", "p0")


def test_a_few_among_many_are_believed() -> None:
    assert belief(said(100, 4), [LIVE], []) is Belief.BELIEVED


def test_a_handful_among_few_is_too_many() -> None:
    assert belief(said(10, 4), [LIVE], []) is Belief.BELIEVED
    assert belief(said(10, 5), [LIVE], []) is Belief.TOO_MANY


def test_five_in_a_hundred_is_the_limit() -> None:
    assert belief(said(95, 5), [LIVE], []) is Belief.BELIEVED
    assert belief(said(94, 6), [LIVE], []) is Belief.TOO_MANY


def test_what_had_vanished_before_does_not_count_again() -> None:
    answer = said(10, 8)
    before = [key for key, standing in answer.items() if standing in ABSENT]
    assert belief(answer, [LIVE], before) is Belief.BELIEVED


def test_nothing_is_believed_when_what_is_surely_there_is_gone_or_not_spoken_of() -> None:
    assert belief(said(10, 1), [PostKey("x", "g0")], []) is Belief.DOUBTED
    assert belief(said(10, 1), [PostKey("x", "elsewhere")], []) is Belief.DOUBTED
    assert belief(said(10, 1), [PostKey("x", "g0"), LIVE], []) is Belief.BELIEVED


def test_without_a_post_that_is_surely_there_the_numbers_decide() -> None:
    assert belief(said(0, 1), [], []) is Belief.BELIEVED
    assert belief(said(0, 9), [], []) is Belief.TOO_MANY


def test_an_answer_in_which_nothing_vanished_needs_no_belief() -> None:
    assert belief({}, [LIVE], []) is Belief.BELIEVED
    assert belief({LIVE: Standing.UNKNOWN}, [LIVE], []) is Belief.BELIEVED


standings = st.dictionaries(
    st.integers(0, 300).map(lambda n: PostKey("x", str(n))), st.sampled_from(Standing), max_size=300
)
keys = st.sets(st.integers(0, 300).map(lambda n: PostKey("x", str(n))), max_size=10)


@given(standings, keys, keys)
def test_what_is_believed_never_takes_more_than_the_limit(
    answer: dict[PostKey, Standing], live: set[PostKey], missed: set[PostKey]
) -> None:
    vanished = [key for key, standing in answer.items() if standing in ABSENT and key not in missed]
    if belief(answer, live, missed) is Belief.BELIEVED and vanished:
        assert len(vanished) < HANDFUL or len(vanished) * ONE_IN <= len(answer)
        assert not live or any(answer.get(key) is Standing.PRESENT for key in live)
