import pytest

from bot.domain.languages import language_name, parse_language, written_in
from bot.errors import Mistake


@pytest.mark.parametrize(
    ("typed", "code"),
    [("en", "en"), ("English", "en"), (" FR ", "fr"), ("en-GB", "en"), ("welsh", "cy"), ("iw", "he"), ("nb", "no")],
)
def test_a_language_is_named_by_its_code_or_in_english(typed: str, code: str) -> None:
    assert parse_language(typed) == code


@pytest.mark.parametrize("typed", ["", "xx", "e", "und", "engl ish en", "🙂", "-", "x" * 400])
def test_what_is_no_language_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Mistake, match="such as French or fr"):
        parse_language(typed)


def test_a_slip_is_met_with_what_was_probably_meant() -> None:
    with pytest.raises(Mistake, match="Did you mean Spanish"):
        parse_language("spansh")


@pytest.mark.parametrize(
    ("lang", "code"),
    [("en", "en"), ("zh-TW", "zh"), ("in", "id"), ("hi-Latn", "hi"), ("und", ""), ("zxx", ""), ("qme", ""), ("", "")],
)
def test_sources_have_codes_of_their_own_and_some_for_no_language_at_all(lang: str, code: str) -> None:
    assert written_in(lang) == code


def test_a_language_is_called_by_its_name() -> None:
    assert language_name("cy") == "Welsh"
    assert language_name("xx") == "xx"
