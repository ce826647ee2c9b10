"""A block of a view, taken apart into what Discord has: Markdown, buttons, menus, and ways out of Discord."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from adapters.discord.show import limits
from adapters.discord.show.escape import (
    OPEN,
    beside_others,
    escape,
    inline,
    label_of,
    link,
    marked,
    suits_a_button,
    web_address,
)
from adapters.discord.show.spelled import spelled
from bot.domain.catalogue import COMMAND
from bot.domain.harmless import clean, cut, is_seen, length, one_line
from bot.domain.marked import stretches
from bot.domain.written import Look, Part, in_plain_words, parts_of
from bot.domain.written import Piece as Said
from bot.views import (
    Block,
    Button,
    Buttons,
    Credit,
    File,
    GoneItem,
    Heading,
    Hint,
    LibraryEntry,
    Link,
    Paragraph,
    PostItem,
    Resource,
    ShownNote,
)

_SHORTEST_LINE = 24
_SHORTEST_NAME = 40
_TIGHT = 240
_VIEW, _MORE = "View on ", "More on "
_EXPLAINED = " — "


@dataclass(frozen=True, slots=True)
class Room:
    """How long a single text, and an address that is a link, may be. Where it gets tight, the wording of a post keeps
    more than what stands beside it."""

    text: int = limits.TEXT
    address: int = limits.ADDRESS

    @property
    def is_tight(self) -> bool:
        return self.text < _TIGHT

    def words(self, text: str) -> str:
        return cut(clean(text), self.text)

    @property
    def of_a_line(self) -> int:
        """How long a single line may be."""
        return max(_SHORTEST_LINE, self.text // 2 if self.is_tight else self.text)

    def line(self, text: str) -> str:
        return cut(one_line(text), self.of_a_line)

    def name(self, text: str) -> str:
        return cut(one_line(text), max(_SHORTEST_NAME, self.text // 2))

    def link(self, url: str) -> str:
        return web_address(url, self.address)


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of Discord, such as to the post itself. It can be a button only where Discord takes its address."""

    label: str
    address: str

    @property
    def suits_a_button(self) -> bool:
        return length(self.address) <= limits.BUTTON_ADDRESS and suits_a_button(self.address)

    @property
    def text(self) -> str:
        return link(self.address, cut(one_line(self.label), limits.BUTTON_LABEL) or "View")


@dataclass(frozen=True, slots=True)
class Piece:
    """`lines` are Markdown, without its `ways`; `menu` are buttons behind one. `kind` says what it belongs to: headings
    and hints are the head of what follows."""

    lines: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    kind: Literal["item", "head", "text"] = "text"

    @property
    def is_item(self) -> bool:
        return self.kind == "item"


def piece_of(block: Block, room: Room) -> Piece:  # noqa: C901 - a case each
    match block:
        case Heading(text):
            return Piece(_marked("### ", inline(cut(one_line(spelled(text)), limits.HEADING))), kind="head")
        case Paragraph(text):
            return Piece(_lines(_with_its_command(room.words(spelled(text)))))
        case Hint(text):
            return Piece(_small_lines(room.words(spelled(text))), kind="head")
        case Link(label, url):
            return Piece(ways=_way(label, url, room))
        case GoneItem(number, text):
            return Piece(_small(f"{number}. {one_line(text)}", room), kind="item")
        case Buttons(buttons):
            return Piece(buttons=buttons)
        case File(about=about):
            return Piece(_lines(escape(room.words(about))))
        case PostItem():
            return _post(block, room)
        case LibraryEntry():
            return _entry(block, room)
        case ShownNote():
            return _note(block, room)


# ----------------------------------------------------------------------------------------------------------- a post


def _post(item: PostItem, room: Room) -> Piece:
    text = room.words(item.text)
    is_cut = text != clean(item.text)
    asks = bool(room.link(item.reply_url))
    return Piece(
        lines=(
            _byline(item, room),
            *_lines(escape(text)),
            *_resource(item.resource, room),
            *_slanted(item.media, room),
            *_bullets(item.poll, room),
            *(_lines(escape(room.line(item.context))) if asks else _small(item.context, room)),
            *_small(_after("Why: ", one_line(item.why)), room),
            *_small(item.saved_by, room),
        ),
        ways=(
            *_way(item.reply_label or "Reply", item.reply_url, room),
            *_way(_label_of_the_rest(item.view_label) if is_cut else item.view_label, item.url, room),
        ),
        buttons=item.buttons,
        menu=item.menu,
        kind="item",
    )


def _label_of_the_rest(label: str) -> str:
    """What the engine says where it cuts a text itself."""
    return _MORE + label.removeprefix(_VIEW) if label.startswith(_VIEW) else label


def _byline(item: PostItem, room: Room) -> str:
    number = f"{escape(f'{item.number}.')}  " if item.number is not None else ""
    author = _credit(item.credit, room) if item.credit else inline(room.line(item.unsigned))
    rest = _joined(room.line(item.when), room.line(item.label))
    return f"**{number}{author}**" + (f" · {escape(rest)}" if rest else "")


def _credit(credit: Credit, room: Room) -> str:
    """Name and handle, both linked where Discord takes them for a link, else one of them."""
    address, name, handle = room.link(credit.url), room.name(credit.name), room.name(credit.handle)
    at_handle = f"@{handle}" if handle else ""
    both = " ".join(part for part in (name, at_handle) if part) or "A post"
    if linked := label_of(address, both):
        return linked
    if linked := label_of(address, at_handle):
        return f"{inline(name)} {linked}"
    if linked := label_of(address, name):
        return f"{linked} {inline(at_handle)}"
    return link(address, both)


def _resource(resource: Resource | None, room: Room) -> tuple[str, ...]:
    title = (room.line(resource.title) or room.line(resource.host)) if resource else ""
    return (_titled(title, resource.url, resource.host, room),) if resource and title else ()


def _titled(title: str, url: str, host: str, room: Room) -> str:
    """Where the title cannot be a link, the host is one."""
    address, host = room.link(url), room.line(host)
    linked = label_of(address, title)
    if linked and (room.is_tight or not host or host == title):
        return f"**{linked}**"
    if linked:
        return f"**{linked}** · {inline(host)}"
    if host and host != title:
        return f"**{inline(title)}** · {link(address, host)}"
    return f"**{link(address, title)}**"


# ---------------------------------------------------------------------------------------------- an item of the library


def _entry(entry: LibraryEntry, room: Room) -> Piece:
    return Piece(
        lines=(
            _title(entry, room),
            *_excerpt(entry, room),
            *(f"- {noted}" for note in entry.noted if (noted := _found_in(note.in_words, entry, room))),
            *_marked("-# ", _found_in(entry.tags, entry, room)),
            *_small(_joined(one_line(entry.when), one_line(entry.saved_by)), room),
        ),
        ways=_way(entry.view_label, entry.view_url, room),
        buttons=entry.buttons,
        menu=entry.menu,
        kind="item",
    )


def _title(entry: LibraryEntry, room: Room) -> str:
    title = room.line(entry.title) or room.line(entry.host) or "An item of the library"
    return _titled(title, entry.url, entry.host, room)


def _excerpt(entry: LibraryEntry, room: Room) -> tuple[str, ...]:
    """Not as a quotation: what is small after one is not small for every reader of Markdown. Those words stand out by
    which it was found."""
    author, text = _signed(entry.credit, room), marked(stretches(entry.text, entry.marks, room.text, one_line))
    return _lines(": ".join(part for part in (author, text) if part))


def _found_in(text: str, entry: LibraryEntry, room: Room) -> str:
    """A line of what colleagues said about it, likewise."""
    return marked(stretches(text, entry.sought.marks(text), room.of_a_line, one_line))


def _signed(credit: Credit | None, room: Room) -> str:
    return f"**{_credit(credit, room)}**" if credit else ""


# ------------------------------------------------------------------------------------------------------------- a note


def _note(note: ShownNote, room: Room) -> Piece:
    """As it was typed where there is room for all of it; a beginning could end within what belongs together."""
    by, text = inline(room.line(note.by)), clean(note.text)
    head = (f"**{by}**",) if by else ()
    if length(text) > room.text:
        return Piece((*head, *_lines(escape(room.words(in_plain_words(text))))))
    return Piece((*head, *(line for part in parts_of(text) for line in _part(part, room))))


def _part(part: Part, room: Room) -> Iterator[str]:
    for number, line in enumerate(part.lines, start=part.first):
        match part.shape:
            case "bullets":
                yield f"- {_line(line, room)}"
            case "numbers":
                yield f"{number}. {_line(line, room)}"
            case "quote":
                yield f"> {_line(line, room)}"
            case "heading":
                yield _line([piece if piece.look == "link" else Said(piece.text, "strong") for piece in line], room)
            case "paragraph":
                yield _line(line, room)


def _line(pieces: Sequence[Said], room: Room) -> str:
    """Words of one look that stand next to each other are one: signs around each of two would touch, and mean something
    else, as would the halves of an invitation."""
    said = [each for piece in pieces for each in _said(piece, room)]
    return "".join(
        "".join(label_of(each.url, each.text) for each in alike)
        if look == "link"
        else _looking(look, "".join(each.text for each in alike))
        for look, alike in groupby(said, _look)
    )


def _said(piece: Said, room: Room) -> list[Said]:
    """A link with whose page it leads to, where its words could say anything. Words that cannot be the label of a link
    are words among others, before one. All links are such as Discord makes them."""
    address = room.link(piece.url)
    if not address:
        return [Said(piece.text, "plain" if piece.look == "link" else piece.look)]
    words = piece.text if is_seen(piece.text) else piece.host
    whose = [Said(f" ({piece.host})")] if piece.host not in {"", words} else []
    if label_of(address, words):
        return [Said(words, "link", address), *whose]
    return [Said(f"{beside_others(words, words)} ("), Said(OPEN, "link", address), Said(")"), *whose]


def _look(piece: Said) -> Look:
    """What is to stand as it is does so here among all other words."""
    return "plain" if piece.look == "code" else piece.look


def _looking(look: Look, text: str) -> str:
    sign = {"strong": "**", "stressed": "*"}.get(look, "")
    return f"{sign}{escape(text)}{sign}"


# ------------------------------------------------------------------------------------------------------------ of both


def _with_its_command(text: str) -> str:
    """Of what explains a command, the command stands out."""
    usage, dash, what = text.partition(_EXPLAINED)
    if dash and usage.startswith(COMMAND) and "\n" not in usage:
        return f"**{escape(usage)}**{dash}{escape(what)}"
    return escape(text)


def _lines(escaped: str) -> tuple[str, ...]:
    return (escaped,) if escaped else ()


def _marked(mark: str, escaped: str) -> tuple[str, ...]:
    return (mark + escaped,) if escaped else ()


def _small(text: str, room: Room) -> tuple[str, ...]:
    return _marked("-# ", inline(room.line(text)))


def _small_lines(text: str) -> tuple[str, ...]:
    return tuple(f"-# {line}" for each in text.split("\n") if (line := inline(each.strip())))


def _slanted(texts: tuple[str, ...], room: Room) -> tuple[str, ...]:
    return tuple(f"*{inline(text)}*" for each in texts if (text := room.line(each)))


def _bullets(texts: tuple[str, ...], room: Room) -> tuple[str, ...]:
    return tuple(f"- {inline(text)}" for each in texts if (text := room.line(each)))


def _way(label: str, url: str, room: Room) -> tuple[Way, ...]:
    """Nothing where the address cannot be a link."""
    address = room.link(url)
    return (Way(label, address),) if address else ()


def _after(beginning: str, text: str) -> str:
    return beginning + text if text else ""


def _joined(*texts: str) -> str:
    return " · ".join(text for text in texts if text)
