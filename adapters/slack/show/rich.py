"""Slack's blocks as the dictionaries that are sent. What goes in is clean and cut already, and never empty."""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    """Text in which nothing has a meaning, not even `:smile:`."""
    return {"type": "plain_text", "text": text, "emoji": False}


def words(text: str, *, bold: bool = False, italic: bool = False, code: bool = False) -> Json:
    return {"type": "text", "text": text} | _style(bold=bold, italic=italic, code=code)


def link(address: str, text: str, *, bold: bool = False) -> Json:
    """A link, or just its text where there is no address."""
    if not address:
        return words(text, bold=bold)
    return {"type": "link", "url": address, "text": text} | _style(bold=bold)


def _style(**styles: bool) -> Json:
    chosen = {name: True for name, is_on in styles.items() if is_on}
    return {"style": chosen} if chosen else {}


def line(*pieces: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(pieces)}


def quotation(*pieces: Json) -> Json:
    return {"type": "rich_text_quote", "elements": list(pieces)}


def bullets(lines: Sequence[Json]) -> Json:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(lines)}


def numbers(lines: Sequence[Json], first: int) -> Json:
    """`first` is the number of the first line."""
    before = {"offset": first - 1} if first > 1 else {}
    return {"type": "rich_text_list", "style": "ordered", "elements": list(lines)} | before


def rich_text(elements: Sequence[Json]) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def header(text: str) -> Json:
    return {"type": "header", "text": plain(text)}


def context(elements: Sequence[Json]) -> Json:
    return {"type": "context", "elements": list(elements)}


def divider() -> Json:
    return {"type": "divider"}


def actions(elements: Sequence[Json]) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(text: str, value: str, action_id: str) -> Json:
    return {"type": "button", "text": plain(text), "value": value, "action_id": action_id}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


def overflow(options: Sequence[Json], action_id: str) -> Json:
    return {"type": "overflow", "options": list(options), "action_id": action_id}
