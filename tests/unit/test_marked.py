"""Texts with the parts of them in which something was found."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.harmless import clean, length, one_line
from bot.domain.marked import stretches
from tests.rigs.made_up import marks, texts


def shown(text: str, *marks: tuple[int, int], most: int = 100) -> str:
    return "".join(f"[{part.text}]" if part.is_found else part.text for part in stretches(text, marks, most))


def test_the_found_parts_stand_between_the_others_with_their_spaces() -> None:
    assert shown("Exit tickets for year 9", (0, 4), (17, 23)) == "[Exit] tickets for [year 9]"


def test_what_is_cut_off_is_not_found_and_an_ellipsis_says_so() -> None:
    assert shown("Exit tickets for year 9", (0, 4), (17, 23), most=13) == "[Exit] tickets…"
    assert shown("Exit tickets for year 9", (5, 12), most=9) == "Exit [tic]…"


def test_marks_that_are_no_places_of_the_text_are_left_out() -> None:
    assert shown("Exit tickets", (5, 99), (8, 3), (0, 4)) == "[Exit] tickets"
    assert shown("Exit tickets", (0, 6), (3, 8)) == "[Exit t]ickets"


def test_what_is_found_side_by_side_is_one_part() -> None:
    assert shown("日本語", (0, 1), (1, 2)) == "[日本]語"
    assert shown("日\u202e本", (0, 1), (2, 3)) == "[日本]"


def test_a_text_that_shows_nothing_has_no_parts() -> None:
    assert stretches(" \u200b ", [(0, 1)], 100) == []


@pytest.mark.parametrize("made", [clean, one_line])
@given(text=texts, places=marks, most=st.integers(2, 200))
def test_whatever_the_text_is_its_parts_are_clean_never_empty_and_not_too_long(
    made: Callable[[str], str], text: str, places: tuple[tuple[int, int], ...], most: int
) -> None:
    parts = stretches(text, places, most, made)
    together = "".join(part.text for part in parts)
    assert all(part.text for part in parts)
    assert length(together) <= most
    assert not set(together) & set("\x00\x1b\u202e\ud800")
    assert bool(parts) == bool(made(text))
