"""Text as Discord's own apps understand it: what is left to read, and what they made of it.

The rules are those of the apps' parser (simple-markdown with Discord's additions), in their order. Where they are not
known for certain, more is taken for markup rather than less.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

DEEPEST = 20


@dataclass
class Reading:
    """`did` names what became of the text, each as `kind:what`: `mention:user:1`, `mention:role:1`, `mention:everyone`,
    `mention:channel:1`, `command:name`, `emoji:name`, `time:…`, `format:bold`, `link:address`, `broken:label`
    (a link that is shown as it was written), `invite:code`, `direction:U+202E`, `picture:address`, `unfurl:`."""

    lines: list[str] = field(default_factory=list)
    did: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line for line in self.lines if line)

    def add(self, other: "Reading") -> None:
        self.lines += other.lines
        self.did += other.did


def markdown(text: str) -> Reading:
    reading = Reading()
    reading.lines = _block(text, reading.did, 0).split("\n")
    reading.did += [f"invite:{each}" for each in _INVITE.findall(text)]
    reading.did += _directions("\n".join(reading.lines))
    return reading


def plain(text: str) -> Reading:
    """Labels, titles of forms, placeholders: nothing in them is obeyed but the direction of writing."""
    return Reading(text.split("\n"), _directions(text))


def addressed(text: str) -> list[str]:
    """What Discord's servers take for mentions, to notify somebody: escaped or not."""
    found = [f"user:{each}" for each in re.findall(r"<@!?(\d+)>", text)]
    found += [f"role:{each}" for each in re.findall(r"<@&(\d+)>", text)]
    return found + ["everyone" for _each in re.findall(r"@(?:everyone|here)", text)]


_INVITE = re.compile(
    r"(?:(?<![\w./-])|(?<=//))(?:www\.)?"
    r"(?:discord\.gg|discord(?:app)?\.com/(?:invite|events)|discord\.new)/([\w-]+)",
    re.IGNORECASE,
)
"""Not in the path of another address."""
_OPENING, _CLOSING = "\u202a\u202b\u2066\u2067\u2068", "\u202c\u2069"


def _directions(text: str) -> list[str]:
    """Overrides, and whatever turns the writing round and is still open when its line ends."""
    found = [f"direction:U+{ord(each):04X}" for each in text if each in "\u202d\u202e"]
    for line in text.split("\n"):
        open_ = 0
        for letter in line:
            open_ += (letter in _OPENING) - (letter in _CLOSING and open_ > 0)
        found += ["direction:left open"] * open_
    return found


# --------------------------------------------------------------------------------------------------------------- blocks

_FENCE = re.compile(r"```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n].*?)\n*```", re.DOTALL | re.IGNORECASE)
_BLOCKS = {
    "quote": re.compile(r"[^\S\n]*>(?!>>)[^\S\n]+([^\n]*)"),
    "subtext": re.compile(r"[^\S\n]*-#[^\S\n]+([^\n]+)"),
    "heading": re.compile(r"[^\S\n]*#{1,3}[^\S\n]+([^\n]+?)#*[^\S\n]*(?=\n|\Z)"),
    "list": re.compile(r"[^\S\n]*(?:[*-]|\d+\.)[^\S\n]+([^\n]*)"),
}
_QUOTE_OF_ALL = re.compile(r"[^\S\n]*>>>[^\S\n]+(.*)", re.DOTALL)


def _block(text: str, did: list[str], depth: int) -> str:
    """Line after line; what begins within one may go on over several."""
    parts: list[str] = []
    position = 0
    while position < len(text):
        shown, position = _line(text, position, did, depth)
        parts.append(shown)
    return "".join(parts)


def _line(text: str, position: int, did: list[str], depth: int) -> tuple[str, int]:
    if depth < DEEPEST:
        whole = _QUOTE_OF_ALL.match(text, position)
        if whole:
            did.append("format:quote")
            return _block(whole[1], did, depth + 1), whole.end()
        for name, pattern in _BLOCKS.items():
            found = pattern.match(text, position)
            if found and found[1].strip():
                did.append(f"format:{name}")
                return _block(found[1], did, depth + 1), found.end()
    return _inline(text, position, did, depth)


# --------------------------------------------------------------------------------------------------------------- inline

Rule = Callable[[re.Match[str], list[str], int], str]


def _formatted(name: str) -> Rule:
    def rule(found: re.Match[str], did: list[str], depth: int) -> str:
        did.append(f"format:{name}")
        return _all_inline(found[1], did, depth + 1)

    return rule


def _literal(name: str) -> Rule:
    def rule(found: re.Match[str], did: list[str], _depth: int) -> str:
        did.append(f"format:{name}")
        return found[2]

    return rule


def _noted(kind: str) -> Rule:
    """It is shown as something else; what was written stands for it."""

    def rule(found: re.Match[str], did: list[str], _depth: int) -> str:
        did.append(f"{kind}:{found[1]}")
        return found[0]

    return rule


def _everyone(found: re.Match[str], did: list[str], _depth: int) -> str:
    did.append("mention:everyone")
    return found[0]


def _bare(found: re.Match[str], did: list[str], _depth: int) -> str:
    did.append(f"link:{found[1]}")
    return found[1]


_ADDRESS = r"(?:https?|steam|discord)://[^\s<]+[^<.,:;\"')\]\s]"
_ITALIC = re.compile(r"\*(?=\S)((?:\*\*|\\.|\s+(?:\\.|[^*\s\\]|\*\*)|[^\s*\\])+?)\*(?!\*)", re.DOTALL)
_RULES: list[tuple[str, re.Pattern[str], Rule]] = [
    ("¯", re.compile(r"(¯\\_\(ツ\)_/¯)"), lambda found, _did, _depth: found[0]),
    ("\\", re.compile(r"\\([^0-9A-Za-z\s])"), lambda found, _did, _depth: found[1]),
    ("`", _FENCE, _literal("code")),
    ("`", re.compile(r"(`+)(.*?[^`])\1(?!`)", re.DOTALL), _literal("code")),
    ("<", re.compile(r"<@!?(\d+)>"), _noted("mention:user")),
    ("<", re.compile(r"<@&(\d+)>"), _noted("mention:role")),
    ("<", re.compile(r"<#(\d+)>"), _noted("mention:channel")),
    ("<", re.compile(r"<id:(\w[\w-]*(?::\d+)?)>"), _noted("mention:channel")),
    ("<", re.compile(r"</([^<>:\n]{1,100}):\d+>"), _noted("command")),
    ("<", re.compile(r"<a?:(\w+):\d+>"), _noted("emoji")),
    ("<", re.compile(r"<t:(-?\d{1,17}(?::[tTdDfFRsS])?)>"), _noted("time")),
    ("<", re.compile(r"<([^: >\n]+:/[^ >\n]+)>"), _bare),
    ("<", re.compile(r"<((?:[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)|\+\d{6,15})>"), _bare),
    ("@", re.compile(r"@(everyone|here)"), _everyone),
    ("*", re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.DOTALL), _formatted("bold")),
    ("_", re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.DOTALL), _formatted("underline")),
    ("*", _ITALIC, _formatted("italic")),
    ("_", re.compile(r"_((?:__|\\.|[^\\_])+?)_(?!\w)", re.DOTALL), _formatted("italic")),
    ("~", re.compile(r"~~(.+?)~~(?!_)", re.DOTALL), _formatted("strike")),
    ("|", re.compile(r"\|\|(.+?)\|\|", re.DOTALL), _formatted("spoiler")),
    (":", re.compile(r":((?=[\w+-]*[a-z])[\w+-]+(?:::skin-tone-\d)?|100|1234):"), _noted("emoji")),
    ("hsd", re.compile(rf"({_ADDRESS})"), _bare),
]
_Rules = dict[str, list[tuple[re.Pattern[str], Rule]]]


def _by_letter(rules: Iterable[tuple[str, re.Pattern[str], Rule]]) -> _Rules:
    found: _Rules = {}
    for letters, pattern, rule in rules:
        for letter in letters:
            found.setdefault(letter, []).append((pattern, rule))
    return found


_ANYWHERE = _by_letter(_RULES)
_IN_A_LABEL = _by_letter(each for each in _RULES if each[0] in "`*_~|")
_ORDINARY = re.compile(r"[^¯\\`<@*_~|:hsd\[\n]+")


def _inline(text: str, position: int, did: list[str], depth: int) -> tuple[str, int]:
    """To the end of the line at which it stands then, that end included."""
    parts: list[str] = []
    while position < len(text):
        if text[position] == "\n":
            parts.append("\n")
            return "".join(parts), position + 1
        shown, position = _next(text, position, did, depth, _ANYWHERE)
        parts.append(shown)
    return "".join(parts), position


def _all_inline(text: str, did: list[str], depth: int, rules: _Rules | None = None) -> str:
    parts, position = [], 0
    while position < len(text):
        if text[position] == "\n":
            shown, position = "\n", position + 1
        else:
            shown, position = _next(text, position, did, depth, rules or _ANYWHERE)
        parts.append(shown)
    return "".join(parts)


def _next(text: str, position: int, did: list[str], depth: int, rules: _Rules) -> tuple[str, int]:
    ordinary = _ORDINARY.match(text, position)
    if ordinary:
        return ordinary[0], ordinary.end()
    letter = text[position]
    if depth < DEEPEST:
        if letter == "[" and (link := _masked(text, position, did, depth)):
            return link
        for pattern, rule in rules.get(letter, ()):
            found = pattern.match(text, position)
            if found:
                return rule(found, did, depth), found.end()
    return letter, position + 1


_TARGET = re.compile(r"\]\(\s*<?((?:\([^)\n]*\)|[^\s\\()<>]|\\.)+?)>?(?:\s+(?:'[^']*'|\"[^\"]*\"))?\s*\)")
_SCHEME = re.compile(r"(?:https?|discord|mailto):", re.IGNORECASE)
_NOT_IN_A_LABEL = re.compile(
    r"""[\N{SOLIDUS}\N{FRACTION SLASH}\N{DIVISION SLASH}\N{FULLWIDTH SOLIDUS}\N{BIG SOLIDUS}]{2}
    | <[@\#/:a] | <[^:\ >]+:/ | @everyone | @here | :\w+: | ```
    | (?:discord\.gg|discord(?:app)?\.com/(?:invite|events)|discord\.new)/
    | [\u203c\u2049\u20e3\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b55]
    | [\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff]""",
    re.VERBOSE | re.IGNORECASE,
)
"""Addresses, however disguised, mentions, emoji and invites: they might make a link seem to lead elsewhere."""


def _masked(text: str, start: int, did: list[str], depth: int) -> tuple[str, int] | None:
    """`[label](address)`: what is read, and where it ends. Brackets inside the label are in pairs, backslashes in it
    are shown, and what may not be in a label leaves all of it as it was written."""
    end = _pairs(text).get(start, -1)
    found = _TARGET.match(text, end) if end > 0 else None
    if not found or not _SCHEME.match(found[1]):
        return None
    label = "".join(each for each in text[start + 1 : end] if unicodedata.category(each) != "Cf")
    if not label.strip():
        return None
    if _NOT_IN_A_LABEL.search(label):
        did.append(f"broken:{label}")
        return text[start : found.end()], found.end()
    did.append("link:" + re.sub(r"\\([^0-9A-Za-z\s])", r"\1", found[1]))
    return _all_inline(label, did, depth + 1, _IN_A_LABEL), found.end()


@lru_cache(maxsize=8)
def _pairs(text: str) -> dict[int, int]:
    """Where the bracket that opens there is closed; escaped ones are none."""
    pairs, open_ = {}, []
    for found in re.finditer(r"\\.|\[|\]", text, re.DOTALL):
        if found[0] == "[":
            open_.append(found.start())
        elif found[0] == "]" and open_:
            pairs[open_.pop()] = found.start()
    return pairs
