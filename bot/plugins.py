"""How an adapter presents itself. It registers an instance by entry point: `staffroom.chats` or `staffroom.sources`.

An adapter's own section of the configuration is a model derived from `Section`; the reader of the configuration
validates it, reports its mistakes beside all others, and hands the result to `open`. Modules that define a plug-in
import no vendor at the top: the command line loads every plug-in to know the sections, and must stay fast.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from bot.ports import (
        Abilities,
        ChatAdapter,
        Clock,
        Inbox,
        Pages,
        PostSource,
        Room,
        Suggest,
        Suggestion,
        Typing,
        Vault,
    )
    from bot.views import Form, Message


class Section(BaseModel):
    """A section of the configuration: frozen, and unknown keys are refused. Secrets are `pydantic.SecretStr`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def lacks(self) -> str:
        """What still has to be set before a channel can use the plug-in, and where to get it; empty when nothing."""
        return ""

    @classmethod
    def refuses(cls, channel: str) -> str:  # noqa: ARG003
        """What is wrong with this as a channel's id, one sentence and what to do; empty when nothing."""
        return ""


async def _nothing_to_suggest(_typing: "Typing") -> "Sequence[Suggestion]":
    return ()


@dataclass(frozen=True)
class ChatTools:
    """What the engine gives a chat adapter. `room` and `pages` serve the local web page; others leave them alone.

    `installed` is called when a workspace was added or taken away while the adapter runs, `missed` when it was cut off
    for so long that events may not have reached it. `public_url` is how others reach the web server, empty where nobody
    else does. `suggest` proposes what may be typed.
    """

    clock: "Clock"
    inbox: "Inbox"
    room: "Room"
    pages: "Pages"
    vault: "Vault"
    installed: Callable[[], Awaitable[None]]
    public_url: str = ""
    missed: Callable[[], None] = lambda: None
    suggest: "Suggest" = _nothing_to_suggest


@dataclass(frozen=True)
class SourceTools:
    """What the engine gives a source. `installed_at` is when this installation first started, aware UTC."""

    clock: "Clock"
    installed_at: datetime


@dataclass(frozen=True)
class Option:
    """An option of a command, such as `--mode`. `choices` are all it may be, where it may not be anything."""

    name: str
    help: str
    default: str = ""
    choices: Sequence[str] = ()


@dataclass(frozen=True)
class PluginCommand:
    """`staffroom NAME-OF-THE-PLUG-IN NAME`: `act` gets the options by name and returns what is to be printed. It
    reaches nobody. Raises Mistake.

    `settings` are keys of the plug-in's section that hold texts: `act` gets what the configuration says about them,
    too, under the same names; without a configuration they are empty.
    """

    name: str
    help: str
    act: Callable[[Mapping[str, str]], str]
    options: Sequence[Option] = ()
    settings: Sequence[str] = ()


@dataclass(frozen=True)
class Disclosure:
    """What an administrator has to know before saying yes: each right with what it is for and what is lost without it,
    the hosts that are talked to, and what is kept about people."""

    rights: Sequence[tuple[str, str]] = ()
    hosts: Sequence[str] = ()
    keeps: Sequence[str] = ()


@dataclass(frozen=True)
class Question:
    """`setting` is the key of the section that the answer becomes. A secret is not shown while it is typed."""

    setting: str
    label: str
    hint: str = ""
    secret: bool = False


@dataclass(frozen=True)
class Setup:
    """How `staffroom init` sets a chat or a source up: `steps` are said first, `paper` is what has to be pasted on the
    platform.

    `check` is asked with the answers so far, of which the last is the new one, and finally with the channel's id under
    `channel`. It returns a sentence about what was found, empty where there is nothing to say, or raises a
    StaffroomError. `channel_id` makes an id of what was typed or pasted for a channel, or raises Mistake; `workspace`
    finds in it which workspace the channel is in, empty where it does not say.
    """

    steps: Sequence[str]
    questions: Sequence[Question]
    check: Callable[[Mapping[str, str]], Awaitable[str]]
    channel_hint: str = ""
    paper: Callable[[], str] | None = None
    channel_id: Callable[[str], str] = str.strip
    workspace: Callable[[str], str] = lambda _typed: ""


@dataclass(frozen=True)
class Sight:
    """Something people see, for `staffroom preview`: a message, a form or a person's own page, under a caption. What
    `is_private` only one person sees; what `is_below` stands in the thread below the message before it."""

    caption: str
    shown: "Message | Form"
    is_home: bool = False
    is_private: bool = False
    is_below: bool = False


@dataclass(frozen=True)
class ChatPlugin:
    """`section` is the adapter's own part of the configuration, under its name. `open` opens nothing yet: the adapter
    connects when it is entered as a context manager. `about` says in a few words what it is, `preview` makes one HTML
    page, complete in itself, of what people see, and `previewed` says what the chat can do there: everything, without.
    """

    name: str
    section: type[Section]
    open: Callable[[Any, ChatTools], "ChatAdapter"]
    commands: Sequence[PluginCommand] = field(default=())
    disclose: Callable[[Any], Disclosure] | None = None
    setup: Setup | None = None
    preview: Callable[[Sequence[Sight]], str] | None = None
    previewed: "Callable[[], Abilities] | None" = None
    about: str = ""


@dataclass(frozen=True)
class SourcePlugin:
    """The same for a source. One without `setup` needs nothing to begin with; `trial_topics` are what a trial with it
    follows, where it has posts about those only."""

    name: str
    section: type[Section]
    open: Callable[[Any, SourceTools], "PostSource"]
    disclose: Callable[[Any], Disclosure] | None = None
    setup: Setup | None = None
    about: str = ""
    trial_topics: Sequence[str] = ()
