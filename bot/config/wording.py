"""A validator's verdict in plain words. The value of a key that holds a secret is never repeated."""

import re
from collections.abc import Mapping, Sequence
from tomllib import TOMLDecodeError
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.config.fields import field_at, is_secret, model_at
from bot.domain.suggest import nearest

LONGEST_ECHO = 60

_CREDENTIALS = re.compile(r"://.*@")

_BY_KIND = {
    "missing": "this is needed and not set.",
    "int": "{given} is not a whole number.",
    "float": "{given} is not a number.",
    "decimal": "{given} is not a number.",
    "bool": "{given} is neither true nor false.",
    "string": "{given} is not text. Put text in quotation marks.",
    "list": '{given} is not a list. Write one such as ["this", "that"].',
    "time": '{given} is not a time. Write hours and minutes of a 24-hour clock, such as "07:30".',
    "frozen_set": "{given} is not a list.",
    "dict": '{given} is not a table. Write one such as {{key = "value"}}.',
    "model": '{given} is not a table. Write one such as {{key = "value"}}.',
    "url": "{given} is not a web address.",
    "finite_number": "{given} is not a number that can be counted with.",
}
_LIMITS = {
    "greater_than_equal": ("ge", "{given} is too small. It has to be {limit} or more."),
    "greater_than": ("gt", "{given} is too small. It has to be more than {limit}."),
    "less_than_equal": ("le", "{given} is too large. It can be {limit} at most."),
    "less_than": ("lt", "{given} is too large. It has to be less than {limit}."),
}


def in_words(error: ErrorDetails, model: type[BaseModel], keys: Sequence[str]) -> str:
    """One sentence or two: what is wrong, what is allowed, and what was probably meant."""
    kind, context = error["type"], error.get("ctx", {})
    field = field_at(model, keys)
    secret = field is not None and is_secret(field)
    given = "what stands there" if secret else _shown(error["input"])
    if kind == "extra_forbidden":
        return _unknown_key(keys[-1], model_at(model, keys[:-1]))
    if kind == "missing" and field is not None and field.description:
        return f"this is needed and not set. {field.description}"
    if kind == "value_error":
        return _sentence(str(context["error"]), given, secret=secret)
    if kind in {"literal_error", "enum"}:
        return _not_one_of(str(context["expected"]), error["input"], given, secret=secret)
    if kind in _LIMITS:
        limit, sentence = _LIMITS[kind]
        return sentence.format(given=given, limit=f"{context[limit]:g}")
    return _by_kind(kind, context, given)


def _by_kind(kind: str, context: Mapping[str, Any], given: str) -> str:
    if kind in {"string_too_short", "too_short"}:
        return (
            "this cannot be empty." if context["min_length"] == 1 else f"at least {context['min_length']} are needed."
        )
    if kind in {"string_too_long", "too_long"}:
        return f"this is too long. {context['max_length']} are the most."
    families = (family for family in sorted(_BY_KIND, key=len, reverse=True) if kind.startswith(family))
    sentence = _BY_KIND.get(next(families, ""), "{given} cannot be used here.")
    sentence = sentence.format(given=given)
    return sentence[0].upper() + sentence[1:] if given in sentence and given[0] != "“" else sentence


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "what stands there"
    text = str(value).lower() if isinstance(value, bool) else _CREDENTIALS.sub("://…@", str(value))
    return f"“{text[:LONGEST_ECHO]}{'…' if len(text) > LONGEST_ECHO else ''}”"


def _sentence(reason: str, given: str, *, secret: bool) -> str:
    """A validator's own words; the value stands before them unless they name it already or it is a secret."""
    ended = reason if reason.endswith((".", "?", "!")) else f"{reason}."
    return ended if secret or given in ended else f"{given} cannot be used: {ended}"


def _not_one_of(expected: str, value: object, given: str, *, secret: bool) -> str:
    allowed = re.findall(r"'([^']*)'", expected)
    meant = "" if secret else nearest(str(value), allowed)
    return f"{given} is not one of {', '.join(allowed)}.{meant}"


def _unknown_key(key: str, model: type[BaseModel]) -> str:
    allowed = list(model.model_fields)
    if not allowed:
        return "there are no settings in this section."
    return f"there is no such setting. Allowed here: {', '.join(allowed)}.{nearest(key, allowed)}"


# ---------------------------------------------------------------------------------------------------------------- TOML

_POSITION = re.compile(r"\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)")
_UNQUOTED = re.compile(r"\s*[\w.-]+\s*=\s*[^\s\"'\[{#]*[A-Za-z:/@#][^\"']*$")
_BACKSLASH = "a backslash in \"…\" begins a special character. Write it twice, or put the text between '…'."
_IN_PLAIN_WORDS = {
    "Cannot declare": "this section, or part of it, stands in the file twice.",
    "Cannot overwrite": "this key, or part of it, stands in its section twice.",
    "Duplicate inline table key": "this key stands in its table twice.",
    "Cannot mutate": "this table was closed before and cannot be added to.",
    "Cannot redefine": "this table was closed before and cannot be added to.",
    "Unclosed array": "a list is not closed. A ] or a comma is missing.",
    "Unclosed inline table": "a table is not closed. A } or a comma is missing.",
    "Unterminated string": "a text is not closed. A quotation mark is missing.",
    "Expected '='": "after the name of a setting an = is needed.",
    "Expected ']'": "the name of a section stands in brackets, such as [budget]. A ] is missing.",
    "Expected ']]'": "the name of a list of sections stands in two brackets, such as [[channels]]. A ]] is missing.",
    "Expected newline": "something stands after the value that does not belong there. Text needs quotation marks.",
    "Expected": "a text is not closed. A quotation mark is missing.",
    "Invalid value": "a value is missing, or it is text without quotation marks.",
    "Invalid date": "this date or time does not exist.",
    "Invalid hex": _BACKSLASH,
    "Escaped character": _BACKSLASH,
    "Unescaped": _BACKSLASH,
    "Illegal character": "a quotation mark is missing before this, or a character stands here that cannot be seen.",
}


def syntax_in_words(error: TOMLDecodeError, text: str) -> tuple[str, str]:
    """Where the file cannot be read, and why; the line itself is not repeated, for it may hold a secret."""
    position = _POSITION.search(str(error))
    line = int(position["line"]) if position and position["line"] else None
    where = f"line {line}, column {position['column']}" if position and line else "at its end"
    verdict = str(error).replace('"', "'")
    starts = sorted((start for start in _IN_PLAIN_WORDS if verdict.startswith(start)), key=len)
    reason = _IN_PLAIN_WORDS[starts[-1]] if starts else "this is not how a setting is written."
    lines = text.splitlines()
    if line and line <= len(lines) and _UNQUOTED.match(lines[line - 1]):
        reason = 'text stands in quotation marks, such as zone = "Europe/London".'
    return where, reason
