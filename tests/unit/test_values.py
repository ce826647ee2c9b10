from contextlib import suppress
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.typed import typed as made_plain
from bot.domain.actions import Action, fits_on_a_button, run_command, save_item
from bot.domain.budget import Caps, dollars, in_words
from bot.domain.content import AskForm, Say, ShowCard, content_from_json, content_to_json, offer
from bot.domain.delivery import LONGEST_PAUSE, pause_after
from bot.domain.events import (
    Change,
    ChannelChanged,
    CommandGiven,
    FormSent,
    HomeOpened,
    MessageChosen,
    Person,
    ReactionAdded,
    ReplyHandle,
    WorkspaceLeft,
    happening_from_json,
    happening_to_json,
)
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.library import (
    KEYCAPS,
    MOST_LETTERS_IN_A_NOTE,
    MOST_LETTERS_IN_A_TAG,
    Ending,
    Mark,
    may_stand,
    number_meant,
    parse_note,
    parse_tags,
    savers_in_words,
)
from bot.domain.packs import Cost, cost_at_most
from bot.domain.rules import parse_mutes
from bot.domain.search import Total, total_of
from bot.errors import Mistake
from bot.services.wording import ago_in_words, counted, cut, listed, moment_in_words
from tests.unit.examples import NOW

ANA = Person(PersonKey("web:local", "ana"), "Ana </b>")
STAFF = ChannelKey("web:local", "staffroom")


def test_money_is_exact_and_readable() -> None:
    assert dollars("0.005") * 3 == dollars("0.015")
    assert [in_words(dollars(each)) for each in ("0.005", "1.1", "0", "1234.5")] == [
        "$0.005",
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


@given(st.lists(st.text(max_size=20), max_size=3))
def test_a_slash_in_an_argument_survives_the_way_through_a_button(words: list[str]) -> None:
    action = run_command(*words, "Europe/London")
    if fits_on_a_button(action):
        assert Action.decode(action.encode()) == action


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("maths, Year 9", ("maths", "year 9")),
        ("#maths #year9", ("maths", "year9")),
        ("＃maths;maths\n fractions ", ("maths", "fractions")),
        (" , ,", ()),
    ],
)
def test_tags_are_read_as_people_type_them(typed: str, tags: tuple[str, ...]) -> None:
    assert parse_tags(typed) == tags


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("@Ana, #Ad", ["@ana", "#ad"]),
        ('"Buy NOW!" example.com', ['"buy now"', "example.com"]),
        ("https://www.News.example/a?b=c", ["news.example"]),
        ("#Éducation #education", ["#education"]),
    ],
)
def test_what_is_kept_out_is_read_as_people_type_it(typed: str, labels: list[str]) -> None:
    assert [each.label for each in parse_mutes(typed)] == labels


@given(st.text(max_size=200))
def test_any_text_is_tags_a_note_and_something_to_keep_out_or_a_mistake(text: str) -> None:
    with suppress(Mistake):
        assert all(each.label for each in parse_mutes(text))
    with suppress(Mistake):
        assert all(tag == tag.strip() and len(tag) <= MOST_LETTERS_IN_A_TAG for tag in parse_tags(text))
    with suppress(Mistake):
        assert len(parse_note(text)) <= MOST_LETTERS_IN_A_NOTE


@given(st.text(max_size=100))
def test_what_is_kept_out_is_read_again_from_its_label(text: str) -> None:
    with suppress(Mistake):
        for each in parse_mutes(text):
            assert parse_mutes(each.label) == [each]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("follow <#C012|maths> <@U012|ana>", "follow #maths @ana"),
        ("follow ＃maths\N{NO-BREAK SPACE}＠ana", "follow #maths @ana"),
        ("mute “buy  now”", 'mute "buy now"'),
        ("mute <https://a.example/x|a.example>", "mute https://a.example/x"),
        ("2 < 3 and 4 > 3", "2 < 3 and 4 > 3"),
    ],
)
def test_what_was_typed_is_made_plain(typed: str, plain: str) -> None:
    assert made_plain(typed) == plain


def test_a_pack_costs_at_most_what_the_caps_allow() -> None:
    price, caps = dollars("0.005"), Caps(dollars(2), dollars(10))
    assert cost_at_most(1, price, Caps()) == Cost(dollars("1.5"), dollars("34.5"))
    assert cost_at_most(2, price, caps) == Cost(dollars(2), dollars(10))
    assert cost_at_most(9, dollars(0), caps) == Cost(dollars(0), dollars(0))


def test_events_and_contents_survive_the_way_through_the_store() -> None:
    command = CommandGiven(ANA, STAFF, "/pln follow #edchat", ReplyHandle("ana", NOW))
    reaction = ReactionAdded(ANA, STAFF, "message 1", KEYCAPS[2])
    filled = FormSent(ANA, STAFF, "save", "{}", {"tags": "</b>"}, ReplyHandle("ana", NOW, NOW))
    chosen = MessageChosen(ANA, STAFF, "message 1", ("https://a.example",), "", "", ReplyHandle("ana", NOW))
    changed, left = ChannelChanged(STAFF, Change.RENAMED, "Staff"), WorkspaceLeft("It was uninstalled.")
    content = (Say("</script>", "hint"), ShowCard("slot", 1), AskForm("save", "{}", ""), offer(("Undo", "undo/1")))
    for happening in (command, reaction, filled, chosen, changed, left, HomeOpened(ANA, STAFF)):
        assert happening_from_json(happening_to_json(happening)) == happening
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
    assert [counted(total, "item") for total in (Total(1), Total(2), Total(300, more=True))] == [
        "1 item",
        "2 items",
        "more than 300 items",
    ]


@given(st.integers(0, 5_000), st.integers(1, 3_000))
def test_of_what_is_found_more_is_counted_than_a_page_shows(found: int, end: int) -> None:
    total = total_of(found, end)
    assert total.counted == found or (total.more and end < total.counted < found)
    assert bool(total) == bool(found)


@given(st.text(max_size=300), st.integers(1, 200))
def test_a_cut_text_is_never_longer_and_says_that_it_was_cut(text: str, most: int) -> None:
    shown, was_cut = cut(text, most)
    assert len(shown) <= most + 1
    assert was_cut is (len(text) > most)
