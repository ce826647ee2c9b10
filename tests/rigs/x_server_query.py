"""X's search language, as far as Staffroom speaks it (X docs: operators, build-a-query).

Space is AND and binds before OR; groups may be nested but not negated; negations do not stand alone; case and accents
do not matter in search; the query has at most 512 characters on pay-per-use.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

MOST_LETTERS = 512

_TOKEN = re.compile(r'\s*(\(|\)|-?"[^"]*"|-?[^\s()"]+)')


class BadQuery(Exception):
    """Answered with 400 and this text."""


@dataclass(frozen=True)
class Searched:
    """A post as search sees it: folded words, hashtags, its author's name and id, and the lists its author is on."""

    words: tuple[str, ...]
    hashtags: frozenset[str]
    mentions: frozenset[str]
    author: frozenset[str]
    lists: frozenset[str]
    kinds: frozenset[str]


Condition = Callable[[Searched], bool]


def fold(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(each for each in letters if not unicodedata.combining(each)).casefold()


def words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", fold(text)))


def condition(query: str) -> Condition:
    """What the query asks of a post. Raises BadQuery for what X answers with 400."""
    if not 0 < len(query) <= MOST_LETTERS:
        raise BadQuery(f"Rules must be between 1 and {MOST_LETTERS} characters")
    tokens = _TOKEN.findall(query)
    if query.count('"') % 2:
        raise BadQuery("There were errors processing your request: unbalanced quotation marks")
    if all(each.startswith("-") or each == "is:retweet" for each in tokens):
        raise BadQuery("Rules must contain at least one positive, non-stopword clause")
    parser = _Parser(tokens)
    found = parser.either()
    if parser.rest:
        raise BadQuery(f"extraneous input '{parser.rest[0]}'")
    return found


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.rest = list(tokens)

    def either(self) -> Condition:
        options = [self._all()]
        while self.rest and self.rest[0] == "OR":
            self.rest.pop(0)
            options.append(self._all())
        return lambda post: any(option(post) for option in options)

    def _all(self) -> Condition:
        parts = [self._one()]
        while self.rest and self.rest[0] not in ("OR", ")"):
            parts.append(self._one())
        return lambda post: all(part(post) for part in parts)

    def _one(self) -> Condition:
        if not self.rest or self.rest[0] in ("OR", ")"):
            raise BadQuery("missing an expression")
        token = self.rest.pop(0)
        if token == "(":
            inside = self.either()
            if not self.rest or self.rest.pop(0) != ")":
                raise BadQuery("missing ')'")
            return inside
        if token.startswith("-"):
            return _negated(_term(token[1:]))
        return _term(token)


def _negated(inner: Condition) -> Condition:
    return lambda post: not inner(post)


def _term(token: str) -> Condition:
    if token.startswith('"'):
        return _phrase(words(token))
    if token.startswith("#"):
        tag = fold(token[1:])
        return lambda post: tag in post.hashtags
    if token.startswith("@"):
        name = token[1:].casefold()
        return lambda post: name in post.mentions
    return _operator(*token.partition(":"))


def _operator(name: str, colon: str, value: str) -> Condition:
    if not colon:
        return _phrase(words(name))
    if name == "from" and re.fullmatch(r"\w{1,19}", value, re.ASCII):
        return lambda post: value.casefold() in post.author
    if name == "list" and value.isdecimal():
        return lambda post: value in post.lists
    if name == "is" and value in ("retweet", "reply", "quote"):
        return lambda post: value in post.kinds
    raise BadQuery(f"Reference to invalid operator '{name}'")


def _phrase(wanted: tuple[str, ...]) -> Condition:
    if not wanted:
        raise BadQuery("an empty phrase")
    size = len(wanted)
    return lambda post: any(post.words[at : at + size] == wanted for at in range(len(post.words) - size + 1))
