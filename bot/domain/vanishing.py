"""Whether to believe a source that says that posts have vanished."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from bot.domain.keys import PostKey
from bot.domain.standing import Standing

ABSENT = frozenset({Standing.GONE, Standing.PROTECTED, Standing.SUSPENDED, Standing.WITHHELD})
"""What has become of a post that must not be shown."""

HANDFUL = 5
ONE_IN = 20
"""More than one post in so many, and at least a handful of them, do not vanish at once on an ordinary day."""


class Belief(StrEnum):
    """
    believed  what is said to have vanished has
    doubted   what is known to be there would have vanished as well, or nobody says whether it has
    too many  so many vanish at once that somebody may be mistaken
    """

    BELIEVED = "believed"
    DOUBTED = "doubted"
    TOO_MANY = "too many"


def belief(
    standings: Mapping[PostKey, Standing], known_live: Collection[PostKey], missed: Collection[PostKey]
) -> Belief:
    """Of what a source said about several posts. `known_live` are posts that are surely there, most of them at least,
    `missed` those that had vanished before."""
    said = {key: standing for key, standing in standings.items() if standing is not Standing.UNKNOWN}
    absent = [key for key, standing in said.items() if standing in ABSENT]
    if absent and known_live and not any(said.get(key) is Standing.PRESENT for key in known_live):
        return Belief.DOUBTED
    vanished = [key for key in absent if key not in missed]
    looked_at = [key for key in said if key not in missed]
    is_many = len(vanished) >= HANDFUL and len(vanished) * ONE_IN > len(looked_at)
    return Belief.TOO_MANY if is_many else Belief.BELIEVED
