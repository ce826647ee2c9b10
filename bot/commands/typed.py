"""What platforms and keyboards make of what people type, made plain again."""

import re

from bot.domain.topic import STRAIGHT

_CHANNEL = re.compile(r"<#\w+\|([^<>|]+)>")
_PERSON = re.compile(r"<@\w+\|([^<>|]+)>")
_ADDRESS = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>")


def typed(text: str) -> str:
    """One line, single spaces, straight quotation marks, and `#name`, `@name` and addresses as people wrote them."""
    text = _ADDRESS.sub(r"\1", _PERSON.sub(r"@\1", _CHANNEL.sub(r"#\1", text)))
    return " ".join(text.translate(STRAIGHT).split())
