"""Takes secrets out of log lines: by their shape, by the name of what holds them, and by their value."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from structlog.typing import EventDict, WrappedLogger

HIDDEN = "[hidden]"
SHORTEST_SECRET = 4
"""A shorter value would hide half of every line; nobody should have such a secret."""

_SHAPES = [
    (re.compile(r"\b(?:xox[a-z]|xapp)-[\w-]+", re.IGNORECASE), HIDDEN),
    (re.compile(r"\b(Bearer|Basic|Bot)(\s+)[\w%+/=.~-]{8,}", re.IGNORECASE), rf"\1\2{HIDDEN}"),
    (re.compile(r"\bAAAA[\w%+/=-]{16,}"), HIDDEN),
    (re.compile(r"(\w[\w+.-]*://[^\s:/@]*):[^\s/@]+@"), rf"\1:{HIDDEN}@"),
    (re.compile(r"https?://[^\s\"'<>]*(?:hooks\.|/webhooks?/)[^\s\"'<>]*", re.IGNORECASE), HIDDEN),
    (
        re.compile(
            r"([?&;](?:\w*(?:token|secret|password|signature)|key|code|sig|ticket)=)[^\s&\"'<>]+", re.IGNORECASE
        ),
        rf"\1{HIDDEN}",
    ),
]
_TELLING_NAMES = re.compile(r"token|secret|password|passwd|authorization|cookie|api_?key", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Redactor:
    """A structlog processor, to stand just before the one that writes the line.

    It also makes control characters visible, so that hostile text can neither colour a terminal nor forge a line.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._values: list[str] = []
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """From now on these values are taken out too, as they are and as they look inside a web address."""
        spellings = {spelling for secret in secrets for spelling in (secret, quote(secret, safe=""))}
        known = {*self._values, *(each for each in spellings if len(each) >= SHORTEST_SECRET)}
        self._values = sorted(known, key=len, reverse=True)

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: self._clean(value, key) for key, value in event.items()}

    def text(self, text: str) -> str:
        """The text without any secret."""
        for value in self._values:
            text = text.replace(value, HIDDEN)
        for shape, instead in _SHAPES:
            text = shape.sub(instead, text)
        return text

    def _clean(self, value: object, name: str) -> Any:  # noqa: ANN401 - whatever may stand in a log line
        if value is None or isinstance(value, bool | int | float):
            return value
        if _TELLING_NAMES.search(name):
            return HIDDEN
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._clean(each, str(key)) for key, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(each, name) for each in value]
        written = value.isoformat() if isinstance(value, datetime) else str(value)
        return _visible(self.text(written), several_lines=name in {"exception", "stack"})


def _visible(text: str, *, several_lines: bool) -> str:
    kept = text if several_lines else text.replace("\n", "\\n")
    return _UNSEEN.sub(lambda unseen: f"\\x{ord(unseen[0]):02x}", kept)
