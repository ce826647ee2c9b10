"""Slack's names of emoji, there and back."""

import pytest

from adapters.slack.show.emoji import emoji_of, name_of
from bot.domain.library import KEYCAPS, SHELVES

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "keycap_ten")


def test_the_keycaps_of_a_digest_have_slacks_names() -> None:
    assert tuple(name_of(keycap) for keycap in KEYCAPS) == NUMBERS
    assert tuple(emoji_of(name) for name in NUMBERS) == KEYCAPS


def test_what_saves_has_a_name() -> None:
    assert {emoji: name_of(emoji) for emoji in SHELVES} == {"🔖": "bookmark", "⭐": "star"}
    assert name_of("📚") == "books"


@pytest.mark.parametrize("name", ["thumbsup", "+1", "thumbsup::skin-tone-3", "+1::skin-tone-6", ":thumbsup:"])
def test_skin_tones_and_second_names_do_not_count(name: str) -> None:
    assert emoji_of(name) == "👍"


@pytest.mark.parametrize("emoji", ["👍", "👍🏽", "👍\ufe0f"])
def test_every_way_to_write_an_emoji_has_the_name_that_slack_adds(emoji: str) -> None:
    assert name_of(emoji) == "+1"


@pytest.mark.parametrize("emoji", ["❤", "❤\ufe0f", "❤\ufe0e"])
def test_variation_selectors_do_not_count(emoji: str) -> None:
    assert name_of(emoji) == "heart"
    assert emoji_of("heart") == "❤\ufe0f"


def test_an_emoji_of_the_schools_own_comes_through_there_and_back() -> None:
    assert emoji_of("hilltop_badger") == ":hilltop_badger:"
    assert name_of(":hilltop_badger:") == "hilltop_badger"


def test_what_is_no_emoji_has_no_name() -> None:
    assert [name_of(text) for text in ("", "a", "::", "⛷")] == [None] * 4


def test_every_name_of_the_table_leads_back_to_itself() -> None:
    names = ("teacher", "star2", "mortar_board", "100", "1234", "heavy_check_mark", "microscope", "female-teacher")
    assert [name_of(emoji_of(name)) for name in names] == list(names)
