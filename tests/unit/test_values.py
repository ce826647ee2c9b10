from contextlib import suppress
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import Action, save_item
from bot.domain.budget import Caps, dollars, in_words
from bot.domain.content import Say, ShowDigest, content_from_json, content_to_json, offer
from bot.domain.delivery import LONGEST_PAUSE, pause_after
from bot.domain.events import CommandGiven, Person, ReactionAdded, ReplyHandle, happening_from_json, happening_to_json
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.library import KEYCAPS, Ending, Mark, may_stand, number_meant, savers_in_words
from bot.errors import Mistake
from bot.services.wording import ago_in_words, counted, cut, listed, moment_in_words
from tests.unit.examples import NOW

ANA = Person(PersonKey("web:local", "ana"), "Ana </b>")
STAFF = ChannelKey("web:local", "staffroom")


def test_money_is_exact_and_readable() -> None:
    assert dollars("0.005") * 3 == dollars("0.015")
    assert [in_words(dollars(each)) for each in ("0.005", "1.1", "0", "1234.5")] == [
        "$0.0050",
        "$1.10",
        "$0.00",
        "$1,234.50",
    ]


def test_the_tighter_cap_decides() -> None:
    caps = Caps(daily=dollars(1), monthly=dollars(10))
    assert caps.left(dollars("0.25"), dollars("9.5")) == dollars("0.5")
    assert caps.left(dollars(2), dollars(3)) == 0
    assert Caps().left(dollars(2), dollars(3)) is None


def test_an_action_survives_the_way_through_a_button() -> None:
    assert Action.decode(save_item("abc123", 3).encode()) == Action("save", ("abc123", "3"))


@given(st.text(max_size=200))
def test_any_text_is_an_action_or_a_mistake(text: str) -> None:
    with suppress(Mistake):
        assert Action.decode(text).encode() == text


def test_events_and_contents_survive_the_way_through_the_store() -> None:
    command = CommandGiven(ANA, STAFF, "/pln follow #edchat", ReplyHandle("ana", NOW))
    reaction = ReactionAdded(ANA, STAFF, "message 1", KEYCAPS[2])
    content = (Say("</script>", "hint"), ShowDigest("slot"), offer(("Undo", "undo/1")))
    assert happening_from_json(happening_to_json(command)) == command
    assert happening_from_json(happening_to_json(reaction)) == reaction
    assert content_from_json(content_to_json(content)) == content


def test_pauses_double_up_to_a_limit_with_a_little_jitter() -> None:
    pauses = [pause_after(attempt, Random(1)) for attempt in range(20)]
    assert pauses[0] < timedelta(seconds=19)
    assert pauses[1] > pauses[0]
    assert max(pauses) <= LONGEST_PAUSE * 1.25


@pytest.mark.parametrize(
    ("emoji", "items", "number"),
    [(KEYCAPS[2], 5, 3), (KEYCAPS[5], 5, None), ("🔖", 1, 1), ("🔖", 5, None), ("👍", 1, None), (KEYCAPS[9], 10, 10)],
)
def test_a_reaction_chooses_exactly_one_item_or_none(emoji: str, items: int, number: int | None) -> None:
    assert number_meant(emoji, items) == number


@pytest.mark.parametrize(
    ("ending", "seen_again", "stands"),
    [
        (Ending.UNREACTED, True, True),
        (Ending.UNDONE, True, False),
        (Ending.ERASED, True, False),
        (Ending.UNREACTED, False, True),
        (Ending.UNDONE, False, True),
    ],
)
def test_a_tombstone_yields_only_to_what_its_ending_allows(ending: Ending, *, seen_again: bool, stands: bool) -> None:
    mark = Mark("item", "ana", "button", NOW - timedelta(hours=1), ended_at=NOW, ending=ending)
    assert may_stand([mark], "button", at=NOW, seen_again=seen_again) is stands
    assert may_stand([mark], "another", at=NOW, seen_again=seen_again) is stands
    assert not may_stand([mark], "button", at=NOW - timedelta(seconds=1), seen_again=seen_again)


def test_savers_are_named_as_people_would() -> None:
    cases = [((), 0), (("Ana",), 1), (("Ana", "Ben"), 2), (("Ana",), 4), ((), 2)]
    assert [savers_in_words(*each) for each in cases] == [
        "",
        "Saved by Ana",
        "Saved by Ana and 1 colleague",
        "Saved by Ana and 3 colleagues",
        "Saved by 2 colleagues",
    ]


def test_moments_are_said_as_people_would() -> None:
    london = ZoneInfo("Europe/London")
    moments = [NOW - timedelta(hours=1), NOW - timedelta(days=1), NOW - timedelta(days=4), NOW - timedelta(days=9)]
    assert [moment_in_words(each, now=NOW, zone=london) for each in moments] == [
        "today 06:30",
        "yesterday 07:30",
        "Friday 07:30",
        "Sunday 15 November 07:30",
    ]
    assert [ago_in_words(each, NOW) for each in (None, NOW, NOW - timedelta(minutes=90), NOW - timedelta(days=3))] == [
        "not yet",
        "just now",
        "1 hour ago",
        "3 days ago",
    ]


def test_lists_and_numbers_are_said_as_people_would() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d", "e"], most=3) == "a, b and 3 more"
    assert [counted(1, "post"), counted(2, "post"), counted(2, "reply", "replies")] == [
        "1 post",
        "2 posts",
        "2 replies",
    ]


@given(st.text(max_size=300), st.integers(1, 200))
def test_a_cut_text_is_never_longer_and_says_that_it_was_cut(text: str, most: int) -> None:
    shown, was_cut = cut(text, most)
    assert len(shown) <= most + 1
    assert was_cut is (len(text) > most)
