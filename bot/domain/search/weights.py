"""How well an item fits a search: by where its words stand, the same in every store."""

from collections.abc import Sequence

from bot.domain.search.query import Words

WEIGHTS = (8, 5, 3, 1)
"""Of title, tags, notes and text."""


def weight_of(fields: Sequence[str], sought: Sequence[Words]) -> int:
    """Of every word the most important place counts. Fields are their words with a space between."""
    places = [f" {field} " for field in fields]
    return sum(_most_important(places, each) for each in sought)


def _most_important(places: Sequence[str], sought: Words) -> int:
    wanted = f" {' '.join(sought.words)}" + ("" if sought.goes_on else " ")
    return next((weight for weight, place in zip(WEIGHTS, places, strict=True) if wanted in place), 0)
