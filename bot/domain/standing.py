"""What has become of a post at its source."""

from enum import StrEnum


class Standing(StrEnum):
    """What has become of a post at its source.

    present    there, as it was or edited: what is there now comes along
    gone       deleted, or its author's account was
    protected  its author shows it to followers only
    suspended  its author's account was suspended
    withheld   the source hides it somewhere
    unknown    nobody could say
    """

    PRESENT = "present"
    GONE = "gone"
    PROTECTED = "protected"
    SUSPENDED = "suspended"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"
