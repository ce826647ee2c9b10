"""What Staffroom may do in a workspace: the one table behind the manifest, `disclose`, `doctor` and the guide."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Need(StrEnum):
    """
    always    nothing works without it
    usual     asked for by default; without it something is lost, and all else works
    choice    asked for by default as optional: whoever installs the app may leave it out
    history   reading what people write: asked for only with `--with history`, and then as optional
    """

    ALWAYS = "always"
    USUAL = "usual"
    CHOICE = "choice"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Right:
    """A scope of the bot's token, what it is for, what is lost without it, and the events that need it."""

    scope: str
    use: str
    lost: str
    need: Need = Need.USUAL
    events: tuple[str, ...] = ()


RIGHTS: Sequence[Right] = (
    Right(
        "commands",
        "Answers /pln and the message shortcut “Save to library”.",
        "Nobody can ask Staffroom for anything.",
        Need.ALWAYS,
    ),
    Right(
        "chat:write",
        "Posts digests and answers as itself, in channels it was invited to, and mends or removes its own messages.",
        "Nothing can be posted.",
        Need.ALWAYS,
    ),
    Right(
        "reactions:read",
        "Notices a reaction on its own messages: that is how an item is saved.",
        "Saving by reaction. The Save buttons still work.",
        Need.ALWAYS,
        ("reaction_added", "reaction_removed"),
    ),
    Right(
        "users:read",
        "Knows a person's display name and time zone, and who is an admin, a guest or from another organisation.",
        "Names of who saved; admins are not known, so that only the owners in the configuration may set limits; "
        "guests are treated like members.",
    ),
    Right(
        "channels:read",
        "Notices that a public channel it is in was renamed, archived or deleted, or that it was invited or removed.",
        "It does not say hello when it is invited, and notices a lost channel only when a digest cannot be posted.",
        events=(
            "member_joined_channel",
            "member_left_channel",
            "channel_rename",
            "channel_archive",
            "channel_unarchive",
            "channel_deleted",
            "channel_left",
        ),
    ),
    Right(
        "groups:read",
        "The same for private channels it was invited to.",
        "The same for private channels.",
        events=(
            "member_joined_channel",
            "member_left_channel",
            "group_rename",
            "group_archive",
            "group_unarchive",
            "group_deleted",
            "group_left",
        ),
    ),
    Right(
        "reactions:write",
        "Adds the numbers below a digest, for people to tap.",
        "People add the number themselves, or use the Save buttons.",
        Need.CHOICE,
    ),
    Right(
        "files:write",
        "Sends somebody a file that they asked for, such as what they saved, in their direct messages.",
        "Nobody gets a file in Slack. On the web page, where there is one, the same files can be downloaded.",
        Need.CHOICE,
    ),
    Right(
        "channels:history",
        "Looks in public channels it is in whether a digest arrived after a crash, and reads the link in a message "
        "that somebody gave a save reaction, where the channel allows that.",
        "After a crash in the middle of posting, a digest may be missing, and an admin is told. Colleagues' own "
        "messages cannot be saved by reaction; the message shortcut does that without this right.",
        Need.HISTORY,
    ),
    Right("groups:history", "The same in private channels it is in.", "The same in private channels.", Need.HISTORY),
    Right(
        "im:history",
        "The same in people's direct messages with Staffroom itself.",
        "The same for personal digests.",
        Need.HISTORY,
    ),
    Right(
        "im:write",
        "Finds the direct message with a person, to look there.",
        "The same for personal digests; they can be posted without it.",
        Need.HISTORY,
    ),
)

EVENTS_OF_ALL = (
    "app_home_opened",
    "app_uninstalled",
    "tokens_revoked",
    "team_access_granted",
    "team_access_revoked",
)
"""Events that need no scope. The last two come where the app is installed in a whole organisation."""


def wanted(*, history: bool = False, without: Collection[str] = ()) -> list[Right]:
    """The rights to ask for."""
    return [right for right in RIGHTS if right.scope not in without and (history or right.need is not Need.HISTORY)]


def is_optional(right: Right) -> bool:
    """Whether whoever installs the app may leave it out there and then."""
    return right.need in {Need.CHOICE, Need.HISTORY}


def events_of(rights: Collection[Right]) -> list[str]:
    """The events that can be had with these rights, each once."""
    return list(dict.fromkeys([*EVENTS_OF_ALL, *(event for right in rights for event in right.events)]))


def what_is_lost(granted: Collection[str]) -> list[tuple[str, str]]:
    """For `doctor`: each right that the token lacks, with what is lost without it. Those to history are not missed."""
    lacking = [right for right in RIGHTS if right.scope not in granted and right.need is not Need.HISTORY]
    return [(right.scope, right.lost) for right in lacking]
