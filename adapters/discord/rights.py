"""What Staffroom may do in a channel: the one table behind the invite link, `disclose`, `doctor`, the guide, and what
is said where a permission is missing. Imports nothing of Discord's, for the command line reads it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """`bit` is its place in Discord's number of permissions, `name` what Discord's settings call it. `lost` says what
    does not work without it."""

    bit: int
    name: str
    purpose: str
    lost: str

    @property
    def value(self) -> int:
        return 1 << self.bit


VIEW = Permission(10, "View Channel", "to see the channels that digests go to", "Nothing can be sent to the channel.")
SEND = Permission(11, "Send Messages", "to send digests and answers", "Nothing can be sent to the channel.")
SEND_IN_THREADS = Permission(
    38,
    "Send Messages in Threads",
    "to send cards in the digest's thread, and into forum posts",
    "Digests as cards cannot be sent, nor any into a forum.",
)
CREATE_THREADS = Permission(
    35, "Create Public Threads", "to open the thread that a digest's cards stand in", "Digests as cards cannot be sent."
)
EMBED = Permission(
    14, "Embed Links", "to show digests plainly where a server does not take their usual look", "That plain look."
)
REACT = Permission(6, "Add Reactions", "to add numbers to tap below a digest", "Digests have no numbers to tap.")
HISTORY = Permission(
    16,
    "Read Message History",
    "to find its own messages again after the connection was cut, and to read who reacted while it was away",
    "After a cut connection a message may be missing, and what was tapped while Staffroom was away for more than some "
    "minutes is not saved.",
)

IN_A_CHANNEL = (VIEW, SEND, SEND_IN_THREADS, CREATE_THREADS, EMBED, REACT, HISTORY)
TO_SEND = (VIEW, SEND)
TO_SEND_IN_A_THREAD = (VIEW, SEND_IN_THREADS)
TO_POST_IN_A_FORUM = (VIEW, SEND, SEND_IN_THREADS)
TO_BEGIN_A_THREAD = (VIEW, CREATE_THREADS, SEND_IN_THREADS)
TO_REACT = (VIEW, HISTORY, REACT)
TO_READ = (VIEW, HISTORY)


def invited_with() -> int:
    """The number that an invite link carries."""
    return sum(permission.value for permission in IN_A_CHANNEL)


def missing(granted: int, needed: Sequence[Permission]) -> list[Permission]:
    return [permission for permission in needed if not granted & permission.value]


def remedy(channel: str, lacking: Sequence[Permission]) -> str:
    """`channel` is its name as people read it."""
    names = ", ".join(permission.name for permission in lacking)
    return f"In the settings of {channel}, under Permissions, allow Staffroom: {names}."
