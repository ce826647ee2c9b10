"""What a workspace or a channel has decided about itself: mutes, blocks, locks, limits."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.links import host_of, is_web_address
from bot.domain.post import Post
from bot.domain.topic import folded, plain, without_spaces, words_of
from bot.errors import Mistake

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
LONGEST_MUTE = 80
LARGEST_LIMIT = 200
LARGEST_THRESHOLD = 20
"""The most topics that a channel can be allowed."""


class RuleKind(StrEnum):
    """
    account, hashtag, word, domain   posts with it are not shown; `value` is the author's handle without @, folded, the
                                     hashtag without #, the folded word or phrase, the host
    lock                             only admins change what the channel follows and when; no value
    topics                           the most topics a channel may follow; `value` is the number
    guests                           guests and people of other organisations may do what members may; no value
    pictures                         pictures are shown only by authors that are known here; no value
    savers, followers, moderators    only people of this group, beside admins, may save, change what channels follow and
                                     when, or decide about reported posts; `value` is the group's id, or of followers
                                     `EVERYBODY`
    threshold                        so many people have to save something before it is in the library of all; `value`
                                     is the number
    open                             whoever likes may join the workspace, as its platform said last; no value
    call                             the group that the channel's morning digest calls; `value` is the group's id
    names                            who is named beside what is in the library; `value` is a `NamesPolicy`
    """

    ACCOUNT = "account"
    HASHTAG = "hashtag"
    WORD = "word"
    DOMAIN = "domain"
    LOCK = "lock"
    TOPICS = "topics"
    GUESTS = "guests"
    PICTURES = "pictures"
    SAVERS = "savers"
    FOLLOWERS = "followers"
    MODERATORS = "moderators"
    THRESHOLD = "threshold"
    CALL = "call"
    OPEN = "open"
    NAMES = "names"


MUTES = frozenset({RuleKind.ACCOUNT, RuleKind.HASHTAG, RuleKind.WORD, RuleKind.DOMAIN})
ONE_AT_A_TIME = frozenset({RuleKind.TOPICS, RuleKind.THRESHOLD, RuleKind.CALL, RuleKind.NAMES})
"""Of these a channel or workspace has one: the next takes its place."""
EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Muted:
    """What a rule keeps out."""

    kind: RuleKind
    value: str

    @property
    def label(self) -> str:
        """As people type it."""
        match self.kind:
            case RuleKind.ACCOUNT:
                return f"@{self.value}"
            case RuleKind.HASHTAG:
                return f"#{self.value}"
            case RuleKind.WORD:
                return f'"{self.value}"'
            case _:
                return self.value


def parse_mutes(text: str) -> list[Muted]:
    """What people mean by `@name`, `#tag`, `"words"` or `example.com`, spaces or commas between. Raises Mistake."""
    found = re.findall(r'"[^"]*"|[^\s,]+', plain(text.replace("\n", " ")))
    return list(dict.fromkeys(_muted(each) for each in found))


def _muted(word: str) -> Muted:
    if len(word) > LONGEST_MUTE and not is_web_address(word):
        raise Mistake(f"What is muted has at most {LONGEST_MUTE} characters.")
    if word.startswith("@") and re.fullmatch(r"@[\w.@-]+", word):
        return Muted(RuleKind.ACCOUNT, folded(word[1:]))
    if word.startswith("#") and re.fullmatch(r"#\w+", word):
        return Muted(RuleKind.HASHTAG, folded(word[1:]))
    if word.startswith('"') and words_of(word):
        return Muted(RuleKind.WORD, " ".join(words_of(word)))
    host = host_of(word if "://" in word else f"https://{word}").casefold()
    if _HOST.fullmatch(host):
        return Muted(RuleKind.DOMAIN, host)
    raise Mistake(
        f"“{word[:60]}” cannot be muted. Say an account (@name), a hashtag (#tag), words in quotation marks "
        f'("buy now") or a site (example.com).'
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """`channel` is empty for a rule of the whole workspace."""

    workspace: str
    channel: str
    kind: RuleKind
    value: str
    by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Less:
    """Somebody asked for less like this post in a channel."""

    workspace: str
    channel: str
    person: str
    source: str
    author_id: str
    post_id: str
    at: datetime


def is_open(rules: Iterable[Rule]) -> bool:
    """Whether whoever likes may join the workspace."""
    return any(rule.kind is RuleKind.OPEN for rule in rules)


class Verdict(StrEnum):
    """A reported post is hidden while the report is open, comes back when restored, and stays away when removed."""

    OPEN = "open"
    RESTORED = "restored"
    REMOVED = "removed"


def mutes_of(rules: Sequence[Rule], channel: str) -> list[Muted]:
    """What this channel keeps out, or with an empty channel the whole workspace."""
    return [Muted(rule.kind, rule.value) for rule in rules if rule.kind in MUTES and rule.channel == channel]


def muted(post: Post, handle: str, rules: Iterable[Rule | Muted]) -> bool:
    """Whether one of the mutes keeps the post from being shown. `handle` is its author's; empty where unknown."""
    return Muting(rules).of(post, handle) is not None


class Muting:
    """The same mutes for many posts."""

    def __init__(self, rules: Iterable[Rule | Muted]) -> None:
        mutes = [Muted(rule.kind, rule.value) for rule in rules if rule.kind in MUTES]
        self._accounts = {folded(each.value): each for each in mutes if each.kind is RuleKind.ACCOUNT}
        self._hashtags = {folded(each.value): each for each in mutes if each.kind is RuleKind.HASHTAG}
        self._words = [each for each in mutes if each.kind is RuleKind.WORD]
        self._domains = [each for each in mutes if each.kind is RuleKind.DOMAIN]

    def of(self, post: Post, handle: str) -> Muted | None:
        """The mute that keeps the post out, if any. `handle` is its author's; empty where unknown."""
        if self._accounts and handle and (found := self._accounts.get(folded(handle))):
            return found
        if self._hashtags:
            for tag in post.hashtags:
                if found := self._hashtags.get(folded(tag)):
                    return found
        if self._words and (found := self._word_in(post.text)):
            return found
        return self._domain_in(post) if self._domains else None

    def _word_in(self, text: str) -> Muted | None:
        whole = folded(text)
        padded = f" {' '.join(words_of(text))} "
        return next((each for each in self._words if _says(whole, padded, each.value)), None)

    def _domain_in(self, post: Post) -> Muted | None:
        hosts = [host_of(link.url) for link in post.links]
        return next((each for each in self._domains for host in hosts if _is_of(host, each.value)), None)


def _says(whole: str, padded: str, phrase: str) -> bool:
    """Whole words, except in scripts that put no spaces between them. `whole` is the folded text, `padded` its words
    with a space around each."""
    if without_spaces(phrase):
        return folded(phrase) in whole
    words = " ".join(words_of(phrase))
    return bool(words) and f" {words} " in padded


def _is_of(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
