"""A candidate on its way through the choosing, with what is compared again and again."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.audience import AuthorKey
from bot.domain.choosing.gist import Gist
from bot.domain.digest import Candidate
from bot.domain.topic import TopicKind

Rank = tuple[float, float, str, str, str]

_ACCOUNT = TopicKind.ACCOUNT


class Contender:
    """`place` is where it stands among the candidates, `age` counts hours and is never negative. `keys` are its
    `seen_keys`, the post's first. `plain` is its wording, `links` are canonical, `topics` the keys of those that it was
    found for. `parts` name what `score` is the sum of, `here` those of them that depend on the channel and the moment.
    `floor` is what the score has to be to be shown. `members` are those that it stands for, without itself."""

    __slots__ = (
        "age",
        "author",
        "candidate",
        "floor",
        "gist",
        "here",
        "is_followed",
        "members",
        "place",
        "post",
        "score",
        "topics",
    )

    def __init__(self, place: int, candidate: Candidate, gist: Gist, now: datetime) -> None:
        post = candidate.post
        self.place = place
        self.candidate = candidate
        self.post = post
        self.gist = gist
        self.topics = tuple([topic.key for topic in candidate.topics])
        self.is_followed = False
        for topic in candidate.topics:
            if topic.kind is _ACCOUNT:
                self.is_followed = True
        self.author: AuthorKey = (post.key.source, post.author_id)
        age = (now - post.created_at).total_seconds() / 3600
        self.age = age if age > 0 else 0.0
        self.here: dict[str, float] = {}
        self.score = self.floor = 0.0
        self.members: tuple[Contender, ...] = ()

    @property
    def plain(self) -> str:
        return self.gist.reading.plain

    @property
    def links(self) -> tuple[str, ...]:
        return self.gist.links

    @property
    def keys(self) -> tuple[str, ...]:
        return self.gist.keys

    @property
    def parts(self) -> Mapping[str, float]:
        return {**self.here, **self.gist.parts}

    @property
    def sharers(self) -> set[AuthorKey]:
        """Those who share the same thing, itself included, as far as their names are known."""
        return {each.author for each in (self, *self.members) if each.post.author_id}

    @property
    def rank(self) -> Rank:
        """Sorts the best first; between equals the newer, and then always the same."""
        return (-self.score, self.age, self.author[0], self.post.key.id, self.post.text)
