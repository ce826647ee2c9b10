"""What makes somebody else's text harmless in Discord's Markdown: a backslash before what has a meaning there.

Discord shows what follows a backslash as it stands and hides the backslash, so people read the wording unchanged. In
the label of a link it hides no backslash, and where there is an emoji, a mention or an address in it, it shows all of
`[label](address)` as text: only plain words become the label of a link.
"""

import re
import unicodedata
from collections.abc import Sequence

from bot.domain import harmless
from bot.domain.harmless import length
from bot.domain.marked import Stretch

_SIGNS = re.compile(r"[\\*_~`|<>\[\]]|:(?=//|[^\s:]+:)|@(?=everyone|here)", re.IGNORECASE)
"""A colon before an address, which would become a link, and before what could be the name of an emoji."""
_AT_THE_START_OF_A_LINE = re.compile(r"^([^\S\n]*)([#+-])", re.MULTILINE)
_NUMBERED_LINE = re.compile(r"^([^\S\n]*[0-9]{1,20})([.)])", re.MULTILINE)
_INVITE = re.compile(r"(dis(?:cord)?(?:app)?\.[a-z]{2,8})/", re.IGNORECASE)
_WHERE = re.compile(r"(https?://[^/?#]+)(.*)")
_SCHEME = re.compile(r"\b[a-z][a-z0-9+.-]{0,15}://", re.IGNORECASE)
_BRACKETS = str.maketrans("[]", "()")
_NOT_IN_A_LABEL = re.compile(
    r"[\\*~`<>\[\]\u203c\u2049\u2139\u3030\ufe00-\ufe0f]|^[#+-]|^[0-9]{1,20}[.)]"
    r"|\|\||[/\uff0f]{2}|(?<![^\W_])_|_(?![^\W_])|:[^\s:]+:|@(?:everyone|here)"
    r"|dis(?:cord)?(?:app)?\.[a-z]{2,8}/",
    re.IGNORECASE,
)
_LETTERS_OF_A_LABEL = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd", "Nl", "No", "Zs", "Sc"})
OPEN = "open"

_ISOLATED, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_FROM_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_KEPT_IN_ADDRESSES = "%/:?#@!$&+,;=-._"
"""Brackets, stars and what else could end a link or begin a format is encoded."""
_WELL_FORMED = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*(?::[0-9]{1,5})?(?:[/?#][!-~]*)?")


def escape(text: str) -> str:
    """For Discord's Markdown: nothing in it formats, mentions or links any more."""
    text = _INVITE.sub(r"\1\\/", _SIGNS.sub(r"\\\g<0>", text))
    return _NUMBERED_LINE.sub(r"\1\\\2", _AT_THE_START_OF_A_LINE.sub(r"\1\\\2", text))


def inline(text: str) -> str:
    """The same for a single line that others stand beside: writing from right to left does not turn them."""
    return beside_others(escape(text), text)


def marked(parts: Sequence[Stretch]) -> str:
    """The same for a line in parts: what was found is bold."""
    escaped = (f"**{escape(part.text)}**" if part.is_found else escape(part.text) for part in parts)
    return beside_others("".join(escaped), "".join(part.text for part in parts))


def link(address: str, label: str) -> str:
    """`address` as `web_address` returns it; the label is a single line. Where it cannot be the label of a link, it
    stands before one. Just the label where there is no address."""
    if not address:
        return inline(label)
    return label_of(address, label) or f"{inline(label)} ([{OPEN}]({address}))"


def label_of(address: str, label: str) -> str:
    """The label as a link, with round brackets for square ones; empty where there is no address, or where Discord would
    not make it one."""
    shown = _SCHEME.sub("", label).translate(_BRACKETS).strip()
    if not address or not shown or _NOT_IN_A_LABEL.search(shown) or not all(map(_is_plain, shown)):
        return ""
    return beside_others(f"[{shown}]({address})", shown)


def _is_plain(letter: str) -> bool:
    """No emoji, and nothing that is not seen."""
    if letter.isascii():
        return letter.isprintable()
    kind = unicodedata.category(letter)
    return kind in _LETTERS_OF_A_LABEL or kind.startswith("P")


def beside_others(escaped: str, text: str) -> str:
    """`text`, as it is written in `escaped`: from right to left it does not turn what stands beside it."""
    if text.isascii() or not any(unicodedata.bidirectional(letter) in _FROM_RIGHT_TO_LEFT for letter in text):
        return escaped
    return f"{_ISOLATED}{escaped}{_END}"


def web_address(url: str, most: int) -> str:
    """The address, encoded, where it leads to a web page and is not too long; else nothing: then it is no link. An
    invitation behind its host is none any more."""
    found = _WHERE.match(harmless.web_address(url, _KEPT_IN_ADDRESSES))
    address = found[1] + _INVITE.sub(lambda invite: invite[0].replace(".", "%2E"), found[2]) if found else ""
    return address if length(address) <= most else ""


def suits_a_button(address: str) -> bool:
    """Discord refuses a whole message for the sake of one button whose address it finds strange."""
    return bool(_WELL_FORMED.fullmatch(address))
