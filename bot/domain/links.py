"""When two addresses are the same page."""

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from url_normalize import url_normalize

TRACKING = frozenset(
    "fbclid gclid dclid gbraid wbraid msclkid twclid ttclid yclid igshid mc_cid mc_eid mkt_tok ref_src ref_url "
    "cmpid ito ocid spm si _hsenc _hsmi vero_id oly_anon_id oly_enc_id wt_mc trk trkinfo __twitter_impression".split()
)
TRACKING_PREFIXES = ("utm_", "at_", "pk_", "mtm_", "hsa_")
HOST_VARIANTS = ("www.", "m.", "mobile.", "amp.")


def host_of(url: str) -> str:
    """The host as people read it, without `www.`; empty for what is no web address."""
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


@lru_cache(maxsize=20_000)
def canonical(url: str) -> str:
    """One spelling for all addresses of a page.

    Tracking, fragment, default port, host variant, order and trailing slash do not count; the rest of the query does.
    """
    try:
        parts = urlsplit(url_normalize(url) or url)
        host = (parts.hostname or "").casefold()
        port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    except (ValueError, UnicodeError):
        return url
    for variant in HOST_VARIANTS:
        host = host.removeprefix(variant) if host.count(".") > 1 else host
    path = parts.path.removesuffix("/amp").rstrip("/") or "/"
    query = urlencode(sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(pair[0])))
    return urlunsplit(("https", host + port, path, query, ""))


def _tracks(name: str) -> bool:
    lowered = name.casefold()
    return lowered in TRACKING or lowered.startswith(TRACKING_PREFIXES)
