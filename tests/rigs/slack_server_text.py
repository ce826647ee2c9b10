"""What Slack makes of a message: the text that people read, and all that it did because of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.rigs.slack_server_world import Json, Message


@dataclass
class Reading:
    """`did` names mentions, links, formats and pictures, each as `kind:what`."""

    lines: list[str] = field(default_factory=list)
    did: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line for line in self.lines if line)


def read(message: Message) -> Reading:
    """Where there are blocks they are shown; the text is then for notifications, where it still mentions."""
    reading = Reading()
    parsed = _read_text(message)
    if message.blocks:
        for block in message.blocks:
            _read_block(block, reading)
        reading.did += [each for each in parsed.did if each.startswith("mention:")]
    else:
        reading.lines, reading.did = parsed.lines, parsed.did
    if any(each.startswith("link:") for each in reading.did + parsed.did) and _unfurls(message.flags):
        reading.did.append("unfurl:")
    return reading


def _read_text(message: Message) -> Reading:
    flags = message.flags
    if flags.get("mrkdwn") in (False, "false"):
        return Reading([_unescaped(message.text)])
    parsed = mrkdwn(message.text)
    if flags.get("parse") == "full" or flags.get("link_names") in (True, 1, "1", "true"):
        parsed.did += [f"mention:{each}" for each in re.findall(r"[@#]\w+", _unescaped(message.text))]
    return parsed


def _unfurls(flags: Json) -> bool:
    return not all(flags.get(name) in (False, "false", "0", 0) for name in ("unfurl_links", "unfurl_media"))


# --------------------------------------------------------------------------------------------------------------- blocks


def _read_block(block: Json, reading: Reading) -> None:
    kind = block["type"]
    if kind == "rich_text":
        for part in _rich_parts(block):
            _read_rich(part, reading)
    elif kind == "markdown":
        reading.lines.append(block["text"])
        reading.did.append("format:markdown")
    else:
        for text in _texts_of(block):
            _read_object(text, reading)
        for element in [*block.get("elements", []), block.get("accessory", {}), block.get("element", {})]:
            _read_element(element, reading)
        if kind == "image":
            _read_picture(block, reading)


def _texts_of(block: Json) -> Iterator[Json]:
    for name in ("title", "text", "label", "hint"):
        if isinstance(block.get(name), dict):
            yield block[name]
    yield from block.get("fields", [])


def _read_object(text: Json, reading: Reading) -> None:
    if text["type"] == "mrkdwn":
        parsed = mrkdwn(text["text"], verbatim=bool(text.get("verbatim")))
        reading.lines += parsed.lines
        reading.did += parsed.did
    else:
        reading.lines.append(text["text"])


def _read_element(element: Json, reading: Reading) -> None:
    kind = element.get("type")
    if kind in ("mrkdwn", "plain_text"):
        _read_object(element, reading)
    elif kind == "image":
        _read_picture(element, reading)
    elif kind == "button":
        _read_object(element["text"], reading)
    for option in element.get("options", []):
        _read_object(option["text"], reading)
    reading.lines.append(element.get("initial_value", ""))


def _read_picture(image: Json, reading: Reading) -> None:
    reading.lines.append(image["alt_text"])
    reading.did.append(f"picture:{image.get('image_url', '')}")


def _rich_parts(block: Json) -> Iterator[Json]:
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            yield from part["elements"]
        else:
            yield part


def _read_rich(part: Json, reading: Reading) -> None:
    """The pieces of a line stand next to each other; none of their text is interpreted."""
    line = ""
    for element in part["elements"]:
        kind = element["type"]
        if kind == "text":
            line += element["text"]
        elif kind == "link":
            line += element.get("text") or element["url"]
            reading.did.append(f"link:{element['url']}")
        elif kind == "emoji":
            line += f":{element['name']}:"
        elif kind != "date":
            reading.did.append(f"mention:{kind}")
    reading.lines.append(line)


# --------------------------------------------------------------------------------------------------------------- mrkdwn

_CONTROL = re.compile(r"<([^<>\n]+)>")
_SCHEME = re.compile(r"(https?|mailto|tel|ftp|slack):", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>|]+", re.IGNORECASE)
_FORMATS = {
    "fence": re.compile(r"```(.+?)```", re.DOTALL),
    "code": re.compile(r"`([^`\n]+)`"),
    "bold": re.compile(r"(?<![\w*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])"),
    "italic": re.compile(r"(?<![\w_])_(?!\s)([^_\n]+?)(?<!\s)_(?![\w_])"),
    "strike": re.compile(r"(?<![\w~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\w~])"),
    "quote": re.compile(r"^(?:>|&gt;) ?(.*)$", re.MULTILINE),
}


def mrkdwn(text: str, *, verbatim: bool = False) -> Reading:
    """Control sequences first, then formats in what is left, then the three characters that were escaped."""
    reading = Reading()
    kept: list[str] = []
    shown = _CONTROL.sub(lambda found: _held(kept, _control(found[1], reading)), text)
    if not verbatim:
        reading.did += [f"link:{_unescaped(each)}" for each in _ADDRESS.findall(shown)]
    for name, pattern in _FORMATS.items():
        shown = pattern.sub(lambda found, name=name: _formatted(name, found[1], reading), shown)  # type: ignore[misc]
    reading.lines.append(_unescaped(re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], shown)))
    return reading


def _held(kept: list[str], shown: str) -> str:
    kept.append(shown)
    return f"\x00{len(kept) - 1}\x00"


def _control(inside: str, reading: Reading) -> str:
    """What is neither mention nor address stays as it was written."""
    target, _, label = inside.partition("|")
    if target.startswith("!date^"):
        return label
    if target[:1] in "!@#":
        reading.did.append(f"mention:{target}")
        return label or target
    if _SCHEME.match(target):
        reading.did.append(f"link:{_unescaped(target)}")
        return label or target
    return f"<{inside}>"


def _formatted(name: str, inside: str, reading: Reading) -> str:
    reading.did.append(f"format:{name}")
    return inside


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_view(view: Any) -> Reading:
    """A modal or a Home page."""
    reading = Reading()
    if isinstance(view.get("title"), dict):
        _read_object(view["title"], reading)
    for block in view["blocks"]:
        _read_block(block, reading)
    return reading
