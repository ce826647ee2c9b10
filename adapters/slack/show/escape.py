"""What makes somebody else's text harmless in Slack.

Most of it goes into `rich_text` and `plain_text`, where nothing has a meaning. Slack's own markup is used for two
things only: a link in small print, and the text of a notification.
"""

import re
from urllib.parse import SplitResult, quote, urlsplit

from yarl import URL

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]+"
)
_BREAKS = re.compile(r"[\t\r\n]")
_LOOSE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_QUOTED_LINE = re.compile(r"^(\s*)>", re.MULTILINE)

_LOOK_ALIKES = str.maketrans({"*": "\u2217", "~": "\u223c", "`": "\u02cb"})
_BROKEN_BAR = "\u00a6"
_WEB = frozenset({"http", "https"})
_KEPT_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=-._~"


def clean(text: str) -> str:
    """The wording, without what could break a payload, turn the direction of what follows, or fill a page with nothing.

    Empty for what shows nothing at all, because Slack refuses empty texts.
    """
    text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))
    text = _EMPTY_LINES.sub("\n\n", _DIRECTIONS.sub("", _CONTROLS.sub("", text))).strip()
    return "" if _INVISIBLE.fullmatch(text) else text


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def web_address(url: str, most: int) -> str:
    """The address, encoded, where it leads to a web page and is not too long; else nothing: then it is no link."""
    scheme, _, rest = url.strip().partition("://")
    rest = _BREAKS.sub("", rest)
    try:
        parts = urlsplit(f"//{rest}")
        where = _where(parts)
    except ValueError:
        return ""
    beyond = quote(rest[len(parts.netloc) :], safe=_KEPT_IN_ADDRESSES, errors="replace")
    address = f"{scheme.lower()}://{where}{beyond}"
    return address if where and scheme.lower() in _WEB and len(escape(address)) <= most else ""


def _where(parts: SplitResult) -> str:
    """The host as the network writes it, so that letters which only look alike are seen. Nothing where a name and a
    password stand before it: they are there to be taken for the host. Raises ValueError for what is no host."""
    host, port = parts.hostname or "", parts.port
    if not host or "@" in parts.netloc or "%" in host or port == 0:
        return ""
    ascii_host = URL.build(scheme="https", host=host).host_subcomponent or ""
    return ascii_host + (f":{port}" if port else "")


def escape(text: str) -> str:
    """For Slack's markup: nothing in it can mention or link any more."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unformatted(text: str) -> str:
    """For Slack's markup: what could format is replaced by its look-alike, because it cannot be escaped."""
    text = _QUOTED_LINE.sub("\\1\u203a", text.translate(_LOOK_ALIKES))
    return escape(_LOOSE_UNDERSCORE.sub("\u02cd", text))


def markup_link(address: str, label: str) -> str:
    """`address` as `web_address` returns it."""
    return f"<{escape(address)}|{unformatted(label.replace('|', _BROKEN_BAR))}>"
