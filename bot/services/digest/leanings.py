"""What a channel leans to, from the votes in the store."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.channel import Channel
from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.domain.taste import MEMORY, Taste, Trait, TraitKind, Vote, taste_of, traits_against
from bot.domain.topic import TopicKind, plain
from bot.ports import Transaction
from bot.services.people.threshold import savers_needed
from bot.services.wording import cut

VOICES = 2
"""How many people of a channel have to ask for less of something. One is enough where only one person reads."""
LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Heard:
    """What people of a channel said about its posts lately. `voices` is how many of them have to ask for less before it
    counts, `followed` are the hashtags that the channel follows, folded."""

    now: datetime
    voices: int
    votes: Sequence[Vote]
    posts: Mapping[PostKey, Post]
    followed: Collection[str]

    def taste(self) -> Taste:
        return taste_of(self.votes, self.posts, voices=self.voices, now=self.now, followed=self.followed)

    def wishes_of(self, person: str) -> list[Trait]:
        """What this person wants less of, latest first, each once."""
        disliked = (vote.post for vote in reversed(self.votes) if vote.person == person and not vote.liked)
        posts = (self.posts[key] for key in disliked if key in self.posts)
        return list(dict.fromkeys(trait for post in posts for trait in traits_against(post, self.followed)))


async def heard_in(tx: Transaction, channel: Channel, now: datetime) -> Heard:
    """What was said since people began anew there, as far as it is not forgotten."""
    oldest = now - MEMORY
    least = 1 if channel.owner else await savers_needed(tx, channel.key.workspace)
    votes = await tx.rules.votes(channel.key, max(channel.taste_since or oldest, oldest), least)
    posts = await tx.posts.get({vote.post for vote in votes}) if votes else {}
    return Heard(now, 1 if channel.owner else VOICES, votes, posts, await _followed_tags(tx, channel))


async def taste_in(tx: Transaction, channel: Channel, now: datetime) -> Taste:
    """The channel's taste."""
    return (await heard_in(tx, channel, now)).taste()


async def _followed_tags(tx: Transaction, channel: Channel) -> frozenset[str]:
    topics = [each.topic for each in await tx.topics.followed(channel.key)]
    return frozenset(topic.key for topic in topics if topic.kind is TopicKind.HASHTAG)


async def labels_of(tx: Transaction, traits: Collection[Trait]) -> dict[Trait, str]:
    """How people write them: `@anna`, `#phonics`, `nrich.example`. Authors that are no longer known have none."""
    labels = {trait: f"#{trait.value}" for trait in traits if trait.kind is TraitKind.TAG}
    labels |= {trait: trait.value for trait in traits if trait.kind is TraitKind.DOMAIN}
    labels |= await _handles(tx, [trait for trait in traits if trait.kind is TraitKind.AUTHOR])
    return {trait: cut(plain(label), LONGEST_LABEL)[0] for trait, label in labels.items()}


def posts_with(traits: Sequence[Trait], labels: Mapping[Trait, str]) -> str:
    """`Posts by @anna, with #phonics or with a link to nrich.example`"""
    by, tagged, linking = (
        _of_kind(kind, traits, labels) for kind in (TraitKind.AUTHOR, TraitKind.TAG, TraitKind.DOMAIN)
    )
    phrases = [
        *([f"by {_either(by)}"] if by else []),
        *([f"with {_either(tagged)}"] if tagged else []),
        *([f"with a link to {_either(linking)}"] if linking else []),
    ]
    return f"Posts {_either(phrases)}"


def _of_kind(kind: TraitKind, traits: Sequence[Trait], labels: Mapping[Trait, str]) -> list[str]:
    return [labels.get(trait, "this author") for trait in traits if trait.kind is kind]


def _either(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


async def _handles(tx: Transaction, authors: Sequence[Trait]) -> dict[Trait, str]:
    by_source: dict[str, dict[str, Trait]] = defaultdict(dict)
    for trait in authors:
        source, _, author = trait.value.partition("/")
        by_source[source][author] = trait
    found: dict[Trait, str] = {}
    for source, traits in by_source.items():
        known = await tx.posts.authors(source, traits)
        found.update({traits[each.id]: f"@{each.handle}" for each in known.values()})
    return found
