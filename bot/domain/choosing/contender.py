"""A candidate on its way through the choosing, with what is compared again and again."""

from datetime import datetime

from bot.domain.audience import AuthorKey
from bot.domain.choosing.tags import tag_of
from bot.domain.choosing.wording import Reading, link_key, post_key, reading
from bot.domain.digest import Candidate
from bot.domain.links import canonical
from bot.domain.topic import TopicKind

Rank = tuple[float, float, str, str, str]


class Contender:
    """`place` is where it stands among the candidates, `age` counts hours and is never negative. `keys` are its
    `seen_keys`, the post's first. `tags` are its folded hashtags, `hits` what it says of the lexicon in words and
    hashtags, `peers` how many further hashtags it has under which teachers talk to each other. `parts` name what
    `score` is the sum of. `members` are those that it stands for, without itself."""

    __slots__ = (
        "age",
        "author",
        "candidate",
        "hits",
        "is_followed",
        "keys",
        "links",
        "members",
        "parts",
        "peers",
        "place",
        "post",
        "reading",
        "score",
        "tags",
        "topics",
    )

    def __init__(self, place: int, candidate: Candidate, now: datetime) -> None:
        post = candidate.post
        self.place = place
        self.candidate = candidate
        self.post = post
        self.topics: list[str] = []
        self.is_followed = False
        for topic in candidate.topics:
            self.topics.append(topic.key)
            self.is_followed = self.is_followed or topic.kind is TopicKind.ACCOUNT
        self.author: AuthorKey = (post.key.source, post.author_id)
        self.age = max((now - post.created_at).total_seconds() / 3600, 0.0)
        self.reading: Reading = reading(post.text)
        self.hits = self.reading.hits
        self.tags: list[str] = []
        self.peers = 0
        if post.hashtags:
            self._read_tags(post.hashtags)
        self.links: tuple[str, ...] = ()
        if post.links:
            self.links = tuple(dict.fromkeys([canonical(link.url) for link in post.links]))
        self.keys = (post_key(post), *map(link_key, self.links))
        if self.reading.key:
            self.keys += (self.reading.key,)
        self.parts: dict[str, float] = {}
        self.score = 0.0
        self.members: tuple[Contender, ...] = ()

    @property
    def sharers(self) -> set[AuthorKey]:
        """Those who share the same thing, itself included, as far as their names are known."""
        return {each.author for each in (self, *self.members) if each.post.author_id}

    @property
    def rank(self) -> Rank:
        """Sorts the best first; between equals the newer, and then always the same."""
        return (-self.score, self.age, self.author[0], self.post.key.id, self.post.text)

    def _read_tags(self, written: tuple[str, ...]) -> None:
        for key, hit, is_peers in map(tag_of, written):
            self.tags.append(key)
            if hit:
                self.hits = (*self.hits, hit)
            if is_peers and key not in self.topics:
                self.peers += 1
