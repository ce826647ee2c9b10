"""What is watched: a hashtag, an account, a phrase or a list, normalised once and shared by all who follow it."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.harmless import is_seen
from bot.errors import Mistake

MOST_LETTERS_IN_A_PHRASE = 80
MOST_LETTERS_IN_A_HASHTAG = 100
MOST_LETTERS_TO_SEARCH = 120
MOST_WORDS_TO_SEARCH = 10

_HASHTAG = re.compile(r"#(\w+)")
_ACCOUNT = re.compile(r"@(\w{1,15})", re.ASCII)
_LIST = re.compile(r"list:(\d{1,19})", re.ASCII)
_TOPIC = re.compile(r'[#@][^\s"]+|"[^"]+"')
_SEARCHED = re.compile(r"[#@]?\w+")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"', "＂": '"', "＃": "#", "＠": "@"})
"""What keyboards make of quotation marks, # and @, made plain again letter by letter."""


class TopicKind(StrEnum):
    """What can be watched; `words`, all of them somewhere in a post, is only searched for."""

    HASHTAG = "hashtag"
    ACCOUNT = "account"
    PHRASE = "phrase"
    LIST = "list"
    WORDS = "words"


@dataclass(frozen=True, slots=True, order=True)
class Topic:
    """`key` is the folded form two spellings share, `label` how people read it; accounts and lists name a source."""

    kind: TopicKind
    key: str
    label: str = field(compare=False)
    source: str = ""

    def __str__(self) -> str:
        return self.label


def plain(text: str) -> str:
    """Without control characters and marks that turn the direction of writing, which would reach beyond the text. Empty
    for what shows nothing."""
    left = "".join(letter for letter in text if letter not in _TURNING and unicodedata.category(letter) != "Cc")
    return left if is_seen(left) else ""


def folded(text: str) -> str:
    """Case and accents taken off, so that `Éducation` and `education` meet. Search at the source folds the same way."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def parse_topic(text: str, *, account_source: str) -> Topic:
    """The topic a person means by `#edchat`, `@account`, `"exit ticket"` or `list:123`.

    Raises Mistake with what is allowed and, where it can be guessed, what was probably meant.
    """
    typed = plain(" ".join(text.translate(STRAIGHT).split()))
    if match := _HASHTAG.fullmatch(typed):
        return _hashtag(match[1], typed)
    if match := _ACCOUNT.fullmatch(typed):
        return Topic(TopicKind.ACCOUNT, match[1].casefold(), f"@{match[1]}", account_source)
    if match := _LIST.fullmatch(typed):
        return Topic(TopicKind.LIST, match[1], f"list:{match[1]}", account_source)
    if len(typed) > 2 and typed[0] == typed[-1] == '"':
        return _phrase(typed[1:-1].strip(), typed)
    raise Mistake(_what_was_meant(typed))


def parse_topics(text: str, *, account_source: str) -> list[Topic]:
    """Several topics, separated by commas or spaces; a phrase in quotation marks stays whole."""
    found = re.findall(r'"[^"]*"|[^\s,]+', text.translate(STRAIGHT))
    return list(dict.fromkeys(parse_topic(each, account_source=account_source) for each in found))


def parse_search(text: str, *, account_source: str) -> Topic:
    """What somebody wants to search a source for: a topic, or words that all stand in a post in any order. Raises
    Mistake."""
    typed = plain(" ".join(text.translate(STRAIGHT).split()))
    if len(typed) > MOST_LETTERS_TO_SEARCH:
        raise Mistake(f"A search has at most {MOST_LETTERS_TO_SEARCH} characters. Try fewer words.")
    if _TOPIC.fullmatch(typed):
        return parse_topic(typed, account_source=account_source)
    words = [word for word in _SEARCHED.findall(typed) if any(letter.isalnum() for letter in word)]
    if not words or len(words) > MOST_WORDS_TO_SEARCH:
        raise Mistake(f"Say what to search for in at most {MOST_WORDS_TO_SEARCH} words, such as /pln search fractions.")
    return Topic(TopicKind.WORDS, " ".join(map(folded, words)), " ".join(words))


def _hashtag(word: str, typed: str) -> Topic:
    if len(word) > MOST_LETTERS_IN_A_HASHTAG:
        raise Mistake(f"A hashtag has at most {MOST_LETTERS_IN_A_HASHTAG} letters.")
    if not any(letter.isalpha() for letter in word):
        raise Mistake(f"“{typed}” has no letter in it, and X does not treat a number alone as a hashtag.")
    return Topic(TopicKind.HASHTAG, folded(word), f"#{word}")


def _phrase(words: str, typed: str) -> Topic:
    if len(words) > MOST_LETTERS_IN_A_PHRASE:
        raise Mistake(f"A phrase has at most {MOST_LETTERS_IN_A_PHRASE} characters.")
    if not words_of(words):
        raise Mistake(f"The phrase {typed} has no word in it.")
    return Topic(TopicKind.PHRASE, " ".join(words_of(words)), f'"{words}"')


def without_spaces(text: str) -> bool:
    """Whether the text is in a script that puts no spaces between words, such as Chinese, Japanese or Thai."""
    return any("\u0e00" <= letter <= "\u0eff" or "\u3040" <= letter <= "\u9fff" for letter in text)


def words_of(text: str) -> list[str]:
    """The folded words of a text, as phrases are compared."""
    return re.findall(r"\w+", folded(text))


def _what_was_meant(typed: str) -> str:
    allowed = (
        'A topic is a hashtag (#edchat), an account (@name), a phrase in quotation marks ("exit ticket") or list:123.'
    )
    shown = typed[:60] + ("…" if len(typed) > 60 else "")
    if not typed:
        return allowed
    if typed.startswith("@"):
        return f"“{shown}” is not an account name: those have up to 15 letters, digits and underscores."
    bare = re.sub(r"\W+", "", typed)
    meant = f' Did you mean #{bare} or "{shown}"?' if bare and len(typed) <= 60 else ""
    return f"“{shown}” is not a topic. {allowed}{meant}"
