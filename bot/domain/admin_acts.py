"""What admins decided for a workspace."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Decided(StrEnum):
    """
    names, threshold, guests, limit   set for the workspace or a channel
    lock, unlock                      a channel
    block, unblock                    something is kept out everywhere
    mute, unmute                      something is kept out of a channel
    pictures, role, call, department  set for the workspace or a channel
    purged                            a post or an account was erased
    settled                           a reported post was decided about
    removed, restored                 an item of the library
    erased                            somebody was forgotten
    looked                            what is kept about somebody was given out
    signed_out                        somebody's sign-ins were ended
    feed_ended, import_undone         somebody else's
    """

    NAMES = "names"
    THRESHOLD = "threshold"
    GUESTS = "guests"
    LIMIT = "limit"
    LOCK = "lock"
    UNLOCK = "unlock"
    BLOCK = "block"
    UNBLOCK = "unblock"
    MUTE = "mute"
    UNMUTE = "unmute"
    PICTURES = "pictures"
    ROLE = "role"
    CALL = "call"
    DEPARTMENT = "department"
    PURGED = "purged"
    SETTLED = "settled"
    REMOVED = "removed"
    RESTORED = "restored"
    ERASED = "erased"
    LOOKED = "looked"
    SIGNED_OUT = "signed_out"
    FEED_ENDED = "feed_ended"
    IMPORT_UNDONE = "import_undone"


@dataclass(frozen=True, slots=True)
class AdminAct:
    """`by` is who decided it, empty for whoever runs Staffroom at its computer and for who is forgotten. `about` says
    more in plain words, such as what was set; never who somebody is."""

    id: str
    at: datetime
    by: str
    what: str
    about: str = ""
