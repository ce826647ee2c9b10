"""What it is noted under that somebody was told something, for the notices that are about one person."""

from collections.abc import Sequence

from bot.domain.keys import ChannelKey, PersonKey

MOST_SUGGESTED_A_DAY = 3
"""By one person, because all others hear it."""


def first_save_key(person: str) -> str:
    return f"first-save:{person}"


def page_key(person: str) -> str:
    """Of the first delivery of somebody's own page: later ones know by it that there was one."""
    return f"home:{person}"


def read_only_key(person: str) -> str:
    return f"read-only:{person}"


def suggestion_keys(person: str) -> list[str]:
    """What is noted of somebody who suggests."""
    return [f"suggests:{person}:{number}" for number in range(MOST_SUGGESTED_A_DAY)]


def stopped_key(channel: ChannelKey) -> str:
    """The notice that somebody was told that the channel gets no digest; taken away when one arrives."""
    return f"stopped:{channel.channel}"


def keys_about(person: PersonKey) -> Sequence[str]:
    """All of them; the person's own channel has the person's id."""
    who = person.person
    own = ChannelKey(person.workspace, who)
    return (first_save_key(who), read_only_key(who), stopped_key(own), *suggestion_keys(who))
