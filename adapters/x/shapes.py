"""Reading JSON that may have any shape: what is not as expected counts as absent, and nothing raises."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Json = Mapping[str, Any]

NONE_OF_IT: Json = {}

_ESCAPED = re.compile(r"&(amp|lt|gt|quot|#39);")
_UNESCAPED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#39": "'"}


def json_object(body: str | bytes) -> Json:
    """The object that a body holds; an empty one for a page of HTML, an empty body, or anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return NONE_OF_IT
    return found if isinstance(found, dict) else NONE_OF_IT


def first_of(value: Json, *names: str) -> Any:  # noqa: ANN401 - JSON is anything
    """What stands under the first of the names that is there: X spells many things in two ways."""
    for name in names:
        if (found := value.get(name)) is not None:
            return found
    return None


def object_at(value: Json, *names: str) -> Json:
    found = first_of(value, *names)
    return found if isinstance(found, dict) else NONE_OF_IT


def objects_at(value: Json, *names: str) -> list[Json]:
    """The objects of a list; a single object counts as a list of one."""
    found = first_of(value, *names)
    if isinstance(found, dict):
        return [found]
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def text_at(value: Json, *names: str) -> str:
    """A string, or the digits of an id that came as a number."""
    found = first_of(value, *names)
    if isinstance(found, str):
        return _storable(found)
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""


def _storable(text: str) -> str:
    """Without what no database keeps: half of a surrogate pair, or a zero character."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "�")


def texts_at(value: Json, *names: str) -> list[str]:
    found = first_of(value, *names)
    return [_storable(each) for each in found if isinstance(each, str) and each] if isinstance(found, list) else []


def count_at(value: Json, *names: str) -> int:
    found = first_of(value, *names)
    return max(found, 0) if isinstance(found, int) and not isinstance(found, bool) else 0


def time_at(value: Json, *names: str) -> datetime | None:
    """An ISO time as aware UTC; one without a zone is taken as UTC."""
    try:
        found = datetime.fromisoformat(text_at(value, *names))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def unescaped(text: str) -> str:
    """The text without X's HTML escapes, taken off once: `&amp;lt;` is what somebody wrote as `&lt;`."""
    return _ESCAPED.sub(lambda match: _UNESCAPED[match[1]], text)


def last_segment(problem: Json) -> str:
    """Which problem it is: the host in front of it changed over the years."""
    return text_at(problem, "type").rstrip("/").rpartition("/")[2]
