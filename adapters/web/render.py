"""Views and pages as HTML. Everything that a view says is somebody's text: the templates escape all of it."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.web.emoji import BOOKMARK, keycap_of, name_of
from adapters.web.frame import Frame
from adapters.web.visitor import Visitor
from bot.domain.search.terms import field_term
from bot.domain.written import parts_of
from bot.ports import ChannelCard, RoomMessage
from bot.views import Button, Heading, Message, PostItem

_SHORT_VERB = re.compile(r"(Save|Undo)\b:?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tap:
    """A reaction as a button that is pressed or not. `name` is what it does, in words."""

    emoji: str
    name: str
    count: int
    pressed: bool
    keycap: str
    bookmark: bool


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message of the page. `version` changes whenever anything in it does."""

    room: RoomMessage
    taps: tuple[Tap, ...]
    version: str

    @property
    def anchor(self) -> str:
        return f"m-{self.room.id}"

    @property
    def has_heading(self) -> bool:
        return self.room.message is not None and any(isinstance(each, Heading) for each in self.room.message.blocks)


@dataclass(frozen=True, slots=True)
class ChannelPage:
    card: ChannelCard
    bubbles: Sequence[Bubble]


def bubble(message: RoomMessage, viewer: str) -> Bubble:
    return Bubble(message, _taps(message, viewer), fingerprint(repr(message)))


def version_of(bubbles: Sequence[Bubble]) -> str:
    return fingerprint("".join(each.room.id + each.version for each in bubbles))


def fingerprint(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def new_nonce() -> str:
    """Marks one submission of one form, so that a double click is one event."""
    return secrets.token_urlsafe(12)


def in_path(text: str) -> str:
    """As one part of an address."""
    return quote(text, safe="")


def as_field(said: str, name: str) -> str:
    """What is searched for: `in:maths`."""
    return field_term(name, said)


def version(thing: object) -> str:
    """Changes whenever anything in it does."""
    return fingerprint(repr(thing))


def channel_path(channel: str, *rest: str) -> str:
    return "/".join(("/c", quote(channel, safe=""), *rest))


def _taps(message: RoomMessage, viewer: str) -> tuple[Tap, ...]:
    items = {item.emoji: item for item in _post_items(message.message) if item.emoji}
    return tuple(
        _tap(emoji, items.get(emoji), message.reactions.get(emoji, ()), viewer)
        for emoji in dict.fromkeys((*items, *message.reactions))
    )


def _tap(emoji: str, item: PostItem | None, people: Sequence[str], viewer: str) -> Tap:
    name = f"React with {name_of(emoji)}"
    if item:
        name += f": saves item {item.number}" if item.number else ": saves this post"
    return Tap(emoji, name, len(people), viewer in people, keycap_of(emoji), emoji == BOOKMARK)


def _post_items(message: Message | None) -> list[PostItem]:
    return [block for block in message.blocks if isinstance(block, PostItem)] if message else []


# ------------------------------------------------------------------------------------------------- in the templates


def short_label(button: Button) -> tuple[str, str]:
    """What an item's button shows, and the rest of its name, which is only spoken."""
    match = _SHORT_VERB.fullmatch(button.label)
    return (match[1], match[2]) if match else (button.label, "")


def web_address(url: str) -> str:
    """The address where it leads to a web page; nothing for `javascript:` and its like, nor for what would lead
    elsewhere than where it seems to. These are shown as text."""
    address = url.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_honest = "@" not in parts.netloc and "\\" not in address
    return address if parts.scheme in {"http", "https"} and parts.netloc and is_honest else ""


def clock_time(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def long_date(moment: datetime) -> str:
    """`24 November 2026`"""
    return f"{moment.day} {moment:%B %Y}"


class Templates:
    """The pages. Nothing in them is marked as safe, and a name that is not there is an error."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(
            short_label=short_label,
            web_address=web_address,
            clock_time=clock_time,
            long_date=long_date,
            in_path=in_path,
            as_field=as_field,
            version=version,
            markdown=parts_of,
        )
        self._templates.globals.update(nonce=new_nonce, channel_path=channel_path)

    def page(self, name: str, frame: Frame, **values: object) -> str:
        """A page of ours within its frame."""
        return self._html(name, frame=frame, me=frame.me, here=frame.here, **values)

    def channel(self, page: ChannelPage, frame: Frame, note: str = "") -> str:
        return self.page("channel.html", frame, page=page, note=note, version=version_of(page.bubbles))

    def messages(self, page: ChannelPage, me: Visitor) -> str:
        return self._html("messages.html", page=page, me=me, version=version_of(page.bubbles))

    def alone(self, name: str, **values: object) -> str:
        """A page without a frame, for whoever comes."""
        return self._html(name, **values)

    def notice(self, title: str, sentence: str) -> str:
        """A page that says one thing."""
        return self._html("notice.html", title=title, sentence=sentence)

    def _html(self, name: str, **values: Any) -> str:  # noqa: ANN401 - whatever the template shows
        return self._templates.get_template(name).render(values)
