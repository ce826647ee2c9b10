"""How much fits into what Slack shows, and cutting where it does not.

Slack counts in ways it does not say, so a character beyond the basic plane counts as two here.
"""

from collections.abc import Iterator
from typing import Any

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ALL_STRINGS = 12_000
"""Of one message. Slack refuses from about 13,200 on and does not say what counts: texts, addresses, values do here."""
TEXT = 3_000
HEADER = 150
FALLBACK = 3_900
ADDRESS = 2_000
ELEMENTS = 25
SMALL_ELEMENTS = 10
LABEL = 75
MENU_OPTIONS = 5
MENU_VALUE = 75

VIEW_TITLE = 24
FIELD_LABEL = 2_000
CHOICES = 100
CHOICE_GROUPS = 100
CHOICE_VALUE = 75
TICKS = 10
METADATA = 3_000

ELLIPSIS = "…"


def length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def cut(text: str, most: int) -> str:
    """The text cut at a word, with an ellipsis, so that it is no longer than `most`."""
    if length(text) <= most:
        return text
    head = _head(text, most - 1)
    at = max(head.rfind(" "), head.rfind("\n"))
    return (head[:at] if at > len(head) // 2 else head).rstrip() + ELLIPSIS


def _head(text: str, most: int) -> str:
    head = text[: max(most, 0)]
    while (beyond := length(head) - most) > 0:
        head = head[: len(head) - (beyond + 1) // 2]
    return head


def weight(blocks: object) -> int:
    """How much of ALL_STRINGS these blocks take."""
    return sum(length(text) for text in _strings(blocks))


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            inner: dict[str, Any] = value
            for key, each in inner.items():
                if key != "type":
                    yield from _strings(each)
        case list() | tuple():
            for each in value:
                yield from _strings(each)
