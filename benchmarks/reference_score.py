"""What a digest is worth beside a full reading of its day. Frozen: a change of any number or word is a new version.

It is there to measure what reading less costs, so it shares nothing with the choosing that it is used on: no code, no
weights. It needs no labels, and knows only English. Posts are judged by what they had gathered in the end.

    worth of a post   = (APPROVAL × engagement ÷ what the top of its topic had that day, logarithms both, at most 1
                         + RESOURCE where it brings a link)
                        × BESIDE where it does not speak of school × SELLING where it sells something;
                        0 where it says nothing by itself: reposts, a pile of hashtags, a word or two, what is hidden
    score of a digest = ITEMS × (the worth of its items ÷ its size; a repeat, or a third of an author, counts nothing)
                        + TOPICS × (topics heard ÷ topics that could be heard in so many items)

From 0 to 1. Order does not count: five items are read in two minutes. Fewer items than asked for have less to give.
Engagement counts double what took more than a tap. The top is the 95th percentile and at least QUIET_TOP, so that one
like in a topic of three posts is no triumph; where a post has several topics, the quietest is what it is measured by.

A teacher who reads sees more than this. Use it to compare two readings with one way of choosing, not two ways of
choosing: those are compared by what people judged (benchmarks/README.md).
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log1p

from bot.domain.digest import Candidate
from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.domain.topic import Topic

VERSION = 1

ITEMS = 0.8
TOPICS = 0.2
APPROVAL = 0.7
RESOURCE = 0.3
BESIDE = 0.6
SELLING = 0.4
TOP = 0.95
QUIET_TOP = 4
MOST_OF_AN_AUTHOR = 2
MOST_HASHTAGS = 12
FEWEST_WORDS = 4
ALIKE = 0.6
"""The share of their words that two texts have in common when they say the same."""

_SCHOOL = re.compile(
    r"\b(?:teachers?|teaching|educators?|students?|pupils?|classrooms?|lessons?|class|kids|learners?)\b"
)
_SALE = re.compile(
    r"\b(?:enrol\w*|affordable|discount|whatsapp|dm|hmu|for sale|certificat\w+|courses?|career|register now|click here|"
    r"know more|we offer|we help|we provide|our (?:team|company|platform|solution|app))\b|[$£₹]\d|\b\d{1,3} ?% off\b"
)
_NOT_WORDING = re.compile(r"https?://\S+|[@#＃]\w+")


@dataclass(frozen=True, slots=True)
class Score:
    """`total`, `items` and `topics` are from 0 to 1. `repeats` and `crowding` are how many items counted nothing for
    saying the same again, or for being a third of one author."""

    total: float
    items: float
    topics: float
    repeats: int
    crowding: int


def reference_score(shown: Sequence[PostKey], day: Sequence[Candidate], size: int) -> Score:
    """What a digest of at most `size` items is worth. `day` is everything that its channel could have been shown, with
    its topics, as it was in the end; an item that is not in it is worth nothing."""
    worths = worths_of(day)
    known = {candidate.post.key: candidate for candidate in day}
    items = [known[key] for key in dict.fromkeys(shown) if key in known][:size]
    fresh = _without_repeats(items)
    heard = _without_crowding(fresh)
    worth = sum(worths[each.post.key] for each in heard) / size
    covered = _covered(heard, day, size, worths)
    return Score(
        total=ITEMS * worth + TOPICS * covered,
        items=worth,
        topics=covered,
        repeats=len(items) - len(fresh),
        crowding=len(fresh) - len(heard),
    )


def worths_of(day: Sequence[Candidate]) -> dict[PostKey, float]:
    """What each post of a day is worth, from 0 to 1."""
    tops = _tops(day)
    return {candidate.post.key: _worth(candidate, tops) for candidate in day}


def alike(one: Post, other: Post) -> bool:
    """Whether both say nearly the same, links, names and hashtags aside."""
    ours, theirs = set(_words(one)), set(_words(other))
    return bool(ours) and len(ours & theirs) >= ALIKE * len(ours | theirs)


def same_link(one: Post, other: Post) -> bool:
    return bool({link.url for link in one.links} & {link.url for link in other.links})


def _worth(candidate: Candidate, tops: Mapping[Topic, float]) -> float:
    post = candidate.post
    if not _says_something(post):
        return 0.0
    top = min((tops[topic] for topic in candidate.topics), default=log1p(QUIET_TOP))
    worth = APPROVAL * min(log1p(_engagement(post)) / top, 1.0) + RESOURCE * bool(post.links)
    wording = _wording(post)
    return worth * (1 if _SCHOOL.search(wording) else BESIDE) * (SELLING if _SALE.search(wording) else 1)


def _says_something(post: Post) -> bool:
    kept_out = post.is_repost or post.sensitive or post.withheld
    return not kept_out and len(post.hashtags) <= MOST_HASHTAGS and len(_words(post)) >= FEWEST_WORDS


def _engagement(post: Post) -> int:
    metrics = post.metrics
    return metrics.likes + 2 * (metrics.reposts + metrics.quotes + metrics.replies)


def _tops(day: Collection[Candidate]) -> dict[Topic, float]:
    """The logarithm of the engagement that the best of each topic reached."""
    engagements: defaultdict[Topic, list[int]] = defaultdict(list)
    for candidate in day:
        for topic in candidate.topics:
            engagements[topic].append(_engagement(candidate.post))
    return {topic: log1p(max(_percentile(each, TOP), QUIET_TOP)) for topic, each in engagements.items()}


def _percentile(numbers: Sequence[int], share: float) -> int:
    return sorted(numbers)[min(int(share * len(numbers)), len(numbers) - 1)]


def _without_repeats(items: Sequence[Candidate]) -> list[Candidate]:
    return [
        each
        for at, each in enumerate(items)
        if not any(alike(each.post, other.post) or same_link(each.post, other.post) for other in items[:at])
    ]


def _without_crowding(items: Sequence[Candidate]) -> list[Candidate]:
    """The first two of each author."""
    authors = [(each.post.key.source, each.post.author_id) for each in items]
    return [each for at, each in enumerate(items) if authors[:at].count(authors[at]) < MOST_OF_AN_AUTHOR]


def _covered(heard: Sequence[Candidate], day: Sequence[Candidate], size: int, worths: Mapping[PostKey, float]) -> float:
    """How many of the topics with anything worth hearing are heard."""
    audible = {topic for each in day if worths[each.post.key] for topic in each.topics}
    reached = {topic for each in heard if worths[each.post.key] for topic in each.topics}
    return min(len(reached) / min(len(audible), size), 1.0) if audible else 0.0


def _words(post: Post) -> list[str]:
    return re.findall(r"\w+", _wording(post))


def _wording(post: Post) -> str:
    return _NOT_WORDING.sub(" ", post.text).casefold()
