"""The commands that Discord offers: made from the catalogue, within Discord's limits, registered when they changed."""

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from adapters.discord.show.spelled import spelled
from adapters.discord.talk.commands import ADMIN_NAME, NAME, offered, spelling_of
from bot.domain.catalogue import VERBS, spellings
from tests.conformance.shared import shared

Json = dict[str, Any]

A_NAME = re.compile(r"[-_a-z0-9]{1,32}")
MOST_OPTIONS = 25
MOST_LETTERS = 8_000


def everything(commands: list[Json]) -> Iterator[Json]:
    for each in commands:
        yield each
        yield from everything(each.get("options", []))


def letters(command: Json) -> int:
    """As Discord counts them: names, descriptions and values of everything in it."""
    choices = [choice for each in everything([command]) for choice in each.get("choices", [])]
    said = [each[part] for each in everything([command]) for part in ("name", "description")]
    return sum(map(len, [*said, *(choice[part] for choice in choices for part in ("name", "value"))]))


def chat_commands() -> list[Json]:
    return [each for each in offered() if each["type"] == 1]


# ------------------------------------------------------------------------------------------------------- within limits


def test_discord_itself_describes_commands_as_they_are_sent() -> None:
    with gzip.open(shared("specs/discord-openapi.json.gz")) as file:
        described = json.load(file)
    wanted = {"$ref": "#/components/schemas/ApplicationCommandUpdateRequest"}
    check = Draft202012Validator({"type": "array", "items": wanted, "components": described["components"]})
    assert [error.message for error in check.iter_errors(offered())] == []


def test_no_level_of_a_command_has_more_than_twenty_five_parts() -> None:
    assert max(len(each.get("options", [])) for each in everything(offered())) <= MOST_OPTIONS


def test_no_option_has_more_than_twenty_five_choices() -> None:
    assert max(len(each.get("choices", [])) for each in everything(offered())) <= MOST_OPTIONS


@pytest.mark.parametrize("command", chat_commands(), ids=lambda each: str(each["name"]))
def test_no_command_is_longer_than_discord_lets_it_be(command: Json) -> None:
    assert letters(command) <= MOST_LETTERS


def test_names_are_such_as_discord_takes_and_descriptions_are_whole_and_short() -> None:
    for each in everything(chat_commands()):
        assert A_NAME.fullmatch(each["name"]), each["name"]
        assert 0 < len(each["description"]) <= 100, each["name"]


def test_no_two_parts_of_a_level_have_the_same_name() -> None:
    for each in everything(offered()):
        names = [part["name"] for part in each.get("options", [])]
        assert len(names) == len(set(names)), each["name"]


def test_required_options_stand_before_the_others() -> None:
    for each in everything(offered()):
        needed = [bool(part.get("required")) for part in each.get("options", [])]
        assert needed == sorted(needed, reverse=True), each["name"]


def test_an_option_offers_choices_or_suggestions_and_never_both() -> None:
    assert not [each["name"] for each in everything(offered()) if each.get("choices") and each.get("autocomplete")]


# ------------------------------------------------------------------------------------------------------ what is there


def test_every_verb_of_the_catalogue_is_offered_once_and_is_understood_again() -> None:
    found = [each.verb.name for admins in (False, True) for each in spellings(for_admins=admins) if not each.is_own]
    assert sorted(found) == sorted(verb.name for verb in VERBS if verb.name != "me")
    for name, admins in ((NAME, False), (ADMIN_NAME, True)):
        for each in spellings(for_admins=admins):
            assert spelling_of(name, each.words) == each


def test_what_is_for_admins_is_a_command_of_its_own_that_others_do_not_see() -> None:
    everybodys, admins = chat_commands()
    assert everybodys["name"] == "pln"
    assert "default_member_permissions" not in everybodys
    assert (admins["name"], admins["default_member_permissions"]) == ("pln-admin", 32)


def test_people_may_take_the_commands_along_and_admins_need_their_server() -> None:
    where = {each["name"]: (each["integration_types"], each["contexts"]) for each in offered()}
    assert where == {
        "pln": ([0, 1], [0, 1, 2]),
        "pln-admin": ([0], [0]),
        "Save to library": ([0, 1], [0, 1, 2]),
    }


def test_options_are_typed() -> None:
    options = {
        (*path, each["name"]): each
        for command in chat_commands()
        for part in command["options"]
        for path, each in _options(part, (command["name"],))
    }
    assert options["pln", "save", "what"] | {"description": ""} == {
        "type": 3,
        "name": "what",
        "description": "",
        "required": True,
    }
    number = options["pln", "change", "size", "posts"]
    assert (number["type"], number["min_value"], number["max_value"]) == (4, 1, 10)
    assert options["pln", "follow", "topics"]["autocomplete"]
    assert {"name": "Now", "value": "now"}.keys() == options["pln", "digest", "what"]["choices"][0].keys()


def _options(part: Json, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Json]]:
    for each in part.get("options", []):
        if each["type"] in (1, 2):
            yield from _options(each, (*path, part["name"]))
        else:
            yield (*path, part["name"]), each


# ------------------------------------------------------------------------------------------------ as they are spelled


@pytest.mark.parametrize(
    ("engine", "discord"),
    [
        ("Say /pln help.", "Say /pln help."),
        ("/pln schedule 07:45 mon-fri", "/pln change schedule 07:45 mon-fri"),
        ("/pln size 5.", "/pln change size 5."),
        ("See /pln budget, then /pln limit topics 20.", "See /pln-admin budget, then /pln-admin limit topics 20."),
        ("/pln me schedule 07:45", "/pln me schedule 07:45"),
        (
            "Type /pln, or find things with /pln find fractions.",
            "Type /pln home, or find things with /pln find fractions.",
        ),
        ("Type /pln to begin.", "Type /pln home to begin."),
        ("/pln", "/pln home"),
        ("/pln forget-me", "/pln about-me forget-me"),
        ("/pln change schedule 07:45", "/pln change schedule 07:45"),
        ("/pln-admin budget", "/pln-admin budget"),
        ("Say /pln\N{NO-BREAK SPACE}size 5.", "Say /pln\N{NO-BREAK SPACE}change\N{NO-BREAK SPACE}size 5."),
        ("https://school.example/pln/size", "https://school.example/pln/size"),
        ("/plnx size and x/pln size", "/plnx size and x/pln size"),
        ("/pln sizeable", "/pln home sizeable"),
        ("no command", "no command"),
    ],
)
def test_the_engines_commands_are_spelled_as_discord_offers_them(engine: str, discord: str) -> None:
    assert spelled(engine) == discord


def test_every_example_of_the_catalogue_is_spelled_as_something_that_is_offered() -> None:
    for verb in VERBS:
        command, *words = spelled(f"/pln {verb.example}").split()
        path = tuple(words)
        assert any(spelling_of(command.removeprefix("/"), path[:length]) for length in (1, 2)), verb.name


def test_spelling_takes_no_longer_for_a_hostile_text() -> None:
    assert spelled("/pln " * 20_000).count("/pln home") == 20_000
