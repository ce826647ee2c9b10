"""What people type to find something: `fractions "exit ticket" -primary #year9 from:#edchat since:2026-09`.

All of it has to hold; `or` or a `/` that stands alone joins its two neighbours, brackets join more. Nothing that is
typed is an error by itself: what cannot be read as more is read as words.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.search.entry import author_facet, kind_facet, library_facet, site_facet, tag_facet
from bot.domain.search.kinds import KINDS
from bot.domain.search.query import (
    AllOf,
    AnyOf,
    Before,
    CameFrom,
    Facet,
    Node,
    Not,
    Query,
    SavedBy,
    SavedByMe,
    ShownIn,
    Since,
    Words,
)
from bot.domain.search.words import run_together, words_in
from bot.domain.topic import STRAIGHT, TopicKind, folded, plain
from bot.errors import Mistake

MOST_LETTERS = 300
MOST_WORDS = 12
DEEPEST = 5
FEWEST_LETTERS_TO_GO_ON = 2
"""A single letter begins too much."""
REMEMBERED = 16
"""Of so many searches it is remembered what was meant: a page of what was found asks once for each item."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
EVERYWHERE = "in:all"
"""Looks in all libraries, also where only that of a department is looked in otherwise."""

_WIDE = str.maketrans({"：": ":", "（": "(", "）": ")", "／": "/", "－": "-", "–": "-", "—": "-", "−": "-", "｜": "|"})
_FIELDS = "by|from|in|library|kind|domain|since|before|tag"
PIECE = re.compile(
    rf"""
    \)
    | (?P<not> -(?=[^\s)-]))?
      (?: (?P<bracket> \()
        | (?P<field> {_FIELDS}):\s* (?: "(?P<said>[^"]*)"? | (?P<value>[^\s"()]*) )
        | "(?P<phrase>[^"]*)(?P<closed>"?)
        | (?P<word>[^\s"()]+) )""",
    re.IGNORECASE | re.VERBOSE,
)
_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)
_MOMENT = "%Y-%m-%dT%H:%MZ"
_SITE = re.compile(r"\w[\w-]*(?:\.\w[\w-]*)+")


@dataclass(frozen=True, slots=True)
class Around:
    """What a search depends on beside its words: the zone of days, and the ids of the channels that the person may ask
    about, by their names run together; None where it does not matter which there are. `libraries` are the keys of the
    departments, likewise; `people` the ids of those who agreed to be found, by their names run together and by the
    first word of those."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    channels: Mapping[str, tuple[str, ...]] | None = field(default_factory=dict)
    libraries: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, tuple[str, ...]] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A bracket, an `or`, or a term; `node` is None for what says nothing."""

    sign: str = ""
    node: Node | None = None
    is_not: bool = False


def parse_query(text: str, around: Around | None = None) -> Query:
    """Everything is meant where no word is left. Raises Mistake for what cannot be meant."""
    typed = made_plain(text)
    if len(typed) > MOST_LETTERS:
        raise Mistake(f"A search has at most {MOST_LETTERS} characters. Try fewer words.")
    pieces = _Reader(around or Around()).pieces(typed)
    return Query(_Builder(pieces).everything(), typed)


def made_plain(text: str) -> str:
    """With quotation marks, brackets and spaces of one kind."""
    return plain(" ".join(text.translate(STRAIGHT).translate(_WIDE).split()))


@lru_cache(REMEMBERED)
def as_typed(text: str) -> Query:
    """A search that was made before; nothing where it means nothing any more. Which channels and
    people there are does not matter."""
    try:
        return parse_query(text, Around(channels=None, people=None))
    except Mistake:
        return Query()


class _Reader:
    def __init__(self, around: Around) -> None:
        self._around = around
        self._fields: dict[str, Callable[[str], Node | None]] = {
            "by": self._by,
            "from": _from,
            "in": self._in,
            "library": self._library,
            "kind": _kind,
            "domain": _domain,
            "since": self._since,
            "before": self._before,
            "tag": _tag,
        }

    def pieces(self, typed: str) -> list[_Piece]:
        found = list(PIECE.finditer(typed))
        read = [self._piece(each, is_last=number == len(found) - 1) for number, each in enumerate(found)]
        _check_count(read)
        return read

    def _piece(self, found: re.Match[str], *, is_last: bool) -> _Piece:
        is_not = found["not"] is not None
        if found["bracket"] or found[0] == ")":
            return _Piece(found["bracket"] or ")", is_not=is_not)
        if found["field"]:
            said = found["said"] if found["value"] is None else found["value"]
            return _Piece(node=self._fields[found["field"].lower()](said.strip()), is_not=is_not)
        if found["word"] is None:
            return _Piece(node=_phrase(found["phrase"], goes_on=is_last and not found["closed"]), is_not=is_not)
        if not is_not and folded(found["word"]) in {"or", "/", "|"}:
            return _Piece("or")
        return _Piece(node=_word(found["word"], goes_on=is_last and not is_not), is_not=is_not)

    def _by(self, said: str) -> Node:
        """Whoever did not agree to be found is not told from somebody who is not there."""
        name, known = run_together(said), self._around.people
        if folded(said) in {"me", "myself"}:
            return SavedByMe()
        people = (name,) if known is None else known.get(name)
        if not people:
            raise Mistake(
                "by: finds your own saves, with by:me, and those of colleagues who agreed to be found by name. "
                "Nobody called that has agreed."
            )
        return SavedBy(people)

    def _in(self, said: str) -> Node | None:
        if folded(said) == "all":
            return None
        name, known = run_together(said), self._around.channels
        channels = (name,) if known is None else known.get(name)
        shown: list[Node] = [ShownIn(channels)] if channels else []
        library = self._around.libraries.get(name)
        kept: list[Node] = [Facet(library_facet(library))] if library else []
        if not shown and not kept:
            raise Mistake("in: wants the name of a channel that gets a digest here, or of a department: in:maths.")
        return AnyOf((*shown, *kept)) if shown and kept else (*shown, *kept)[0]

    def _library(self, said: str) -> Node | None:
        """Of a channel that is called like a department nothing is meant."""
        library = self._around.libraries.get(run_together(said))
        if library is None and self._around.channels is not None:
            raise Mistake("library: wants the name of a department, such as library:maths.")
        return Facet(library_facet(library)) if library else None

    def _since(self, said: str) -> Node:
        return Since(self._beginning("since", said))

    def _before(self, said: str) -> Node:
        return Before(self._beginning("before", said))

    def _beginning(self, name: str, said: str) -> datetime:
        if moment := _moment(said):
            return moment
        found = _DAY.fullmatch(said)
        try:
            day = date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
        except ValueError:
            day = None
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Mistake(f"{name}: wants a month or a day, such as {name}:2026-09 or {name}:2026-09-14.")
        return datetime.combine(day, time(), self._around.zone)


def moment_term(name: str, at: datetime) -> str:
    """`since:2026-11-16T23:00Z`: whatever the zone of days, to the minute."""
    return f"{name}:{at.astimezone(UTC):{_MOMENT}}"


def _moment(said: str) -> datetime | None:
    try:
        moment = datetime.strptime(said, _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


class _Builder:
    """Makes a tree of the pieces. A bracket that is not closed ends with the text; one too many is left out."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self._pieces = pieces
        self._at = 0

    def everything(self) -> Node | None:
        parts = []
        while self._at < len(self._pieces):
            part = self._all_of(depth=0)
            parts += [part] if part else []
            self._at += 1
        return _all(parts)

    def _all_of(self, depth: int) -> Node | None:
        """Up to the closing bracket or the end."""
        if depth > DEEPEST:
            raise Mistake(f"A search has at most {DEEPEST} brackets within each other.")
        parts: list[Node] = []
        joins = False
        while self._at < len(self._pieces) and self._pieces[self._at].sign != ")":
            piece = self._pieces[self._at]
            if piece.sign == "or":
                joins = bool(parts)
            elif part := self._part(piece, depth):
                parts = [*parts[:-1], _either(parts[-1], part)] if joins else [*parts, part]
                joins = False
            self._at += 1
        return _all(parts)

    def _part(self, piece: _Piece, depth: int) -> Node | None:
        if piece.sign != "(":
            return Not(piece.node) if piece.is_not and piece.node else piece.node
        self._at += 1
        inner = self._all_of(depth + 1)
        return Not(inner) if inner and piece.is_not else inner


def _all(parts: list[Node]) -> Node | None:
    return AllOf(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


def _either(one: Node, other: Node) -> Node:
    return AnyOf((*(one.parts if isinstance(one, AnyOf) else (one,)), other))


def _check_count(pieces: list[_Piece]) -> None:
    words = sum(len(each.node.words) if isinstance(each.node, Words) else 1 for each in pieces if each.node)
    if words > MOST_WORDS:
        raise Mistake(f"A search has at most {MOST_WORDS} words. Try fewer.")


def _word(said: str, *, goes_on: bool) -> Node | None:
    if said.startswith("#") and run_together(said):
        return Facet(tag_facet(said))
    if said.startswith("@") and run_together(said):
        return Facet(author_facet(said))
    return _phrase(said, goes_on=goes_on)


def _phrase(said: str, *, goes_on: bool) -> Node | None:
    words = words_in(said)
    if not words:
        return None
    return Words(tuple(words), goes_on=goes_on and len(words[-1]) >= FEWEST_LETTERS_TO_GO_ON)


def _from(said: str) -> Node:
    words = words_in(said)
    if not words:
        raise Mistake("from: wants a topic that is followed here, such as from:#edchat.")
    if said[0] == "@":
        return CameFrom((TopicKind.ACCOUNT,), said[1:].casefold())
    if said[0] == "#":
        return CameFrom((TopicKind.HASHTAG,), folded(said[1:]))
    if folded(said).startswith("list:"):
        return CameFrom((TopicKind.LIST,), said.partition(":")[2])
    return CameFrom((TopicKind.HASHTAG, TopicKind.PHRASE), " ".join(words))


def _kind(said: str) -> Node:
    wanted = folded(said)
    kind = next((each for each in KINDS if wanted in {each, f"{each}s"}), None)
    if kind is None:
        raise Mistake(f"kind: wants one of {', '.join(KINDS[:-1])} or {KINDS[-1]}, such as kind:video.")
    return Facet(kind_facet(kind))


def _domain(said: str) -> Node:
    host = folded(said).partition("//")[2] or folded(said)
    host = host.partition("/")[0].removeprefix("www.").rstrip(".")
    if not _SITE.fullmatch(host):
        raise Mistake("domain: wants the name of a website, such as domain:nrich.org.")
    return Facet(site_facet(host))


def _tag(said: str) -> Node:
    if not run_together(said):
        raise Mistake("tag: wants a tag, such as tag:fractions, or #fractions.")
    return Facet(tag_facet(said))
