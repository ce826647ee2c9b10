"""Which posts a digest shows, in which order, and why.

candidates ─▶ worth showing at all ─▶ score ─▶ best first, nothing twice, nobody too often ─▶ why
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from math import exp2, log1p

from rapidfuzz import fuzz

from bot.domain.digest import Candidate, Choice, Chosen
from bot.domain.links import canonical
from bot.domain.post import Post
from bot.domain.topic import Topic, TopicKind, words_of

SAME_WORDING = 88.0
FEWEST_WORDS = 4
FEWEST_LETTERS = 12
MOST_HASHTAGS = 8
MOST_MENTIONS = 5
HOURS_TO_HALF = 30.0

RESOURCE = 1.2
"""A link outside the source is what a teacher can use on Tuesday."""
REPOST = 2.0
"""A repost says more than a like: somebody put their name to it."""
ACCOUNT = 0.8
"""Somebody of this channel chose this account."""
PICTURE_IN_WORDS = 0.2
"""Somebody took the trouble to describe a picture."""
SECOND_OF_A_TOPIC = 0.7
"""What each earlier item of the same topic takes from a score, so that small topics are heard."""

LESS = 0.5
"""What is left of the score of somebody that people asked for less of."""

REMEMBERED = 2_000
"""Many channels choose among the same posts at the same time."""

_NOT_WORDING = re.compile(r"https?://\S+|[@#＃]\w+")


def choose(
    candidates: Sequence[Candidate],
    *,
    size: int,
    now: datetime,
    seen: AbstractSet[str] = frozenset(),
    less: AbstractSet[tuple[str, str]] = frozenset(),
) -> Choice:
    """At most `size` of the candidates, best first; no post, link or wording twice, none that was seen. `less` are the
    authors, by source and id, that people asked for less of."""
    rest = [_Contender(each, now, less) for each in candidates if worth_showing(each.post)]
    rest = [each for each in rest if not each.keys & seen]
    rest.sort(key=lambda each: (-each.score, *_tie(each.post)))
    chosen: list[Chosen] = []
    topics: Counter[Topic] = Counter()
    while rest and len(chosen) < size:
        best = max(rest, key=lambda each: each.score - SECOND_OF_A_TOPIC * min(topics[topic] for topic in each.topics))
        chosen.append(Chosen(best.post, why(best.candidate), tuple(sorted(best.keys))))
        topics.update(best.topics)
        rest = [each for each in rest if not each.repeats(best)]
    return Choice(tuple(chosen), looked_at=len(candidates))


@lru_cache(REMEMBERED)
def seen_keys(post: Post) -> tuple[str, ...]:
    """What a channel has seen once it was shown this post: the post, the pages it links to, and its wording."""
    links = (f"link:{_fingerprint(canonical(link.url))}" for link in post.links)
    wording = _wording(post.text)
    text = (f"text:{_fingerprint(wording)}",) if _is_enough(wording) else ()
    return (f"post:{post.key.source}:{post.key.id}", *dict.fromkeys(links), *text)


def worth_showing(post: Post) -> bool:
    """Whether a digest may show it at all. Sensitive and withheld posts never; a repost or a bare reply adds nothing;
    a pile of hashtags or mentions is addressed to nobody."""
    if post.sensitive or post.withheld or post.is_repost:
        return False
    if post.is_reply and not post.links:
        return False
    if len(post.hashtags) > MOST_HASHTAGS or len(post.mentions) > MOST_MENTIONS:
        return False
    return _is_enough(_wording(post.text))


class _Contender:
    """A candidate with what is compared again and again."""

    def __init__(self, candidate: Candidate, now: datetime, less: AbstractSet[tuple[str, str]]) -> None:
        self.candidate = candidate
        self.post = candidate.post
        self.topics = candidate.topics
        self.author = (candidate.post.key.source, candidate.post.author_id)
        self.keys = frozenset(seen_keys(candidate.post))
        self.wording = _wording(candidate.post.text)
        self.score = _score(candidate, now) * (LESS if self.author in less else 1)

    def repeats(self, other: "_Contender") -> bool:
        """Whether showing both would be showing one thing, or one person, twice."""
        return (
            (bool(self.post.author_id) and self.author == other.author)
            or bool(self.keys & other.keys)
            or bool(fuzz.ratio(self.wording, other.wording, score_cutoff=SAME_WORDING))
        )


def why(candidate: Candidate) -> str:
    """Why it is here, in a few words: its topics, and what other people did with it."""
    metrics = candidate.post.metrics
    parts = [_join([topic.label for topic in candidate.topics])]
    reactions = [_count(metrics.likes, "like"), _count(metrics.reposts, "repost"), _count(metrics.replies, "reply")]
    if any(reactions):
        parts.append(_join([each for each in reactions if each]))
    if candidate.post.links:
        parts.append("has a link")
    return " · ".join(parts)


def _score(candidate: Candidate, now: datetime) -> float:
    post = candidate.post
    approval = log1p(post.metrics.likes + REPOST * (post.metrics.reposts + post.metrics.quotes) + post.metrics.replies)
    hours = max((now - post.created_at).total_seconds() / 3600, 0.0)
    score = approval * exp2(-hours / HOURS_TO_HALF)
    score += RESOURCE * bool(post.links)
    score += ACCOUNT * any(topic.kind is TopicKind.ACCOUNT for topic in candidate.topics)
    score += PICTURE_IN_WORDS * any(media.alt_text for media in post.media)
    return score


def _tie(post: Post) -> tuple[float, str, str]:
    return (-post.created_at.timestamp(), post.key.source, post.key.id)


@lru_cache(REMEMBERED)
def _wording(text: str) -> str:
    return " ".join(words_of(_NOT_WORDING.sub(" ", text)))


def _is_enough(wording: str) -> bool:
    """Some scripts put no spaces between words, so that many letters are enough too."""
    return len(wording.split()) >= FEWEST_WORDS or (not wording.isascii() and len(wording) >= FEWEST_LETTERS)


def _fingerprint(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _count(number: int, word: str) -> str:
    plural = "replies" if word == "reply" else f"{word}s"
    return f"{number} {word if number == 1 else plural}" if number else ""


def _join(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
