"""Posts that are the same thing: nearly the same wording, or the same page."""

from collections.abc import Iterable

from bot.domain.choosing.contender import Contender
from bot.domain.choosing.wording import post_key

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
        own = (post_key(first.post), *first.links)
        same = next((of_page[page] for page in own if page in of_page), None)
        if same is None or _is_roundup(first):
            first.members += tuple(others)
            leaders.append(first)
            for page in own[: 1 if _is_roundup(first) else None]:
                of_page.setdefault(page, first)
        else:
            same.members += (first, *others)
    return leaders


def _is_roundup(contender: Contender) -> bool:
    return len(contender.links) > LINKS_OF_ONE_THING
