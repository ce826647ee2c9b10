"""Names of departments, and the keys of their libraries."""

import pytest

from bot.domain.department import library_key, parse_department
from bot.errors import Mistake


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Maths", "maths"),
        ("  Modern   Languages ", "modern-languages"),
        ("Art & Design", "art-design"),
        ("Géographie", "geographie"),
        ("Year 9 / 10", "year-9-10"),
        ("数学", "数学"),
        ("", ""),
    ],
)
def test_two_spellings_of_a_department_have_one_key(name: str, key: str) -> None:
    assert library_key(name) == key
    assert library_key(key) == key


def test_a_name_is_kept_as_it_is_shown_without_what_would_break_out_of_it() -> None:
    assert parse_department(" Modern\u202e  Languages\x07 ") == "Modern Languages"


@pytest.mark.parametrize("name", ["", "  ", "!!", "-", "none", "All", "ME", "x" * 41, "\u202e"])
def test_what_cannot_name_a_department_is_refused_in_plain_words(name: str) -> None:
    with pytest.raises(Mistake, match="department"):
        parse_department(name)
