"""Who somebody is in a workspace, and what that lets them do."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """
    admin     looks after the workspace on its platform
    member    works here
    guest     was let in to some channels only
    external  belongs to another organisation that shares a channel
    """

    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform tells about a person. `name` is empty and `zone` None where it does not say. With `is_app` it is
    no person but another app, whose reactions mean nothing. `groups` are the ids of the groups that the person is in,
    such as roles, where the platform has any. `has_left` is true only where the platform said that the person is no
    longer in the workspace, or never was."""

    standing: Standing = Standing.MEMBER
    name: str = ""
    zone: str | None = None
    is_app: bool = False
    groups: frozenset[str] = frozenset()
    has_left: bool = False


class Right(StrEnum):
    """
    part      take part: report, ask for a digest; everybody who works here
    save      put things into the library; the same people, or those of them whose groups an admin chose
    change    change what a channel follows and when; likewise, where the channel is not locked
    run       decide for a whole channel; admins, and everybody for their own
    moderate  decide about reported posts; admins, and the groups that an admin chose
    govern    decide for the workspace; admins
    """

    PART = "part"
    SAVE = "save"
    CHANGE = "change"
    RUN = "run"
    MODERATE = "moderate"
    GOVERN = "govern"


class Role(StrEnum):
    """
    owner   looks after the workspace: an admin of it, or named as an owner in the configuration
    editor  has `Right.SAVE` there
    reader  may look, and no more
    """

    OWNER = "owner"
    EDITOR = "editor"
    READER = "reader"

    @property
    def may_edit(self) -> bool:
        return self is not Role.READER
