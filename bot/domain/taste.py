"""What a channel leans to, learnt from what its people saved and what they asked less of: small, bounded, and shown.

A post has traits: its author, its hashtags, the sites it links to. For each trait people count, not votes: somebody who
saves ten posts of one author is one voice, as strong as the newest of the ten. Voices fade. What they come to is added
to a post's score.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from math import exp2, fsum

from bot.domain.keys import PostKey
from bot.domain.links import host_of, site_of
from bot.domain.links.shorteners import SHORTENERS
from bot.domain.post import Post
from bot.domain.topic import folded

AUTHOR = 0.6
"""The most an author adds or takes: who wrote a post says most about what they write next."""
DOMAIN = 0.4
"""The most a site adds or takes: it is many people's work, so it says less than an author."""
TAG = 0.2
"""The most a hashtag adds or takes: hundreds of people write under one, and the channel chose its own already."""
MOST = AUTHOR + DOMAIN + TAG
"""No post gains or loses more than this."""
HALF_WAY = 2.0
"""So many people who saved lately bring a trait half of the way to its most; it never gets there."""
AGAINST = 2.0
"""Somebody who asks for less weighs as much as so many who save: that is about more to come, a save about one post."""
HALF_LIFE = timedelta(days=90)
"""After a term a voice counts half."""
MEMORY = 4 * HALF_LIFE
"""After about a year it is forgotten."""

SITES_OF_POSTS = frozenset({"x.com"})
REMEMBERED = 5_000


class TraitKind(StrEnum):
    """
    tag      a hashtag, folded, without #
    author   `source/author id`
    domain   the host of a link, without www.
    """

    TAG = "tag"
    AUTHOR = "author"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True, order=True)
class Trait:
    kind: TraitKind
    value: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A person saved a post that a channel was shown (`liked`), or asked there for less like it."""

    person: str
    post: PostKey
    liked: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Leaning:
    """How many people saved posts with this trait and how many asked for less, and what that adds to a score."""

    trait: Trait
    saved: int
    less: int
    weight: float


@dataclass(frozen=True)
class Taste:
    leanings: Mapping[Trait, Leaning] = field(default_factory=dict)

    def weight_of(self, post: Post) -> float:
        """What the channel's taste adds to the post's score, from -MOST to MOST."""
        authors, tags, domains = self._weights
        weight = authors.get(_author_of(post), 0.0) if authors else 0.0
        if tags and post.hashtags:
            weight += _best_and_worst([tags.get(_tag(hashtag), 0.0) for hashtag in post.hashtags])
        if domains and post.links:
            weight += _best_and_worst([domains.get(_domain(host_of(link.url)), 0.0) for link in post.links])
        return weight

    @cached_property
    def _weights(self) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
        """What authors, hashtags and sites add or take, for looking up thousands of posts."""
        found = [leaning for leaning in self.leanings.values() if leaning.weight]
        authors, tags, domains = (
            {each.trait.value: each.weight for each in found if each.trait.kind is kind}
            for kind in (TraitKind.AUTHOR, TraitKind.TAG, TraitKind.DOMAIN)
        )
        return authors, tags, domains


def taste_of(
    votes: Iterable[Vote],
    posts: Mapping[PostKey, Post],
    *,
    voices: int,
    now: datetime,
    followed: Collection[str] = (),
) -> Taste:
    """What people's votes come to. Votes for posts that are not among `posts` count nothing.

    `voices` is how many people have to ask for less of a trait before it counts. `followed` are the folded hashtags
    that the channel follows: nearly all its posts have them, so that asking for less like a post is not about them.
    """
    saved: _Voices = defaultdict(dict)
    less: _Voices = defaultdict(dict)
    for vote in votes:
        post = posts.get(vote.post)
        if post is None or now - vote.at > MEMORY:
            continue
        voices_for, traits = (saved, traits_of(post)) if vote.liked else (less, traits_against(post, followed))
        strength = _strength(vote, now)
        for trait in traits:
            people = voices_for[trait]
            people[vote.person] = max(people.get(vote.person, 0.0), strength)
    return Taste({trait: _leaning(trait, saved, less, voices) for trait in {**saved, **less}})


def traits_of(post: Post) -> list[Trait]:
    """Each once."""
    tags = dict.fromkeys(map(_tag, post.hashtags))
    domains = dict.fromkeys(_domain(host_of(link.url)) for link in post.links)
    return [
        *([Trait(TraitKind.AUTHOR, _author_of(post))] if post.author_id else []),
        *(Trait(TraitKind.TAG, tag) for tag in tags),
        *(Trait(TraitKind.DOMAIN, domain) for domain in domains if domain),
    ]


def traits_against(post: Post, followed: Collection[str]) -> list[Trait]:
    """What somebody wants less of who asks for less like this post, where those hashtags are followed."""
    return [trait for trait in traits_of(post) if trait.kind is not TraitKind.TAG or trait.value not in followed]


_Voices = defaultdict[Trait, dict[str, float]]
"""For each trait the people, and how strongly each of them speaks."""

_MOST: Mapping[TraitKind, float] = {TraitKind.AUTHOR: AUTHOR, TraitKind.DOMAIN: DOMAIN, TraitKind.TAG: TAG}


def _leaning(trait: Trait, saved: _Voices, less: _Voices, voices: int) -> Leaning:
    likes, dislikes = saved.get(trait, {}), less.get(trait, {})
    pull = fsum(likes.values())
    if len(dislikes) >= voices:
        pull -= AGAINST * fsum(dislikes.values())
    return Leaning(trait, len(likes), len(dislikes), _MOST[trait.kind] * pull / (abs(pull) + HALF_WAY))


def _strength(vote: Vote, now: datetime) -> float:
    return exp2(-max(now - vote.at, timedelta(0)) / HALF_LIFE)


def _best_and_worst(weights: Sequence[float]) -> float:
    """Of one kind the best and the worst trait count, so that a pile of hashtags gains nothing."""
    return max(0.0, *weights) + min(0.0, *weights) if any(weights) else 0.0


def _author_of(post: Post) -> str:
    return f"{post.key.source}/{post.author_id}"


@lru_cache(REMEMBERED)
def _tag(hashtag: str) -> str:
    return folded(hashtag)


@lru_cache(REMEMBERED)
def _domain(host: str) -> str:
    """Empty where nothing can be learnt: a short link leads anywhere, and a link to another post tells of no site."""
    site = site_of(host)
    return "" if site in SHORTENERS or site in SITES_OF_POSTS else site
