"""How much fits into what Slack shows. How it counts it does not say: as `bot.domain.harmless.length` does, at most."""

from collections.abc import Iterator
from typing import Any

from bot.domain.harmless import length

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
