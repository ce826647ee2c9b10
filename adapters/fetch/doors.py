"""Pages that stand before another: who is led to one has not seen what was asked for."""

import re

from yarl import URL

_HOSTS = re.compile(r"(?:accounts?|auth|consent|idp|login|signin|sso)\.", re.IGNORECASE)
_PATHS = re.compile(r"/(?:auth|consent|log-?in|sign-?in|sso)(?:[/._-]|\Z)", re.IGNORECASE)


def is_a_door(found: URL, *, instead_of: URL) -> bool:
    """Whether somebody has to sign in or agree to something first, as far as addresses tell."""
    return _looks_like_one(found) and not _looks_like_one(instead_of)


def _looks_like_one(address: URL) -> bool:
    return bool(_HOSTS.match(address.host or "") or _PATHS.search(address.path))
