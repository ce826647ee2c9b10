"""Addresses that hold another one, which is the page: a click that is counted, a letter that was checked, a copy."""

import re
from urllib.parse import parse_qsl

from bot.domain.links.address import Address

COUNTS_CLICKS = {
    ("l.facebook.com", "/l.php"): ("u",),
    ("lm.facebook.com", "/l.php"): ("u",),
    ("l.instagram.com", "/"): ("u",),
    ("youtube.com", "/redirect"): ("q",),
    ("slack-redir.net", "/link"): ("url",),
    ("linkedin.com", "/safety/go"): ("url",),
    ("out.reddit.com", "/"): ("url",),
}
"""The parameter that holds the page, by host and path."""
CHECKS_LETTERS = ".safelinks.protection.outlook.com"
COPIES = (".cdn.ampproject.org", ".bing-amp.com")

_HOLDERS = frozenset(host for host, _ in COUNTS_CLICKS)
_COPY = re.compile(r"/[a-z]{1,3}/(s/)?([^/.]+\.[^/]+.*)")
_COPY_AT_GOOGLE = re.compile(r"/amp/(s/)?([^/.]+\.[^/]+.*)")


def may_wrap(host: str) -> bool:
    """Whether some of its addresses hold another one."""
    return host in _HOLDERS or host.startswith("google.") or host.endswith((*COPIES, CHECKS_LETTERS))


def wrapped_in(address: Address) -> str:
    """The address that this one holds, or nothing."""
    host, _, path, query, _ = address
    if host.endswith(COPIES):
        return _copied(_COPY, path, query)
    if host.startswith("google."):
        return _held(query, ("q", "url")) if path == "/url" else _copied(_COPY_AT_GOOGLE, path, query)
    if host.endswith(CHECKS_LETTERS):
        return _held(query, ("url",))
    names = COUNTS_CLICKS.get((host, path))
    return _held(query, names) if names else ""


def _copied(pattern: re.Pattern[str], path: str, query: str) -> str:
    found = pattern.fullmatch(path)
    return f"http://{found[2]}{'?' if query else ''}{query}" if found else ""


def _held(query: str, names: tuple[str, ...]) -> str:
    try:
        held = dict(parse_qsl(query))
    except ValueError:
        return ""
    return next((held[name] for name in names if held.get(name)), "")
