"""A block of a view, taken apart into what Slack has: a header, rich text, small print, buttons."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.slack.show import limits, rich
from adapters.slack.show.escape import web_address
from adapters.slack.show.rich import Json
from bot.domain.harmless import clean, cut, is_seen, length, one_line
from bot.domain.marked import stretches
from bot.domain.written import Part, in_plain_words, parts_of
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


@dataclass(frozen=True, slots=True)
class Room:
    """How long a single text, and an address that is a link, may be."""

    text: int = limits.TEXT
    address: int = limits.ADDRESS

    def words(self, text: str) -> str:
        return cut(clean(text), self.text)

    def line(self, text: str) -> str:
        return cut(one_line(text), self.text)

    def link(self, url: str) -> str:
        return web_address(url, self.address)


@dataclass(frozen=True, slots=True)
class Small:
    """Small print; with an address it is a link."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """`menu` are buttons behind one. `is_item` is what a line may part from what stands above it."""

    head: str = ""
    body: tuple[Json, ...] = ()
    small: tuple[Small, ...] = ()
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    is_item: bool = False


def piece_of(block: Block, room: Room) -> Piece:  # noqa: C901 - a case each
    match block:
        case Heading(text):
            return Piece(head=cut(one_line(text), limits.HEADER))
        case Paragraph(text):
            return Piece(body=_lines(room.words(text)))
        case Hint(text):
            return Piece(small=_small(clean(text), room))
        case Link(label, url):
            return Piece(body=_link(label, url, room))
        case GoneItem(number, text):
            return Piece(small=_small(f"{number}. {one_line(text)}", room), is_item=True)
        case Buttons(buttons):
            return Piece(buttons=buttons)
        case File(about=about):
            return Piece(body=_lines(room.words(about)))
        case PostItem():
            return _post(block, room)
        case LibraryEntry():
            return _entry(block, room)
        case ShownNote():
            return _note(block, room)


# ----------------------------------------------------------------------------------------------------------- a post


def _post(item: PostItem, room: Room) -> Piece:
    return Piece(
        body=(
            _byline(item, room),
            *_lines(room.words(item.text)),
            *_resource(item.resource, room),
            *_media(item.media, room),
            *_bullets(item.poll, room),
            *_question(item, room),
        ),
        small=(
            *_small("" if item.reply_url else one_line(item.context), room),
            *_small(_after("Why: ", one_line(item.why)), room),
            *_small(one_line(item.saved_by), room),
            *_way_there(item.view_label, item.url, room),
        ),
        buttons=item.buttons,
        menu=item.menu,
        is_item=True,
    )


def _byline(item: PostItem, room: Room) -> Json:
    number = [rich.words(f"{item.number}.  ", bold=True)] if item.number is not None else []
    author = _credit(item.credit, room) if item.credit else rich.words(item.unsigned, bold=True)
    rest = _joined(room.line(item.when), room.line(item.label))
    return rich.line(*number, author, *([rich.words(f" · {rest}")] if rest else []))


def _credit(credit: Credit, room: Room) -> Json:
    handle = room.line(credit.handle)
    name = " ".join(part for part in (room.line(credit.name), f"@{handle}" if handle else "") if part)
    return rich.link(room.link(credit.url), name or "A post", bold=True)


def _resource(resource: Resource | None, room: Room) -> tuple[Json, ...]:
    title = (room.line(resource.title) or room.line(resource.host)) if resource else ""
    if resource is None or not title:
        return ()
    host = room.line(resource.host)
    beneath = [rich.words(f"\n{host}")] if host and host != title else []
    return (rich.quotation(rich.link(room.link(resource.url), title, bold=True), *beneath),)


def _media(media: tuple[str, ...], room: Room) -> tuple[Json, ...]:
    shown = [text for each in media if (text := room.line(each))]
    return tuple(rich.line(rich.words(text, italic=True)) for text in shown)


def _question(item: PostItem, room: Room) -> tuple[Json, ...]:
    """What readers are asked for, with the way to it: no small print."""
    if not item.reply_url:
        return ()
    context, label = room.line(item.context), room.line(item.reply_label) or "Reply"
    before = [rich.words(f"{context} ")] if context else []
    return (rich.line(*before, rich.link(room.link(item.reply_url), label, bold=True)),)


# ---------------------------------------------------------------------------------------------- an item of the library


def _entry(entry: LibraryEntry, room: Room) -> Piece:
    return Piece(
        body=(_title(entry, room), *_excerpt(entry, room), *_notes(entry, room)),
        small=(
            *_small(one_line(entry.tags), room),
            *_small(_joined(one_line(entry.when), one_line(entry.saved_by)), room),
            *_way_there(entry.view_label, entry.view_url, room),
        ),
        buttons=entry.buttons,
        menu=entry.menu,
        is_item=True,
    )


def _title(entry: LibraryEntry, room: Room) -> Json:
    host = room.line(entry.host)
    title = room.line(entry.title) or host or "An item of the library"
    rest = [rich.words(f" · {host}")] if host and host != title else []
    return rich.line(rich.link(room.link(entry.url), title, bold=True), *rest)


def _excerpt(entry: LibraryEntry, room: Room) -> tuple[Json, ...]:
    """Those words stand out by which it was found."""
    parts = stretches(entry.text, entry.marks, room.text)
    text = [rich.words(part.text, bold=part.is_found) for part in parts]
    credit = [_credit(entry.credit, room)] if entry.credit else []
    between = [rich.words("\n")] if credit and text else []
    pieces = [*credit, *between, *text]
    return (rich.quotation(*pieces),) if pieces else ()


def _notes(entry: LibraryEntry, room: Room) -> tuple[Json, ...]:
    """Likewise."""
    notes = [each.in_words for each in entry.noted]
    noted = [stretches(note, entry.sought.marks(note), room.text, one_line) for note in notes]
    shown = [rich.line(*(rich.words(part.text, bold=part.is_found) for part in parts)) for parts in noted if parts]
    return (rich.bullets(shown),) if shown else ()


# ------------------------------------------------------------------------------------------------------------- a note


def _note(note: ShownNote, room: Room) -> Piece:
    """As it was typed where there is room for all of it; a beginning could end within what belongs together."""
    by, text = room.line(note.by), clean(note.text)
    head = (rich.line(rich.words(by, bold=True)),) if by else ()
    if length(text) > room.text:
        return Piece(body=(*head, *_lines(room.words(in_plain_words(text)))))
    return Piece(body=(*head, *(_part(part, room) for part in parts_of(text))))


def _part(part: Part, room: Room) -> Json:
    bold = part.shape == "heading"
    lines = [[said for piece in line for said in _said(piece, room, bold=bold)] for line in part.lines]
    match part.shape:
        case "bullets":
            return rich.bullets([rich.line(*line) for line in lines])
        case "numbers":
            return rich.numbers([rich.line(*line) for line in lines], part.first)
        case "quote":
            return rich.quotation(*_below_each_other(lines))
        case "heading" | "paragraph":
            return rich.line(*_below_each_other(lines))


def _below_each_other(lines: Sequence[Sequence[Json]]) -> list[Json]:
    return [piece for line in lines for piece in (rich.words("\n"), *line)][1:]


def _said(piece: Said, room: Room, *, bold: bool) -> list[Json]:
    if piece.look == "link":
        return _linked(piece, room, bold=bold)
    is_bold, is_italic = bold or piece.look == "strong", piece.look == "stressed"
    return [rich.words(piece.text, bold=is_bold, italic=is_italic, code=piece.look == "code")]


def _linked(piece: Said, room: Room, *, bold: bool) -> list[Json]:
    """With whose page it leads to, where the words could say anything."""
    address = room.link(piece.url)
    host = piece.host if address else ""
    label = piece.text if is_seen(piece.text) else host or piece.url
    return [rich.link(address, label, bold=bold), *([rich.words(f" ({host})")] if host and host != label else [])]


# ------------------------------------------------------------------------------------------------------------ of both


def _lines(text: str) -> tuple[Json, ...]:
    return (rich.line(rich.words(text)),) if text else ()


def _link(label: str, url: str, room: Room) -> tuple[Json, ...]:
    """Nothing where the address cannot be a link."""
    address = room.link(url)
    return (rich.line(rich.link(address, room.line(label) or "Open")),) if address else ()


def _bullets(texts: tuple[str, ...], room: Room) -> tuple[Json, ...]:
    shown = [rich.line(rich.words(text)) for each in texts if (text := room.line(each))]
    return (rich.bullets(shown),) if shown else ()


def _small(text: str, room: Room) -> tuple[Small, ...]:
    return (Small(cut(text, room.text)),) if text else ()


def _way_there(label: str, url: str, room: Room) -> tuple[Small, ...]:
    address = room.link(url)
    return (Small(cut(one_line(label), limits.LABEL) or "View", address),) if address else ()


def _after(beginning: str, text: str) -> str:
    return beginning + text if text else ""


def _joined(*texts: str) -> str:
    return " · ".join(text for text in texts if text)
