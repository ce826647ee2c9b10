"""A list in Markdown, in which nobody's words are markup."""

import re
from collections.abc import Iterator

from bot.domain.exchange.entry import Entry, told
from bot.domain.exchange.layout import Layout
from bot.domain.links import is_web_address
from bot.domain.topic import plain

_MARKS = re.compile(r"[\\`*_{}\[\]<>#&|~!$^@=+-]|(?<=[:/])/|(?<=www)\.")
"""What could be read as markup, begin a list or a heading, be an address that becomes a link, or a mention."""
_NUMBER = re.compile(r"^([0-9]+)([.)])")
"""At the beginning of a line it begins a list."""


def markdown(title: str, when: str) -> Layout:
    return Layout(f"# {escaped(title)}\n\n{escaped(when)}\n\n", _written)


def _written(entry: Entry) -> str:
    return "".join(f"{line}\n" for line in _lines_of(entry))


def _lines_of(entry: Entry) -> Iterator[str]:
    title = escaped(entry.title) or "Untitled"
    about = ", ".join(part for part in (escaped(entry.credit), entry.kind, f"{entry.saved_at:%Y-%m-%d}") if part)
    yield f"- [{title}](<{entry.url}>) ({about})" if is_web_address(entry.url) else f"- {title} ({about})"
    if entry.text:
        yield from _quoted(entry.text)
    if entry.tags:
        yield f"  - Tags: {', '.join(map(escaped, entry.tags))}"
    if entry.saved_by:
        yield f"  - Saved by {', '.join(map(escaped, entry.saved_by))}"
    for note in entry.notes:
        first, *more = [escaped(line) for line in told(note).split("\n") if line.strip()] or [""]
        yield f"  - {first}"
        yield from (f"    {line}" for line in more)


def _quoted(text: str) -> Iterator[str]:
    yield from (f"  > {escaped(line)}" for line in text.split("\n"))


def escaped(text: str) -> str:
    """One line, every letter of which stands for itself."""
    line = plain(" ".join(text.split()))
    return _NUMBER.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", line))
