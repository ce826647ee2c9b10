"""One spelling of an address that was read."""

import re
from urllib.parse import quote, unquote_to_bytes

from bot.domain.links.address import Address
from bot.domain.links.tracking import ONLY_THERE, TRACKING, TRACKING_PREFIXES

SAFE = "/:@!$'()*,;?~"

_ONE_SPELLING = re.compile(r"[A-Za-z0-9_.~!$'()*,;:@/?-]*(?:=[A-Za-z0-9_.~!$'()*,;:@/?-]*)?")
_AMP_BEFORE_ENDING = re.compile(r"(?<!\.amp)(?:\.amp)+(?=\.html?$)")


def spelt(address: Address) -> str:
    host, port, path, query, fragment = address
    shown = _query(host, query) if query else ""
    route = _route(fragment) if fragment else ""
    return f"https://{host}{port}{_path(path)}{'?' if shown else ''}{shown}{'#' if route else ''}{route}"


def _path(path: str) -> str:
    """Without a slash at its end, and without what asks for the page's version for telephones."""
    path = path.rstrip("/")
    while path.endswith(("/amp", ".amp")) and ("/" in path[1:] or ".amp" in path):
        path = path[:-4].rstrip("/")
    if ".amp." in path:
        path = _AMP_BEFORE_ENDING.sub("", path)
    return path or "/"


def _query(host: str, query: str) -> str:
    """Parameters of one name keep their order, which may mean something."""
    ignored = ONLY_THERE.get(host) or ONLY_THERE.get(host.partition(".")[2], frozenset())
    parameters = (_parameter(each) for each in query.split("&") if each)
    kept = [each for each in parameters if _counts(each, ignored)]
    kept.sort(key=_name)
    return "&".join(kept)


def _parameter(text: str) -> str:
    if _ONE_SPELLING.fullmatch(text):
        return text
    name, equals, value = text.partition("=")
    return f"{_escaped(name)}{equals}{_escaped(value)}"


def _escaped(text: str) -> str:
    """Each character as it is where it may be, a space as %20, all others escaped."""
    plain = text.replace("+", " ").encode("utf-8", "surrogatepass")
    return quote(unquote_to_bytes(plain), safe=SAFE)


def _name(parameter: str) -> str:
    return parameter.partition("=")[0]


def _counts(parameter: str, ignored: frozenset[str]) -> bool:
    """An empty parameter says nothing; one that has only a name (`?lesson-4`) does."""
    name, equals, value = parameter.partition("=")
    if equals and not value:
        return False
    lowered = name.lower()
    if lowered == "amp":
        return value not in {"", "1", "true"}
    if lowered in {"output", "outputtype"}:
        return value != "amp"
    return not (lowered in TRACKING or lowered in ignored or lowered.startswith(TRACKING_PREFIXES))


def _route(fragment: str) -> str:
    """A place in a page is no page, but some sites put their pages there: `#/unit/2` and `#!unit`."""
    page = fragment.partition(":~:")[0].rstrip("/")
    if not page.startswith(("/", "!")) or page == "!":
        return ""
    return quote(unquote_to_bytes(page.encode("utf-8", "surrogatepass")), safe=f"{SAFE}&=+")
