"""Somebody else's text and addresses, without what could break a message on any platform.

What could format, mention or link is each adapter's own business: platforms differ in it.
"""

import re
from urllib.parse import SplitResult, quote, urlsplit

from yarl import URL

ELLIPSIS = "…"
KEPT_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=-._~"

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]+"
)
_BREAKS = re.compile(r"[\t\r\n]")
_WEB = frozenset({"http", "https"})
_HOST = re.compile(r"[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]")


def clean(text: str) -> str:
    """The wording, without what could break a payload, turn the direction of what follows, or fill a page with nothing.

    Empty for what shows nothing at all, because platforms refuse empty texts.
    """
    text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))
    text = _EMPTY_LINES.sub("\n\n", _DIRECTIONS.sub("", _CONTROLS.sub("", text))).strip()
    return text if is_seen(text) else ""


def is_seen(text: str) -> bool:
    """Whether it shows anything at all."""
    return bool(text) and not _INVISIBLE.fullmatch(text)


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def length(text: str) -> int:
    """In units of UTF-16: a character beyond the basic plane counts as two. No platform counts more than that."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def cut(text: str, most: int) -> str:
    """The text cut at a word, with an ellipsis, so that it is no longer than `most`."""
    if length(text) <= most:
        return text
    head = _head(text, most - 1)
    at = max(head.rfind(" "), head.rfind("\n"))
    return (head[:at] if at > len(head) // 2 else head).rstrip() + ELLIPSIS


def _head(text: str, most: int) -> str:
    head = text[: max(most, 0)]
    while (beyond := length(head) - most) > 0:
        head = head[: len(head) - (beyond + 1) // 2]
    return head


def web_address(url: str, kept: str = KEPT_IN_ADDRESSES) -> str:
    """The address, encoded but for letters, digits and what is `kept`; empty for what leads to no web page."""
    scheme, _, rest = url.strip().partition("://")
    rest = _BREAKS.sub("", rest)
    try:
        parts = urlsplit(f"//{rest}")
        where = _where(parts)
    except ValueError:
        return ""
    beyond = quote(rest[len(parts.netloc) :], safe=kept, errors="replace")
    return f"{scheme.lower()}://{where}{beyond}" if where and scheme.lower() in _WEB else ""


def _where(parts: SplitResult) -> str:
    """The host as the network writes it, so that letters which only look alike are seen. Nothing where a name and a
    password stand before it: they are there to be taken for the host. Nothing where it has a sign that no host has: it
    could end a link. Raises ValueError for what is no host."""
    host, port = parts.hostname or "", parts.port
    if not host or "@" in parts.netloc or "%" in host or port == 0:
        return ""
    ascii_host = URL.build(scheme="https", host=host).host_subcomponent or ""
    return ascii_host + (f":{port}" if port else "") if _HOST.fullmatch(ascii_host) else ""
