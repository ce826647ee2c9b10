"""Addresses at X: which post one leads to, and where people search for themselves."""

import re
from urllib.parse import urlencode, urlsplit

MOST_LETTERS_OF_AN_ADDRESS = 2_000
MOST_LETTERS_OF_A_SEARCH = 500
LARGEST_ID = 2**63 - 1
"""X refuses a larger one, and all that was asked for with it."""

# X itself, and the mirrors that people paste because chat programs show their cards: they keep X's paths.
_HOSTS = frozenset(
    {
        *("x.com", "twitter.com"),
        *("fxtwitter.com", "vxtwitter.com", "fixupx.com", "fixvx.com", "twittpr.com", "xcancel.com", "nitter.net"),
    }
)
_BEFORE_THE_HOST = re.compile(r"^(?:www|mobile|m|d|g|c)\.")
_POST = re.compile(
    r"/(?:i/web|i|\w{1,20})/status(?:es)?/(\d{1,19})(?:/(?:(?:photo|video)/\d{1,2}|[a-z]{2}|analytics|history)?)?",
    re.ASCII | re.IGNORECASE,
)
_HANDLE = re.compile(r"\w{1,15}", re.ASCII)
_AROUND = " \t\r\n<>()[]{}\"'“”‘’«»"
_AFTER = ".,;:!?…*_~" + _AROUND


def post_id(url: str) -> str | None:
    """The id of the post that this address leads to; the sentence around it may have left its marks on the end."""
    if len(url) > MOST_LETTERS_OF_AN_ADDRESS:
        return None
    try:
        parts = urlsplit(url.strip(_AROUND).rstrip(_AFTER))
        is_plain = parts.port is None and parts.username is None
    except ValueError:
        return None
    host = _BEFORE_THE_HOST.sub("", (parts.hostname or "").rstrip("."))
    if parts.scheme not in ("http", "https") or not is_plain or host not in _HOSTS:
        return None
    found = _POST.fullmatch(parts.path.rstrip(_AFTER))
    number = found[1].lstrip("0") if found else ""
    return number if number and int(number) <= LARGEST_ID else None


def search_url(words: str) -> str | None:
    """Where people can search X for these words, newest first; None where there are no words."""
    short = " ".join(words.split())[:MOST_LETTERS_OF_A_SEARCH].rstrip()
    query = short.encode("utf-8", "ignore").decode()
    return f"https://x.com/search?{urlencode({'q': query, 'f': 'live'})}" if query else None


def account_links(handle: str) -> dict[str, str]:
    """X's own pages for following an account and for a post that begins with its name; none for what is no handle."""
    name = handle.removeprefix("@")
    if not _HANDLE.fullmatch(name):
        return {}
    return {
        "Follow": f"https://x.com/intent/follow?{urlencode({'screen_name': name})}",
        "Say hello": f"https://x.com/intent/tweet?{urlencode({'text': f'@{name} '})}",
    }
