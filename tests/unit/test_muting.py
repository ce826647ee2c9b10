from collections.abc import Iterable

import pytest

from bot.domain.post import Post
from bot.domain.rules import MUTES, Rule, RuleKind, muted
from tests.unit.examples import NOW, link, post


def keeps_out(kind: RuleKind, value: str, written: Post, handle: str = "") -> bool:
    return muted(written, handle, [Rule("fake:school", "", kind, value, "ana", NOW)])


def test_an_account_is_muted_by_its_handle_however_it_is_spelt() -> None:
    assert keeps_out(RuleKind.ACCOUNT, "shoppingclub", post(), "ShoppingClub")
    assert not keeps_out(RuleKind.ACCOUNT, "shoppingclub", post(), "ShoppingClubHouse")
    assert not keeps_out(RuleKind.ACCOUNT, "shoppingclub", post())


def test_a_hashtag_is_muted_without_regard_to_case_and_accents() -> None:
    assert keeps_out(RuleKind.HASHTAG, "education", post(hashtags=("Éducation",)))
    assert not keeps_out(RuleKind.HASHTAG, "education", post(hashtags=("educationweek",)))


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("give away", "Our GIVE  away starts now", True),
        ("give away", "We give it away", False),
        ("art", "Start the lesson with this", False),
        ("art", "More art, please!", True),
        ("考试", "期末考试要来了", True),
        ("...", "Nothing to look for...", False),
    ],
)
def test_words_are_muted_as_whole_words_where_there_are_spaces(phrase: str, text: str, expected: bool) -> None:  # noqa: FBT001
    assert keeps_out(RuleKind.WORD, phrase, post(text=text)) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://shop.example/book", True),
        ("https://www.shop.example/book", True),
        ("https://old.shop.example/book", True),
        ("https://myshop.example/book", False),
        ("https://shop.example.school.example/", False),
    ],
)
def test_a_domain_is_muted_with_all_below_it(address: str, expected: bool) -> None:  # noqa: FBT001
    assert keeps_out(RuleKind.DOMAIN, "shop.example", post(links=link(address))) is expected


@pytest.mark.parametrize("kind", [kind for kind in RuleKind if kind not in MUTES])
def test_rules_of_other_kinds_mute_nothing(kind: RuleKind) -> None:
    assert not keeps_out(kind, "5", post(text="5 ideas for tomorrow"))


def test_one_of_several_mutes_is_enough() -> None:
    def rules(*values: str) -> Iterable[Rule]:
        return (Rule("fake:school", "staff", RuleKind.WORD, value, "ana", NOW) for value in values)

    assert muted(post(text="A lovely raffle for everybody"), "", rules("lottery", "raffle"))
    assert not muted(post(text="A lovely lesson for everybody"), "", rules("lottery", "raffle"))
