"""The parts of a web address that say which page it is."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from url_normalize import url_normalize

LONGEST = 4_096
"""Longer addresses are compared as they are."""

LONGEST_HOST = 253
"""The longest name that there can be."""

HOST_VARIANTS = frozenset({"www", "m", "mobile", "amp"})
COUNTRY_SECOND_LEVELS = frozenset("ac co com edu gob gouv gov net nhs org sch".split())

X_HOSTS = frozenset(
    "twitter.com fxtwitter.com vxtwitter.com fixupx.com fixvx.com twittpr.com nitter.net xcancel.com".split()
)
"""Where people share posts of X, so that their chat shows a better preview."""
SAME_SITES = {
    **dict.fromkeys(X_HOSTS, "x.com"),
    "music.youtube.com": "youtube.com",
    "youtube-nocookie.com": "youtube.com",
    "old.reddit.com": "reddit.com",
    "np.reddit.com": "reddit.com",
}

_ORDINARY = re.compile(
    r"https?://"
    r"(?P<host>[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*)(?::(?P<port>[0-9]{1,4}))?"
    r"(?P<path>(?:/[A-Za-z0-9_.~!$&'()*+,;:@=/-]*)?)"
    r"(?:\?(?P<query>[!\"$-~]*))?"
    r"(?:#(?P<fragment>[!-~]*))?"
)
"""What has only one spelling up to its path, unless that path has more slashes or dots than it needs. It is nearly
everything that people share."""


class Address(NamedTuple):
    """`host` without its variants, `path` without escapes that mean nothing; `query` and `fragment` as they were."""

    host: str
    port: str
    path: str
    query: str
    fragment: str


def read(url: str) -> Address | None:
    """None for what is no web address, or one that cannot be read."""
    if len(url) > LONGEST:
        return None
    found = _ORDINARY.fullmatch(url)
    if found:
        host, port, path, query, fragment = found.groups("")
        if "//" not in path and "/." not in path:
            return Address(site_of(host.lower()), _other(port), path or "/", query, fragment)
    return read_unusual(url)


def site_of(host: str) -> str:
    """The host without what only says how its pages are shown: `en.m.wikipedia.org` is `en.wikipedia.org`."""
    first, _, rest = host.partition(".")
    while first in HOST_VARIANTS and _is_a_site(rest):
        first, _, rest = (host := rest).partition(".")
    while rest.startswith("m.") and _is_a_site(rest[2:]):
        rest = rest[2:]
        host = f"{first}.{rest}"
    return SAME_SITES.get(host, host)


def _is_a_site(host: str) -> bool:
    """`co.uk` is none: without this `m.co.uk` would be it."""
    name, _, rest = host.partition(".")
    return bool(rest) and not (len(rest) == 2 and name in COUNTRY_SECOND_LEVELS)


def read_unusual(url: str) -> Address | None:
    """With other characters, escapes, dots between slashes: the library knows all that these may mean."""
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname or len(parts.hostname) > LONGEST_HOST:
            return None
        port = _other("" if parts.port is None else str(parts.port))
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        usual = urlsplit(url_normalize(f"https://{host}{parts.path or '/'}") or "")
    except ValueError:
        return None
    return (
        Address(site_of(usual.netloc), port, usual.path or "/", parts.query, parts.fragment) if usual.netloc else None
    )


def _other(port: str) -> str:
    """With a colon, unless it is the usual one."""
    return f":{int(port)}" if port and int(port) not in {80, 443} else ""
