"""The files that the answers make."""

import json
from collections.abc import Mapping, Sequence

from bot.cli.init.answers import Answers, Place
from bot.config import Budget

WARNING = """\
# Secrets of Staffroom, written by `staffroom init`. Only the one who runs Staffroom may read this file. Put it into no
# repository, and into no backup that others can read."""


def config_text(answers: Answers, secrets_name: str) -> str:
    parts = [
        "# Written by `staffroom init`. Every setting there is stands, explained, in config.example.toml.",
        _staffroom(answers, secrets_name if answers.secrets else ""),
        *([_school(answers.holidays)] if answers.holidays else []),
        _budget(Budget()),
        *(_section(name, table) for name, table in answers.settings.items() if table),
        *(_channel(answers, place) for place in answers.places),
    ]
    return "\n\n".join(parts) + "\n"


def secrets_text(answers: Answers) -> str:
    """Empty where there are none."""
    if not answers.secrets:
        return ""
    return "\n\n".join([WARNING, *(_section(name, table) for name, table in answers.secrets.items())]) + "\n"


def _staffroom(answers: Answers, secrets_name: str) -> str:
    where = f"platform = {_text(answers.chat)}, channel = {_text(answers.admin.channel)}"
    if answers.admin.workspace:
        where += f", workspace = {_text(answers.admin.workspace)}"
    lines = [
        "[staffroom]",
        f"zone = {_text(answers.zone)}",
        "# Where Staffroom reports what a person has to look after.",
    ]
    lines.append(f"admin = {{{where}}}")
    if secrets_name:
        lines += ["# The tokens are in this file beside this one.", f"secrets = {_text(secrets_name)}"]
    return "\n".join(lines)


def _school(holidays: str) -> str:
    lines = ["[school]", "# There is no digest on these public holidays.", f"holidays = {_list([holidays])}"]
    return "\n".join(lines)


def _budget(budget: Budget) -> str:
    lines = [
        "[budget]",
        "# Reading stops before either limit would be passed, in US dollars.",
        f"daily_usd = {budget.daily_usd}",
        f"monthly_usd = {budget.monthly_usd}",
    ]
    return "\n".join(lines)


def _section(name: str, table: Mapping[str, str]) -> str:
    return "\n".join([f"[{name}]", *(f"{key} = {_text(value)}" for key, value in table.items())])


def _channel(answers: Answers, place: Place) -> str:
    lines = ["[[channels]]", f"platform = {_text(answers.chat)}", f"channel = {_text(place.channel)}"]
    if place.workspace:
        lines.append(f"workspace = {_text(place.workspace)}")
    lines.append(f"name = {_text(place.name)}")
    lines.append(f"topics = {_list(answers.topics)}")
    if answers.later:
        lines += ["# These are posts to try with. When you change the source, follow what suits your school:"]
        lines.append(f"# topics = {_list(answers.later)}")
    lines.append(f"sources = {_list([answers.source])}")
    return "\n".join(lines)


def _text(value: str) -> str:
    """JSON strings are TOML strings, but for one sign that nobody types."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"
