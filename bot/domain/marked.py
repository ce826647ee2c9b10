"""A text of somebody else's with the parts of it in which something was found, made harmless without losing them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

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
    places of the first letter and after the last, in their order; nothing where the text shows nothing."""
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
    return _cut([part for part in cleaned if part.text], most)


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
