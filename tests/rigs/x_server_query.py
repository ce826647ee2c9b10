"""X's search language, as far as Staffroom speaks it (X docs: operators, build-a-query).

Space is AND and binds before OR; groups may be nested but not negated; negations do not stand alone; case and accents
do not matter in search; the query has at most 512 characters on pay-per-use.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

MOST_LETTERS = 512

LANGUAGES = frozenset(
    """
    am ar bg bn bo bs ca ckb cs cy da de dv el en es et eu fa fi fr gu hi hi-latn hr ht hu hy in is it iw ja ka km kn ko
    lo lt lv ml mr my ne nl no or pa pl ps pt ro ru sd si sk sl sr sv ta te th tl tr ug uk ur vi zh-cn zh-tw
    """.split()
)

_TOKEN = re.compile(r'\s*(\(|\)|-\(|-?"[^"]*"|-?[^\s()"]+)')
_COUNTED = {"min_likes": "like_count", "min_reposts": "retweet_count", "min_replies": "reply_count"}
_CONTENT = frozenset({"hashtags", "cashtags", "links", "mentions", "media", "images", "video_link", "geo"})
_IDS = frozenset({"conversation_id", "in_reply_to_tweet_id", "quotes_of_tweet_id"})


class BadQuery(Exception):
    """Answered with 400 and this text."""


@dataclass(frozen=True)
class Searched:
    """A post as search sees it: folded words, hashtags, its author's name and id, the lists its author is on, what it
    is and holds, and what it is counted at, under X's names."""

    words: tuple[str, ...]
    hashtags: frozenset[str]
    mentions: frozenset[str]
    author: frozenset[str]
    lists: frozenset[str]
    kinds: frozenset[str]
    holds: frozenset[str] = frozenset()
    lang: str = ""
    refers: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


Matches = Callable[[Searched], bool]


@dataclass(frozen=True)
class Condition:
    """What is asked of a post. A post without any of `hashtags` cannot match; None where that is not known. What is not
    `selective` may not stand alone: it would match too much of X."""

    matches: Matches
    hashtags: frozenset[str] | None = None
    selective: bool = True

    def __call__(self, post: Searched) -> bool:
        return self.matches(post)


def fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text)
    return "".join(each for each in letters if not unicodedata.combining(each)).casefold()


def words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", fold(text)))


@lru_cache(maxsize=1_000)
def condition(query: str) -> Condition:
    """What the query asks of a post. Raises BadQuery for what X answers with 400."""
    if not 0 < len(query) <= MOST_LETTERS:
        raise BadQuery(f"Rules must be between 1 and {MOST_LETTERS} characters")
    tokens = _TOKEN.findall(query)
    if query.count('"') % 2:
        raise BadQuery("There were errors processing your request: unbalanced quotation marks")
    parser = _Parser(tokens)
    found = parser.either()
    if parser.rest:
        raise BadQuery(f"extraneous input '{parser.rest[0]}'")
    if not found.selective:
        raise BadQuery("Rules must contain at least one positive, non-stopword clause")
    return found


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.rest = list(tokens)

    def either(self) -> Condition:
        options = [self._all()]
        while self.rest and self.rest[0] == "OR":
            self.rest.pop(0)
            options.append(self._all())
        return _any_of(options)

    def _all(self) -> Condition:
        parts = [self._one()]
        while self.rest and self.rest[0] not in ("OR", ")"):
            parts.append(self._one())
        return _all_of(parts)

    def _one(self) -> Condition:
        if not self.rest or self.rest[0] in ("OR", ")"):
            raise BadQuery("missing an expression")
        token = self.rest.pop(0)
        if token == "-(":
            raise BadQuery("a group cannot be negated")
        if token == "(":
            inside = self.either()
            if not self.rest or self.rest.pop(0) != ")":
                raise BadQuery("missing ')'")
            return inside
        if token.startswith("-"):
            return _negated(_term(token[1:]))
        return _term(token)


def _any_of(options: Sequence[Condition]) -> Condition:
    if len(options) == 1:
        return options[0]
    tests = [option.matches for option in options]
    named = [option.hashtags for option in options]
    hashtags = frozenset[str]().union(*(each for each in named if each)) if all(named) else None
    return Condition(
        lambda post: any(test(post) for test in tests), hashtags, all(option.selective for option in options)
    )


def _all_of(parts: Sequence[Condition]) -> Condition:
    if len(parts) == 1:
        return parts[0]
    tests = [part.matches for part in parts]
    named = [part.hashtags for part in parts if part.hashtags is not None]
    fewest = min(named, key=len) if named else None
    return Condition(lambda post: all(test(post) for test in tests), fewest, any(part.selective for part in parts))


def _negated(inner: Condition) -> Condition:
    return Condition(lambda post: not inner.matches(post), selective=False)


def _term(token: str) -> Condition:
    if token.startswith('"'):
        return _phrase(words(token))
    if token.startswith("#"):
        tag = fold(token[1:])
        if not re.fullmatch(r"\w+", token[1:]) or not any(letter.isalpha() for letter in token):
            raise BadQuery(f"no viable alternative at '{token}'")
        return Condition(lambda post: tag in post.hashtags, frozenset({tag}))
    if token.startswith("@"):
        name = token[1:].casefold()
        if not re.fullmatch(r"\w{1,15}", name, re.ASCII):
            raise BadQuery(f"no viable alternative at '{token}'")
        return Condition(lambda post: name in post.mentions)
    return _operator(*token.partition(":"))


def _operator(name: str, colon: str, value: str) -> Condition:
    if not colon:
        return _phrase(words(name))
    for operators in (_standing_alone, _in_company):
        if found := operators(name, value):
            return found
    raise BadQuery(f"Reference to invalid operator '{name}'")


def _standing_alone(name: str, value: str) -> Condition | None:
    if name == "from" and re.fullmatch(r"\w{1,19}", value, re.ASCII):
        return Condition(lambda post: value.casefold() in post.author)
    if name == "list" and value.isdecimal():
        return Condition(lambda post: value in post.lists)
    if name in _COUNTED and value.isdecimal():
        count, least = _COUNTED[name], int(value)
        return Condition(lambda post: post.counts.get(count, 0) >= least)
    if name in _IDS and value.isdecimal():
        return Condition(lambda post: post.refers.get(name) == value)
    return None


def _in_company(name: str, value: str) -> Condition | None:
    if name == "is" and value in ("retweet", "reply", "quote"):
        return Condition(lambda post: value in post.kinds, selective=False)
    if name == "has" and value in _CONTENT:
        return Condition(lambda post: value in post.holds, selective=False)
    if name == "lang" and value.casefold() in LANGUAGES:
        return Condition(lambda post: value.casefold() == post.lang, selective=False)
    return None


def _phrase(wanted: tuple[str, ...]) -> Condition:
    if not wanted:
        raise BadQuery("an empty phrase")
    size = len(wanted)
    return Condition(lambda post: any(post.words[at : at + size] == wanted for at in range(len(post.words) - size + 1)))
