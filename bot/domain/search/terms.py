"""The parts of a search, as they were typed: for showing each by itself, and for leaving one out or adding one."""

import re
from collections.abc import Sequence

from bot.domain.search.language import PIECE, made_plain
from bot.domain.topic import folded

_NEEDS_QUOTES = re.compile(r"[\s()]")
_SAYS_NOTHING = re.compile(r"[^\w()/|]+")


def terms_of(typed: str) -> tuple[str, ...]:
    """All of which have to hold. What brackets hold together, or an `or`, is one."""
    terms: list[str] = []
    depth, joins = 0, False
    for found in PIECE.finditer(made_plain(typed)):
        piece = found[0] + '"' * (found[0].count('"') % 2)
        if (piece == ")" and depth == 0) or _SAYS_NOTHING.fullmatch(piece):
            continue
        goes_on = depth > 0 or joins
        is_or = found["word"] is not None and not found["not"] and folded(found["word"]) in {"or", "/", "|"}
        depth = max(depth + (1 if found["bracket"] else -1 if piece == ")" else 0), 0)
        joins = is_or and bool(terms)
        if terms and (goes_on or is_or or piece == ")"):
            terms[-1] += f" {piece}"
        elif not is_or and piece != ")":
            terms.append(piece)
    if terms:
        terms[-1] = _tidy(terms[-1]) + ")" * depth
    return tuple(_tidy(term) for term in terms)


def without_term(typed: str, which: int) -> str:
    """The same search without one of its parts."""
    return " ".join(term for number, term in enumerate(terms_of(typed)) if number != which)


def with_terms(typed: str, more: Sequence[str]) -> str:
    """With more that has to hold: in front, because the last word of a search may be only the beginning of one."""
    terms = terms_of(typed)
    return " ".join((*(each for each in more if each and each not in terms), *terms))


def field_term(name: str, said: str) -> str:
    """`in:maths`, `in:"year 9"`; empty where nothing is said."""
    value = " ".join(said.replace('"', " ").split())
    if not value:
        return ""
    return f'{name}:"{value}"' if _NEEDS_QUOTES.search(value) else f"{name}:{value}"


def _tidy(term: str) -> str:
    return term.replace("( ", "(").replace(" )", ")").removesuffix(" or")
