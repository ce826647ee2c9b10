"""Where somebody goes once they are signed in, and where they come from."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from aiohttp import web

FIRST_PAGE = "/library"
LONGEST = 500
OF_ONE_NETWORK = 64
"""Bits of an IPv6 address that its owner chooses."""

_OWN = re.compile(r"/(?:[\w.~%-][\w./~%:@!$&'()*+,;=-]*)?(?:\?[\w./~%:@!$&'()*+,;=?-]*)?", re.ASCII)
_NOT_BACK_TO = ("/sign-in", "/sign-out")


def own_path(text: str) -> str:
    """The path where it is one of ours, and not of the pages where one signs in; else the first page. Never another
    site."""
    is_ours = len(text) <= LONGEST and _OWN.fullmatch(text) and not text.startswith(_NOT_BACK_TO)
    return text if is_ours else FIRST_PAGE


def asker(request: web.Request) -> str:
    """The address that asks. Of what a proxy passes on, the last is what it saw itself; only one on this computer or in
    its network is believed. Whoever has one address of IPv6 has a whole network of them, which counts as one."""
    remote = request.remote or ""
    passed_on = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return _as_address(passed_on) or _as_address(remote) if _is_near(remote) else _as_address(remote)


def _is_near(remote: str) -> bool:
    try:
        return ip_address(remote).is_private
    except ValueError:
        return False


def _as_address(text: str) -> str:
    try:
        number = ip_address(text)
    except ValueError:
        return ""
    if isinstance(number, IPv4Address):
        return str(number)
    return str(number.ipv4_mapped or IPv6Address(int(number) >> OF_ONE_NETWORK << OF_ONE_NETWORK))
