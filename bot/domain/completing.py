"""Completing: what somebody who has typed so much may want to type."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.topic import STRAIGHT, folded, plain

MOST = 25
LONGEST = 100
"""Letters of what can be proposed."""
ENOUGH_TO_GUESS = 3
"""Letters; fewer are near to everything."""
NEAR = 0.6

_PARTS = re.compile(r'"[^"]*"|[^\s,]+')


@dataclass(frozen=True, slots=True)
class Known:
    """Something that can be typed, what people call it where that is something else, and a further word for it that is
    not shown."""

    value: str
    name: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """The whole text as it would then be, and the same with what people call the last part of it."""

    text: str
    label: str


def by_words(text: str) -> int:
    """Where the last part begins: parts stand apart by spaces and commas, and quotation marks hold one together."""
    if text.count('"') % 2:
        return text.rindex('"')
    return max(text.rfind(" "), text.rfind(",")) + 1


def by_commas(text: str) -> int:
    """Where the last part begins, apart by commas."""
    after = text.rfind(",") + 1
    return after + len(text[after:]) - len(text[after:].lstrip())


def as_one(_: str) -> int:
    """All of it is one part."""
    return 0


def completions(text: str, known: Iterable[Known], last_part: Callable[[str], int] = as_one) -> list[Completion]:
    """The likeliest first: what is the last part of the text, then what begins like it, then where a word of it does,
    then what has it somewhere; where there is nothing of all that, what is near. What stands before the last part is
    kept, and not proposed again."""
    text = plain(text.translate(STRAIGHT)).lstrip()
    start = last_part(text)
    before, last = text[:start], text[start:]
    said = {_key(part) for part in (_PARTS.findall(before) if last_part is by_words else before.split(","))}
    fitting = [each for each in known if len(before) + len(each.value) <= LONGEST and each.value.strip()]
    found = _likeliest(_key(last), [each for each in fitting if _key(each.value) not in said])
    return [Completion(before + each.value, _label(before, each)) for each in found[:MOST]]


def last_of(text: str, last_part: Callable[[str], int]) -> str:
    """The part that is being typed."""
    text = plain(text.translate(STRAIGHT)).lstrip()
    return text[last_part(text) :]


def _likeliest(sought: str, known: Sequence[Known]) -> list[Known]:
    if not sought:
        return list(known)
    exact: list[Known] = []
    begins: list[Known] = []
    has_word: list[Known] = []
    has: list[Known] = []
    for each in known:
        keys = _keys(each)
        if sought in keys:
            exact.append(each)
        elif any(key.startswith(sought) for key in keys):
            begins.append(each)
        elif any(f" {sought}" in key for key in keys):
            has_word.append(each)
        elif any(sought in key for key in keys):
            has.append(each)
    return [*exact, *begins, *has_word, *has] or _near(sought, known)


def _near(sought: str, known: Sequence[Known]) -> list[Known]:
    if len(sought) < ENOUGH_TO_GUESS:
        return []
    by_key = {key: each for each in reversed(known) for key in _keys(each)}
    return list(dict.fromkeys(by_key[key] for key in get_close_matches(sought[:LONGEST], by_key, n=MOST, cutoff=NEAR)))


def _keys(known: Known) -> list[str]:
    return [_key(text) for text in (known.value, known.name, known.other) if text]


def _key(text: str) -> str:
    """Its words alone, whatever case, accents and marks they are written with."""
    return " ".join(re.findall(r"\w+", folded(text).replace("_", " ")))


def _label(before: str, known: Known) -> str:
    label = f"{before}{known.value} ({known.name})" if known.name else f"{before}{known.value}"
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1].rstrip()}…"
