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
        if len(first.links) > LINKS_OF_ONE_THING:
            of_page.setdefault(first.keys[0], first)
        elif of_page.keys().isdisjoint(first.keys):
            of_page.update(dict.fromkeys(first.keys, first))
        else:
            same = next(of_page[key] for key in first.keys if key in of_page)
            same.members += (first, *others)
            continue
        first.members = tuple(others)
        leaders.append(first)
    return leaders
