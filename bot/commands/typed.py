"""What platforms and keyboards make of what people type, made plain again."""

import re

from bot.domain.topic import STRAIGHT

_CHANNEL = re.compile(r"<#\w+\|([^<>|]+)>")
_PERSON = re.compile(r"<@\w+\|([^<>|]+)>")
_ADDRESS = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>")


def typed(text: str) -> str:
    """One line, single spaces, straight quotation marks, and `#name`, `@name` and addresses as people wrote them."""
    return " ".join(_as_typed(text).translate(STRAIGHT).split())


def in_lines(text: str, words: str) -> str:
    """The end of the text that has these words of `typed`, in its lines and with its own quotation marks."""
    text = _as_typed(text)
    before = len(text.split()) - len(words.split())
    return text.split(maxsplit=before)[before] if words else ""


def _as_typed(text: str) -> str:
    return _ADDRESS.sub(r"\1", _PERSON.sub(r"@\1", _CHANNEL.sub(r"#\1", text)))
