"""Slack's own messages: how one is spoken of, what it says, and where it leads."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

MOST_LINKS = 20
BEGINNING = 300
_LINK = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>")
_MARKUP = re.compile(
    r"<(?:(?P<sign>[@#!])(?P<name>[\w^-]+)|(?P<address>(?:https?://|mailto:|tel:)[^<>|\s]+))(?:\|(?P<label>[^<>]*))?>"
)

Message = Mapping[str, Any]


def reference(channel: str, ts: str) -> str:
    """In a channel the time is enough. A conversation with one person is named as well: the engine knows it by the
    person."""
    return f"{channel}:{ts}" if channel.startswith("D") else ts


def place_of(channel: str, message: str) -> tuple[str, str]:
    """The conversation and time that a reference means."""
    conversation, _, ts = message.rpartition(":")
    return conversation or channel, ts


def moment_of(ts: object) -> datetime | None:
    """Slack's times are seconds with six digits after the point; the last of them only tell messages apart."""
    if not isinstance(ts, str) or not re.fullmatch(r"\d{1,11}(\.\d{1,6})?", ts):
        return None
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micros.ljust(6, "0")))


def links_of(message: Message) -> tuple[str, ...]:
    """The web addresses in it, each once, in the order people see them."""
    return tuple(dict.fromkeys(_all_links(message)))[:MOST_LINKS]


def beginning_of(message: Message) -> str:
    return plain(str(message.get("text") or ""))[:BEGINNING]


def plain(text: str) -> str:
    """As it was typed, for what Slack wrote with angle brackets and entities."""
    return unescape(_MARKUP.sub(_as_typed, text))


def _as_typed(found: re.Match[str]) -> str:
    if found["address"]:
        return found["address"]
    sign = "#" if found["sign"] == "#" else "@"
    return sign + (found["label"] or found["name"])


def _all_links(message: Message) -> Iterator[str]:
    yield from (unescape(each) for each in _LINK.findall(str(message.get("text") or "")))
    yield from _links_inside(message.get("blocks"))
    yield from _links_inside(message.get("attachments"))


def _links_inside(parts: object) -> Iterator[str]:
    """Of rich text and of previews, however deep they are."""
    waiting = [parts]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(reversed(part))
        elif isinstance(part, dict):
            for name in ("url", "from_url", "original_url", "title_link"):
                address = part.get(name)
                if isinstance(address, str) and address.startswith(("https://", "http://")) and _leads(part, name):
                    yield address
            waiting.extend(reversed([each for each in part.values() if isinstance(each, list | dict)]))


def _leads(part: Mapping[str, Any], name: str) -> bool:
    """A button's address is not what somebody wrote."""
    return name != "url" or part.get("type") == "link"
