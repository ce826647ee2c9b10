"""A message as a person should see it, in words every platform can render.

Everything in a view is plain text, and most of it is somebody else's: an adapter escapes all of it, always, and lets
nothing of it mention, format, link or break. Only a note looks and links as `bot.domain.written` reads it, by the
adapter's own means. Lengths are not limited here; an adapter cuts at a word where its platform asks for it and keeps
the link.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.domain.search.passage import NOTHING_SOUGHT, Sought
from bot.domain.written import in_plain_words


@dataclass(frozen=True, slots=True)
class Button:
    """`label` is unique within its message; `action` is an encoded `bot.domain.actions.Action`."""

    label: str
    action: str


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Hint:
    """Less important than the rest: smaller or dimmer where the platform can."""

    text: str
    kind: Literal["hint"] = "hint"


@dataclass(frozen=True, slots=True)
class Link:
    """A way out of the chat, such as a search on the source's own page."""

    label: str
    url: str
    kind: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class Credit:
    """The author, as the source's display rules ask: name and handle, linked to the profile."""

    name: str
    handle: str
    url: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A link outside the source: its title where known, else its address, and the host it leads to."""

    title: str
    url: str
    host: str


@dataclass(frozen=True, slots=True)
class PostItem:
    """A post. `media` says in words what each picture or video shows; `view_label` is the text of the link to `url`.
    `reply_url` is where people answer it and `reply_label` the text of that link; empty where nobody is asked to.

    `credit` is None where the author is not known: `unsigned` then stands in its place. `number` is None outside
    digests. `emoji` is the reaction that saves the item, where reactions can choose it. `menu` are buttons that are
    wanted seldom: behind one where the platform can.
    """

    number: int | None
    credit: Credit | None
    when: str
    text: str
    resource: Resource | None
    media: tuple[str, ...]
    poll: tuple[str, ...]
    context: str
    why: str
    url: str
    view_label: str
    reply_url: str = ""
    reply_label: str = ""
    label: str = ""
    saved_by: str = ""
    emoji: str = ""
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    unsigned: str = "A post"
    kind: Literal["post"] = "post"


@dataclass(frozen=True, slots=True)
class GoneItem:
    """What was shown under this number and is no longer available."""

    number: int
    text: str
    kind: Literal["gone"] = "gone"


@dataclass(frozen=True, slots=True)
class ShownNote:
    """What a colleague wrote, as they typed it, and in front of it who did; nobody where `by` is empty."""

    by: str
    text: str
    kind: Literal["note"] = "note"

    @property
    def in_words(self) -> str:
        """All of it as plain text, for where it is one of several short ones."""
        said = in_plain_words(self.text)
        return f"{self.by}: {said}" if self.by else said


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """An item of the library. `text` is the beginning of the saved post, where it is still there to be shown, or the
    part of it in which something was found; `marks` are the places in it that match, first letter and after the last.
    `tags` say shelves and tags in words, `noted` what colleagues wrote; `sought` tells which words of these and of the
    title match. `menu` as of a PostItem."""

    item: str
    title: str
    url: str
    host: str
    when: str
    saved_by: str
    text: str = ""
    credit: Credit | None = None
    view_label: str = ""
    view_url: str = ""
    buttons: tuple[Button, ...] = ()
    tags: str = ""
    noted: tuple[ShownNote, ...] = ()
    marks: tuple[tuple[int, int], ...] = ()
    sought: Sought = NOTHING_SOUGHT
    menu: tuple[Button, ...] = ()
    kind: Literal["entry"] = "entry"


@dataclass(frozen=True, slots=True)
class Buttons:
    buttons: tuple[Button, ...]
    kind: Literal["buttons"] = "buttons"


@dataclass(frozen=True, slots=True)
class File:
    """Something to keep. `media_type` goes with `charset=utf-8`; `about` is a sentence that says what is in it. At most
    `MOST_BYTES_OF_A_FILE` of text, only in a message to one person, and only for chats with files."""

    name: str
    media_type: str
    text: str
    about: str
    kind: Literal["file"] = "file"

    @property
    def bytes(self) -> bytes:
        return self.text.encode("utf-8", "replace")


MOST_BYTES_OF_A_FILE = 8 * 1024 * 1024

Block = Annotated[
    Heading | Paragraph | Hint | Link | PostItem | GoneItem | ShownNote | LibraryEntry | Buttons | File,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Message:
    """`summary` says the whole in plain text: notifications and screen readers get it where blocks are not read."""

    blocks: tuple[Block, ...]
    summary: str

    @property
    def files(self) -> "tuple[File, ...]":
        return tuple(block for block in self.blocks if isinstance(block, File))


_messages: TypeAdapter[Message] = TypeAdapter(Message)


def message_to_json(message: Message) -> str:
    return _messages.dump_json(message).decode()


def message_from_json(text: str) -> Message:
    return _messages.validate_json(text)


@dataclass(frozen=True, slots=True)
class TextField:
    """`most` is the most characters it may hold."""

    key: str
    label: str
    value: str = ""
    hint: str = ""
    optional: bool = False
    long: bool = False
    most: int = 300
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of `options`, value and label each; `several` lets people choose as many as they like. `chosen` are
    values."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...] = ()
    several: bool = False
    optional: bool = False
    kind: Literal["choice"] = "choice"


FormField = TextField | ChoiceField


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody is asked to fill in. `name` and `state` come back with it; at most 2,500 characters of state.

    Values of choices are at most 74 characters and hold no comma.
    """

    name: str
    title: str
    submit: str
    fields: tuple[FormField, ...]
    intro: str = ""
    state: str = ""
