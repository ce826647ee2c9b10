"""Who and where: the keys under which everything of a workspace is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class ChannelKey:
    """A channel of a workspace, by the platform's own ids."""

    workspace: str
    channel: str


@dataclass(frozen=True, slots=True, order=True)
class PersonKey:
    """A person of a workspace, by the platform's own ids."""

    workspace: str
    person: str


@dataclass(frozen=True, slots=True, order=True)
class PostKey:
    """A post of a source. `id` is the first id of its edit history, so that an edited post stays the same post."""

    source: str
    id: str
