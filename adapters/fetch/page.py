"""What a page of the web says it is called.

Pages are strangers' work, and some are made to be slow to read: only the places where a title may stand are looked for,
each of a limited length, and nothing is looked at twice.
"""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

from adapters.fetch.answers import decoded, known_charset

MOST_OF_A_PAGE = 512 * 1024
"""Bytes, once unpacked. Some sites put half a program before their title."""
LONGEST_TAG = 2_000
MOST_PLACES, MOST_METAS = 400, 100
NAMES = ("og:title", "twitter:title")
"""What pages say they are called, for others who show a link to them, before what stands in the window's title."""
KINDS_OF_PAGES = {"text/html", "application/xhtml+xml"}
NAMES_ITS_CHARSET_WITHIN = 1024

_PLACES = re.compile(
    r"<(?:(?P<title>title)|(?P<meta>meta)|(?P<skipped>script|style|svg|noscript|template|iframe)|(?P<end>body|/head))"
    r"(?=[\s>/])|(?P<comment><!--)",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"""<meta[^<>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([a-z0-9_:.-]{1,40})""", re.IGNORECASE)
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def title_of(body: bytes, charset: str | None) -> str:
    """In one line, as it stands there; empty where there is none. `charset` is what came with the page, if anything."""
    said = dict.fromkeys((*NAMES, "title"), "")
    for name, text in _titles(_text_of(body, charset)):
        said[name] = said[name] or " ".join(text.split())
    return next((title for title in said.values() if title), "")


def _text_of(body: bytes, charset: str | None) -> str:
    mark = next((name for mark, name in _MARKS.items() if body.startswith(mark)), "")
    named = mark or known_charset(charset or "") or known_charset(_charset_within(body))
    if named:
        return decoded(body, named)
    try:
        return body.decode("utf-8", "strict" if len(body) < MOST_OF_A_PAGE else "ignore").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return decoded(body, "cp1252")


def _charset_within(body: bytes) -> str:
    found = _CHARSET.search(body[:NAMES_ITS_CHARSET_WITHIN])
    return found[1].decode("ascii") if found else ""


def _titles(page: str) -> Iterator[tuple[str, str]]:
    """Each with its name, in the order of the page, as far as its head goes."""
    at, places, metas = 0, 0, 0
    while (found := _PLACES.search(page, at)) and not found["end"] and places < MOST_PLACES and metas < MOST_METAS:
        places += 1
        metas += bool(found["meta"])
        if found["comment"]:
            at = _after(page, "-->", found.end())
        elif skipped := found["skipped"]:
            at = _after(page, f"</{skipped}", found.end())
        elif found["meta"]:
            at = found.end()
            yield _meta(page[found.start() : found.start() + LONGEST_TAG])
        else:
            at = found.end()
            yield "title", _content(page[at : at + LONGEST_TAG])


def _after(page: str, end: str, at: int) -> int:
    """Behind what ends it, whatever its case; the end of the page where nothing does."""
    found = re.compile(re.escape(end), re.IGNORECASE).search(page, at)
    return found.end() if found else len(page)


def _content(begun: str) -> str:
    """What stands between the rest of an opening tag and the closing one; nothing where either does not end."""
    _, opened, rest = begun.partition(">")
    found = re.search(r"</title", rest, re.IGNORECASE) if opened else None
    return unescape(rest[: found.start()]) if found else ""


def _meta(begun: str) -> tuple[str, str]:
    """`("title", "")` for what names no title."""
    tag = _FirstTag()
    tag.feed(begun)
    name = (tag.attributes.get("property") or tag.attributes.get("name") or "").casefold()
    return (name, tag.attributes.get("content") or "") if name in NAMES else ("title", "")


class _FirstTag(HTMLParser):
    """The attributes of the first tag that it is fed."""

    def __init__(self) -> None:
        super().__init__()
        self.attributes: dict[str, str | None] = {}
        self._is_read = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as it is called
        if not self._is_read:
            self.attributes, self._is_read = dict(attrs), True
