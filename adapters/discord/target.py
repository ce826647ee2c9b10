"""A message that somebody chose: what it links to, and how it begins."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

MOST_LINKS = 20
BEGINNING = 300
DEEPEST = 6
"""Components stand in components, and a forwarded message in a message; Discord's own are less deep."""

_LINK = re.compile(r"https?://[^\s<>\"|]{1,2000}")
_AT_THE_END = ".,;:!?'*_~`"
_BRACKETS = {")": "(", "]": "["}
_NAMED = re.compile(r"<(?:@!?(?P<person>\d{1,20})|@&\d{1,20}|#\d{1,20}|a?(?P<emoji>:\w{1,40}:)\d{1,20})>")

Message = Mapping[str, Any]


def links_of(message: Message) -> tuple[str, ...]:
    """The web addresses in it, each once, in the order people see them."""
    return tuple(dict.fromkeys(_all_links(message, DEEPEST)))[:MOST_LINKS]


def beginning_of(message: Message) -> str:
    """As people read it."""
    names = {str(each.get("id")): each for each in message.get("mentions") or []}
    text = next((text for text in _texts(message, DEEPEST) if text.strip()), "")
    return _NAMED.sub(lambda found: _plain(found, names), text).strip()[:BEGINNING]


def _plain(found: re.Match[str], names: Mapping[str, Mapping[str, Any]]) -> str:
    if found["emoji"]:
        return found["emoji"]
    if found["person"] in names:
        known = names[found["person"]]
        return f"@{known.get('global_name') or known.get('username') or 'somebody'}"
    return "#channel" if found[0].startswith("<#") else "@somebody"


def _all_links(message: Message, deep: int) -> Iterator[str]:
    for text in _texts(message, deep):
        yield from (_without_ending(each) for each in _LINK.findall(text))
    for embed in message.get("embeds") or []:
        if str(embed.get("url") or "").startswith(("https://", "http://")):
            yield str(embed["url"])
    for component in _components(message.get("components"), deep):
        if str(component.get("url") or "").startswith(("https://", "http://")):
            yield str(component["url"])
    for inner in _forwarded(message, deep):
        yield from _all_links(inner, deep - 1)


def _texts(message: Message, deep: int) -> Iterator[str]:
    yield str(message.get("content") or "")
    for embed in message.get("embeds") or []:
        yield from (str(embed.get(part) or "") for part in ("title", "description"))
        yield from (str(each.get("value") or "") for each in embed.get("fields") or [])
    for component in _components(message.get("components"), deep):
        yield str(component.get("content") or "")
    for inner in _forwarded(message, deep):
        yield from _texts(inner, deep - 1)


def _components(components: object, deep: int) -> Iterator[Mapping[str, Any]]:
    """Those too that stand in others, in the order people see them."""
    if not isinstance(components, list) or not deep:
        return
    for each in components:
        yield each
        yield from _components(each.get("components"), deep - 1)
        yield from _components([each["accessory"]] if each.get("accessory") else None, deep - 1)


def _forwarded(message: Message, deep: int) -> Iterator[Message]:
    if deep:
        yield from (each["message"] for each in message.get("message_snapshots") or [])


def _without_ending(link: str) -> str:
    """Without the punctuation of the sentence that it stands in."""
    while link and (link[-1] in _AT_THE_END or _closes_what_is_not_open(link)):
        link = link[:-1]
    return link


def _closes_what_is_not_open(link: str) -> bool:
    opening = _BRACKETS.get(link[-1])
    return opening is not None and link.count(link[-1]) > link.count(opening)
