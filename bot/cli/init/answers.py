"""What somebody answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """A channel. Its workspace is empty where there is only one, or nobody knows."""

    channel: str
    name: str
    workspace: str = ""


@dataclass(frozen=True)
class Answers:
    """`settings` and `secrets` are by plug-in and key; neither holds what the environment says already. `later` are
    topics for when the trial is over, `holidays` the region whose public holidays have no digest, if any."""

    chat: str
    source: str
    zone: str
    places: Sequence[Place]
    admin: Place
    topics: Sequence[str]
    later: Sequence[str] = ()
    holidays: str = ""
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
