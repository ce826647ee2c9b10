"""The commands as data: for platforms that register them part by part."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.catalogue import (
    GROUPS,
    UNDER,
    VERBS,
    Option,
    Spelling,
    Verb,
    spellings,
    verb_named,
    verbs_under,
    written,
)

ENGINE = Path(__file__).parents[2] / "bot"
MOST_WORDS = 25
MOST_LETTERS_OF_A_COMMAND = 8_000
ALL = [*spellings(for_admins=False), *spellings(for_admins=True)]
OPTIONS = [option for verb in VERBS for option in verb.options]


@pytest.mark.parametrize("for_admins", [False, True])
def test_at_most_25_words_stand_first_and_25_below_one_of_them(*, for_admins: bool) -> None:
    spelt = spellings(for_admins=for_admins)
    assert len({each.words[0] for each in spelt}) <= MOST_WORDS
    below = Counter(each.words[0] for each in spelt if len(each.words) > 1)
    assert max(below.values(), default=0) <= MOST_WORDS
    assert set(below) <= set(UNDER)


def test_no_two_commands_are_spelt_alike_and_none_like_a_group() -> None:
    spelt = [(each.verb.for_admins, each.words) for each in ALL]
    assert len(set(spelt)) == len(spelt)
    assert not {words[0] for _, words in spelt if len(words) == 1} & set(UNDER)


def test_every_verb_but_me_can_be_spelt() -> None:
    assert {each.verb.name for each in ALL} == {verb.name for verb in VERBS} - {"me"}


def test_every_verb_for_everybody_stands_under_one_heading_of_the_help() -> None:
    shown = [verb.name for heading in GROUPS for verb in verbs_under(heading)]
    assert sorted(shown) == sorted(verb.name for verb in VERBS if not verb.for_admins)


@pytest.mark.parametrize("for_admins", [False, True])
def test_a_command_with_all_its_parts_is_not_too_long(*, for_admins: bool) -> None:
    spelt = spellings(for_admins=for_admins)
    assert (
        sum(map(_letters, spelt)) + sum(len(name + text) for name, text in UNDER.items()) <= MOST_LETTERS_OF_A_COMMAND
    )


def _letters(each: Spelling) -> int:
    texts = [each.words[-1], each.verb.brief]
    for option in each.verb.options:
        texts += [option.name, option.help, *(text for choice in option.choices for text in choice)]
    return sum(map(len, texts))


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_the_first_sentence_of_the_help_says_what_it_does(verb: Verb) -> None:
    assert 10 <= len(verb.brief) <= 100
    assert verb.help.startswith(verb.brief)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda each: each.name)
def test_every_option_can_be_registered(option: Option) -> None:
    assert re.fullmatch(r"[a-z][a-z-]{0,31}", option.name)
    assert 1 <= len(option.help) <= 100
    assert option.written.format("x").count("x") >= 1
    assert len(option.choices) <= 25
    assert all(1 <= len(label) <= 100 and 1 <= len(value) <= 100 for value, label in option.choices)
    assert [bool(option.choices), option.is_number, option.proposed is not None].count(True) <= 1
    assert (option.least is None) == (option.most is None)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_required_options_come_first_and_every_name_once(verb: Verb) -> None:
    required = [option.required for option in verb.options]
    assert required == sorted(required, reverse=True)
    assert len({option.name for option in verb.options}) == len(verb.options)


def test_what_was_left_out_is_not_written_and_the_order_is_that_of_the_options() -> None:
    schedule = verb_named("schedule")
    assert schedule
    assert written(schedule, {"zone": "Europe/London", "time": " 07:45 "}) == "schedule 07:45 Europe/London"
    assert written(schedule, {"days": "  "}) == "schedule"
    assert written(schedule, {}) == "schedule"


def test_braces_and_breaks_in_a_value_stay_what_they_are() -> None:
    note = verb_named("note")
    assert note
    assert written(note, {"number": "3", "words": "{} {0} {x!r}\n/pln purge"}) == "note 3 {} {0} {x!r}\n/pln purge"


def test_ones_own_command_begins_with_me() -> None:
    (own,) = [each for each in ALL if each.words == ("me", "follow")]
    assert own.text({"topics": "#edchat"}) == "me follow #edchat"


def named_by_the_engine(pattern: str) -> Iterator[str]:
    for file in sorted(ENGINE.rglob("*.py")):
        yield from re.findall(pattern, file.read_text())


def test_every_command_that_a_sentence_of_the_engine_names_is_there() -> None:
    named = set(named_by_the_engine(r"/pln ([a-z]+(?:-[a-z]+)?)\b"))
    assert len(named) > 20
    assert named - {verb.name for verb in VERBS} <= {"in"}, "“/pln in a channel” is the bare command"


def test_every_command_of_ones_own_that_a_sentence_of_the_engine_names_can_be_spelt() -> None:
    named = {*named_by_the_engine(r"/pln me ([a-z-]+)"), *named_by_the_engine(r"/pln \{[^}]*\bme\b[^}]*\}([a-z-]+)")}
    assert len(named) > 10
    assert named - {each.verb.name for each in ALL if each.is_own} == set()
