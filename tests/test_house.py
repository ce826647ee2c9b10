"""The house itself: its rule, its locks, its documents."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import COMMANDS
from bot.config import ChannelSection, read_config
from bot.config.fields import keys_of
from bot.config.sections import CORE
from bot.errors import ConfigMistakes
from bot.plugins import ChatPlugin, Section, SourcePlugin

HOUSE = Path(__file__).parent.parent
EXAMPLE = (HOUSE / "config.example.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
ENTRY_POINTS: Mapping[str, Mapping[str, str]] = PROJECT["entry-points"]


def built_in(group: str) -> dict[str, Any]:
    return {name: EntryPoint(name, at, group).load() for name, at in ENTRY_POINTS[group].items()}


def sections(group: str) -> dict[str, type[Section]]:
    return {name: plugin.section for name, plugin in built_in(group).items()}


# ------------------------------------------------------------------------------------------------------------- the rule


def test_the_import_contracts_hold() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")

    found = subprocess.run([lint_imports], cwd=HOUSE, capture_output=True, text=True, check=False)  # noqa: S603

    assert found.returncode == 0, found.stdout + found.stderr


def test_every_plug_in_of_ours_loads_under_its_name() -> None:
    for name, plugin in built_in("staffroom.chats").items():
        assert isinstance(plugin, ChatPlugin)
        assert plugin.name == name
    for name, plugin in built_in("staffroom.sources").items():
        assert isinstance(plugin, SourcePlugin)
        assert plugin.name == name


@pytest.mark.parametrize("group", sorted(ENTRY_POINTS))
def test_every_plug_in_of_ours_is_found_once_installed(group: str) -> None:
    assert set(ENTRY_POINTS[group]) <= {each.name for each in entry_points(group=group)}


def test_the_command_loads() -> None:
    (command,) = PROJECT["scripts"].values()

    assert callable(EntryPoint("staffroom", command, "console_scripts").load())


def test_every_command_stands_where_it_is_looked_for() -> None:
    for module, act in COMMANDS.values():
        assert callable(getattr(import_module(f"bot.cli.{module}"), act))


def test_help_loads_neither_a_command_nor_the_configuration() -> None:
    look = "import sys, bot.__main__; print(*sorted(each for each in sys.modules if each.startswith('bot.')))"

    found = subprocess.run([sys.executable, "-c", look], cwd=HOUSE, capture_output=True, text=True, check=True)  # noqa: S603

    assert found.stdout.split() == ["bot.__main__", "bot.cli", "bot.cli.parser", "bot.cli.plugged", "bot.errors"]


def test_plug_ins_import_no_vendor_before_they_are_opened() -> None:
    load = "; ".join(f"import {at.partition(':')[0]}" for group in ENTRY_POINTS.values() for at in group.values())
    vendors = {"tweepy", "aiohttp", "sqlalchemy", "apscheduler", "jinja2", "slack_sdk", "slack_bolt", "discord"}
    look = f"import sys; print(*sorted({vendors} & set(sys.modules)))"

    found = subprocess.run(  # noqa: S603
        [sys.executable, "-c", f"{load}; {look}"], cwd=HOUSE, capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == ""


# ------------------------------------------------------------------------------------------------------------ the locks


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_path(lock: str) -> None:
    text = (HOUSE / lock).read_text(encoding="utf-8")

    assert "://" not in text
    assert not re.search(r"^\s*(--(?!hash=)|-\w|/|\.)", text, re.MULTILINE)
    assert "#" not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_locked_has_one_version_and_hashes(lock: str) -> None:
    text = (HOUSE / lock).read_text(encoding="utf-8").replace("\\\n", " ")

    for line in text.splitlines():
        assert re.match(r"[\w.-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}", line)


def test_tests_run_with_what_runs() -> None:
    runs, tests = (set(re.findall(r"^[\w.-]+==\S+", (HOUSE / lock).read_text(), re.MULTILINE)) for lock in LOCKS)

    assert runs < tests


def test_every_dependency_is_locked() -> None:
    locked = set(re.findall(r"^([\w.-]+)==", (HOUSE / "requirements.lock").read_text(), re.MULTILINE))
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgresql"], "hatchling"]

    assert {re.split(r"[\[><=]", each)[0].replace(".", "-") for each in wanted} <= locked


def test_no_lock_of_another_kind_is_kept() -> None:
    assert "uv.lock" in (HOUSE / ".gitignore").read_text(encoding="utf-8").splitlines()


# ---------------------------------------------------------------------------------------------------------- the example


def settings() -> list[tuple[str, str]]:
    models: dict[str, type[Section]] = {**CORE, "channels": ChannelSection}
    models |= sections("staffroom.chats") | sections("staffroom.sources")
    return [(section, key) for section, model in models.items() for key in model.model_fields]


def part_of_example(section: str) -> str:
    parts = re.split(r"^\[+(\w+)\]+$", EXAMPLE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[section]


@pytest.mark.parametrize(("section", "key"), settings())
def test_every_setting_stands_in_the_example_below_a_comment(section: str, key: str) -> None:
    assert re.search(rf"^# [^\n]+\n(# )?{key} = ", part_of_example(section), re.MULTILINE)


@pytest.mark.parametrize(("section", "key"), settings())
def test_the_example_shows_each_default(section: str, key: str) -> None:
    table = tomllib.loads(EXAMPLE)[section]
    if section == "channels" or key not in table:
        return  # channels show a channel, and what is commented out has no default

    model = {**CORE, **sections("staffroom.chats"), **sections("staffroom.sources")}[section]

    assert getattr(model.model_validate({key: table[key]}), key) == getattr(model(), key)


def test_the_example_is_a_configuration_without_mistakes() -> None:
    config = read_config(
        EXAMPLE,
        "config.example.toml",
        {},
        str,
        chats=sections("staffroom.chats"),
        sources=sections("staffroom.sources"),
    )

    assert config.in_use == {"web", "x", "sample"}, "an example that is copied as it is asks nothing of Slack"
    (channel,) = config.channels
    assert channel.sources == ("sample",)
    assert len(channel.topics) == 3


def test_a_chat_that_is_begun_without_a_channel_says_what_it_lacks() -> None:
    begun = '[slack]\nbot_token = "xoxb-1"'
    with pytest.raises(ConfigMistakes, match="lacks app_token"):
        read_config(begun, "config.toml", {}, str, chats=sections("staffroom.chats"), sources={})


def test_what_is_commented_out_would_be_right_too() -> None:
    everything = re.sub(r"^# (\w+ = (?![^\n]*…))", r"\1", EXAMPLE, flags=re.MULTILINE)

    config = read_config(
        everything, "example", {}, str, chats=sections("staffroom.chats"), sources=sections("staffroom.sources")
    )

    assert config.admin
    assert config.channels[0].schedule.zone == "Europe/London"


def test_no_key_could_be_mistaken_for_the_file_of_another() -> None:
    keys = {key[-1] for model in CORE.values() for key in keys_of(model)}

    assert not [key for key in keys if key.endswith("_file")]


# -------------------------------------------------------------------------------------------------------- the documents


@pytest.mark.parametrize("mark", ["start", "tests"])
def test_the_readmes_commands_are_one_line_each(mark: str) -> None:
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")

    marked = re.search(rf"<!-- {mark} -->\n+```sh\n(?P<command>[^\n]+)\n```\n+<!-- /{mark} -->", readme)

    assert marked
    assert marked["command"].startswith("python3 -m venv .venv && ")
    assert "--require-hashes" in marked["command"]


def test_the_changelog_knows_this_version() -> None:
    changelog = (HOUSE / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(\S+)\]", changelog, re.MULTILINE)

    assert version("staffroom") == PROJECT["version"]
    assert headings[0] == PROJECT["version"] or f"becomes {PROJECT['version']}" in changelog


def test_every_document_is_where_the_others_say() -> None:
    for name in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]:
        text = (HOUSE / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", text):
            assert (HOUSE / target).exists(), f"{name} points to {target}"


def test_ci_can_be_run() -> None:
    assert os.access(HOUSE / ".ci" / "run", os.X_OK)
