"""How an adapter presents itself. It registers an instance by entry point: `staffroom.chats` or `staffroom.sources`.

An adapter's own section of the configuration is a model derived from `Section`; the reader of the configuration
validates it, reports its mistakes beside all others, and hands the result to `open`. Modules that define a plug-in
import no vendor at the top: the command line loads every plug-in to know the sections, and must stay fast.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from bot.ports import ChatAdapter, Clock, Inbox, Pages, PostSource, Room


class Section(BaseModel):
    """A section of the configuration: frozen, and unknown keys are refused. Secrets are `pydantic.SecretStr`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def lacks(self) -> str:
        """What still has to be set before a channel can use the plug-in, and where to get it; empty when nothing."""
        return ""


@dataclass(frozen=True)
class ChatTools:
    """What the engine gives a chat adapter. `room` and `pages` serve the local web page; others leave them alone."""

    clock: "Clock"
    inbox: "Inbox"
    room: "Room"
    pages: "Pages"


@dataclass(frozen=True)
class SourceTools:
    """What the engine gives a source. `installed_at` is when this installation first started, aware UTC."""

    clock: "Clock"
    installed_at: datetime


@dataclass(frozen=True)
class ChatPlugin:
    """`section` is the adapter's own part of the configuration, under its name. `open` opens nothing yet: the adapter
    connects when it is entered as a context manager."""

    name: str
    section: type[Section]
    open: Callable[[Any, ChatTools], "ChatAdapter"]


@dataclass(frozen=True)
class SourcePlugin:
    name: str
    section: type[Section]
    open: Callable[[Any, SourceTools], "PostSource"]
