"""A text of somebody else's with the parts of it in which something was found, made harmless without losing them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.domain.harmless import ELLIPSIS, clean, cut

_KEPT = "x"
"""Stands around a part while it is cleaned, so that the spaces at its ends stay."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text, never empty. One that is found matches what was sought."""

    text: str
    is_found: bool = False


def stretches(
    text: str, marks: Sequence[tuple[int, int]], most: int, made: Callable[[str], str] = clean
) -> list[Stretch]:
    """All parts of the text in their order, together no longer than `most`, each as `made` makes texts. Marks are
    places of the first letter and after the last, in their order; nothing where the text shows nothing. What was found
    next to each other is one part: signs around each of two would touch, and mean something else."""
    if not made(text):
        return []
    parts: list[Stretch] = []
    at = 0
    for first, last in marks:
        if at <= first < last <= len(text):
            parts += [Stretch(text[at:first]), Stretch(text[first:last], is_found=True)]
            at = last
    parts.append(Stretch(text[at:]))
    cleaned = [replace(part, text=made(f"{_KEPT}{part.text}{_KEPT}")[1:-1]) for part in parts]
    shown = groupby((part for part in cleaned if part.text), lambda part: part.is_found)
    return _cut([Stretch("".join(part.text for part in parts), is_found) for is_found, parts in shown], most)


def _cut(parts: list[Stretch], most: int) -> list[Stretch]:
    whole = "".join(part.text for part in parts)
    shown = cut(whole, most)
    if shown == whole:
        return parts
    left = len(shown) - len(ELLIPSIS)
    kept: list[Stretch] = []
    for part in parts:
        if left > 0:
            kept.append(replace(part, text=part.text[:left]))
        left -= len(part.text)
    return [*kept, Stretch(ELLIPSIS)]
