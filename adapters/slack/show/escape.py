"""What makes somebody else's text harmless in Slack.

Most of it goes into `rich_text` and `plain_text`, where nothing has a meaning. Slack's own markup is used for two
things only: a link in small print, and the text of a notification.
"""

import re

from bot.domain import harmless

_LOOSE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_QUOTED_LINE = re.compile(r"^(\s*)>", re.MULTILINE)

_LOOK_ALIKES = str.maketrans({"*": "\u2217", "~": "\u223c", "`": "\u02cb"})
_BROKEN_BAR = "\u00a6"


def web_address(url: str, most: int) -> str:
    """The address, encoded, where it leads to a web page and is not too long; else nothing: then it is no link."""
    address = harmless.web_address(url)
    return address if len(escape(address)) <= most else ""


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
