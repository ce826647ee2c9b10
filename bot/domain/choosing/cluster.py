"""Posts that are the same thing: nearly the same wording, or the same page."""

from collections.abc import Iterable

from bot.domain.choosing.contender import Contender

LINKS_OF_ONE_THING = 2
"""A post with more links is a round-up: it is none of the things that it points to."""


def clusters(groups: Iterable[list[Contender]]) -> list[Contender]:
    """One contender for each thing, with those that it stands for.

    `groups` have nearly the same wording each; they and what is in them come best first, and the best of all stands for
    the rest. A page joins posts to the best one that has it and never to each other, so that a round-up glues no
    articles together.
    """
    leaders: list[Contender] = []
    of_page: dict[str, Contender] = {}
    for first, *others in groups:
        is_roundup = len(first.links) > LINKS_OF_ONE_THING
        same = None if is_roundup else _same_page(first, of_page)
        if same is None:
            first.members = tuple(others)
            leaders.append(first)
            for key in first.keys[:1] if is_roundup else first.keys:
                of_page.setdefault(key, first)
        else:
            same.members += (first, *others)
    return leaders


def _same_page(contender: Contender, of_page: dict[str, Contender]) -> Contender | None:
    for key in contender.keys:
        if key in of_page:
            return of_page[key]
    return None
