"""Addresses on the web: whether one may be shown, whose page it is, and when two are the same page.

address ─▶ read: host, path, query, fragment ─▶ out of what it is wrapped in ─▶ its own place (a video, a post) ─▶ one
spelling, without what only tracks the reader
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from bot.domain.links.address import LONGEST, Address, read, site_of
from bot.domain.links.places import has_own_places, own_place
from bot.domain.links.shorteners import SHORTENERS
from bot.domain.links.spelling import spelt
from bot.domain.links.wrappers import may_wrap, wrapped_in

REMEMBERED = 1_000
LONGEST_KEPT = 2_000
"""A database finds what is kept by its address, and an index takes no longer ones."""

_HOST = re.compile(r"https?://(?:www\.)?([a-z0-9.-]+)(?:[/?#]|\Z)")
"""Of most addresses; asked of every link of every candidate."""
_ONE_SPELLING = re.compile(r"https?://([a-z0-9]+(?:[.-][a-z0-9]+)*)((?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*)/?")
"""Host and path of most addresses, nothing of which has to be read closer unless it says `amp`."""

__all__ = [
    "LONGEST",
    "LONGEST_KEPT",
    "SHORTENERS",
    "canonical",
    "host_of",
    "is_short",
    "is_too_long",
    "is_web_address",
    "site_of",
]


def host_of(url: str) -> str:
    """The host as people read it, without `www.`; empty for what is no web address."""
    if found := _HOST.match(url):
        return found[1]
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def is_web_address(url: str) -> bool:
    """Only http and https, with a host: nothing else is ever made into a link. Nor is what would lead elsewhere than
    where it seems to: a name and a password before the host, or a backslash, which browsers take for a slash."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_plain = not set(url) & set(' \t\r\n<>"\\') and "@" not in parts.netloc
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and is_plain


def is_too_long(url: str) -> bool:
    """To be kept: as it stands, or in its one spelling, which takes up to nine characters for a letter."""
    return len(url) > LONGEST_KEPT or len(canonical(url).encode(errors="replace")) > LONGEST_KEPT


def is_short(url: str) -> bool:
    """Whether the address only stands for another one, which has to be asked for."""
    address = read(url)
    return address is not None and address.host in SHORTENERS and address.path != "/"


def canonical(url: str) -> str:
    """One spelling for all addresses of a page, to compare and never to open. What is no web address stays as it is.

    Scheme, host variant (`www.`, `m.`), default port, trailing slash, order of parameters, tracking and fragment do not
    count; the rest of the query does, and so does a fragment that is a page of its own (`#/unit/2`, `#!unit`).
    """
    found = _ONE_SPELLING.fullmatch(url)
    if found and "amp" not in url and len(url) <= LONGEST and (site := _plain_site(found[1])):
        return f"https://{site}{found[2] or '/'}"
    address = _unwrapped(url)
    return spelt(own_place(address)) if address else url


@lru_cache(REMEMBERED)
def _plain_site(host: str) -> str:
    """Empty for those whose addresses have rules of their own."""
    site = site_of(host)
    return "" if has_own_places(site) or may_wrap(site) else site


def _unwrapped(url: str) -> Address | None:
    """Every address is shorter than what it was wrapped in, so that this ends."""
    address = read(url)
    while address and (inner := wrapped_in(address)):
        page = read(inner)
        if page is None:
            break
        address = page
    return address
