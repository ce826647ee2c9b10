"""Markdown as far as we write it, read for the preview: what is escaped is text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Kind = Literal["heading", "small", "bullet", "number", "quote", "text"]

_KINDS: tuple[tuple[str, Kind], ...] = (("### ", "heading"), ("-# ", "small"), ("- ", "bullet"), ("> ", "quote"))
_NUMBERED = re.compile(r"([0-9]{1,9})\. ")
_TOKEN = re.compile(
    r"\\(?P<letter>[^0-9A-Za-z\s])"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<address>https?://[^\s()]+)\)"
    r"|<@&(?P<role>[0-9]{1,20})>"
    r"|(?P<mark>\*\*?)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line: a link where it has an address."""

    text: str
    address: str = ""
    bold: bool = False
    italic: bool = False
    calls: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one kind that follow each other; `first` is the number that those of a numbered list begin with."""

    kind: Kind
    lines: tuple[tuple[Run, ...], ...]
    first: int = 1


def parts_of(markdown: str) -> list[Part]:
    lines = [_line(line) for line in markdown.split("\n")]
    return [
        Part(kind, tuple(tuple(runs_of(text)) for _kind, text, _number in group), group[0][2])
        for kind, alike in groupby(lines, lambda line: line[0])
        if (group := list(alike))
    ]


def _line(line: str) -> tuple[Kind, str, int]:
    if numbered := _NUMBERED.match(line):
        return "number", line[numbered.end() :], int(numbered[1])
    marked = ((kind, line.removeprefix(mark), 1) for mark, kind in _KINDS if line.startswith(mark))
    return next(marked, ("text", line, 1))


def runs_of(line: str) -> Iterator[Run]:
    bold = italic = False
    text, at = "", 0
    for token in _TOKEN.finditer(line):
        text, at = text + line[at : token.start()] + (token["letter"] or ""), token.end()
        if token["letter"]:
            continue
        yield from _said(text, bold=bold, italic=italic)
        text = ""
        match token["mark"]:
            case "**":
                bold = not bold
            case "*":
                italic = not italic
            case _ if token["role"]:
                yield Run("@role", calls=True)
            case _:
                yield Run(token["label"], token["address"], bold=bold, italic=italic)
    yield from _said(text + line[at:], bold=bold, italic=italic)


def _said(text: str, *, bold: bool, italic: bool) -> Iterator[Run]:
    if text:
        yield Run(text, bold=bold, italic=italic)
