"""Secrets in a file of their own: `[staffroom] secrets` names it, and it has the same sections as the configuration."""

import tomllib
from pathlib import PurePath
from typing import Any

from bot.config.environment import ReadFile
from bot.config.places import Findings
from bot.config.wording import syntax_in_words

SETTING = ("staffroom", "secrets")


def file_beside(origin: str, name: str) -> str:
    """A file that the configuration names is looked for in the configuration's own folder."""
    return str(PurePath(origin).parent / name)


def lay_secrets(tree: dict[str, Any], origin: str, read_file: ReadFile, findings: Findings) -> None:
    """Adds what the file of secrets says. The environment overrules it; what stands in both files is a mistake."""
    name = _named(tree)
    if not name:
        return
    place = findings.place(SETTING[0], SETTING[1:])
    try:
        text = read_file(file_beside(origin, name))
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no text"
        findings.add(place, f"this file cannot be read: {reason[0].lower()}{reason[1:]}.")
        return
    for section, table in _parsed(text, name, findings).items():
        if section == "channels" or not isinstance(table, dict):
            findings.add(f"{name}, {section}", "only settings inside a section can be here, such as those of [x].")
        else:
            _lay(tree, section, table, name, findings)


def _named(tree: dict[str, Any]) -> str:
    staffroom = tree.get("staffroom")
    name = staffroom.get("secrets") if isinstance(staffroom, dict) else None
    return name if isinstance(name, str) else ""


def _parsed(text: str, name: str, findings: Findings) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        where, reason = syntax_in_words(error, text)
        findings.add(f"{name}, {where}", reason)
        return {}


def _lay(tree: dict[str, Any], section: str, secrets: dict[str, Any], name: str, findings: Findings) -> None:
    table = tree.setdefault(section, {})
    if not isinstance(table, dict):
        return  # reported where it is read
    for key, value in secrets.items():
        if (section, key) in findings.variables:
            continue
        if key in table:
            findings.add(f"[{section}] {key}", f"this stands in {name} too. Keep one of the two.")
        else:
            table[key] = value
