"""Posts from a file as a source: free, and as if they had been written just now."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from adapters.x.sample.pages import SOURCE, LoadedPosts, load_bundle, load_posts
from bot.domain.budget import Prices
from bot.domain.check import Check, Health
from bot.domain.coverage import Span
from bot.domain.matching import TopicIndex
from bot.domain.post import Author, Post
from bot.domain.topic import Topic, TopicKind, words_of
from bot.errors import Mistake
from bot.ports import Accounts, Allowance, Batch, Clock, Want

BUNDLE = Path(__file__).parent / "posts"


class SampleSource:
    """The bundled invented posts, or those of a file. Their times are moved so that the file's own `now` is the moment
    of installation: what lies behind it arrives in the days that follow."""

    name = SOURCE
    label = "X"
    prices = Prices()

    def __init__(self, posts: Path | None, clock: Clock, installed_at: datetime) -> None:
        self._file = posts
        self._clock = clock
        self._installed_at = installed_at
        self.report = ""
        """What was read and what could not be, in a sentence, once it is entered."""

    async def __aenter__(self) -> Self:
        """Raises Mistake where the file holds no usable post."""
        loaded = await asyncio.to_thread(self._load)
        self._shelf = _Shelf(loaded.shifted(self._installed_at))
        self.report = loaded.complaint() or _were_read(len(loaded.posts))
        return self

    def _load(self) -> LoadedPosts:
        return load_posts(self._file) if self._file else load_bundle(BUNDLE)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    async def read(self, wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:  # noqa: ARG002 - free
        now = self._clock.now()
        for want in wants:
            span = Span(want.span.start, min(want.span.end, now))
            if span.length and want.topic.source in ("", self.name):
                yield self._shelf.batch(want, span)

    async def accounts(self, handles: Sequence[str], allowance: Allowance) -> Sequence[Accounts]:  # noqa: ARG002
        asked = {handle.removeprefix("@").casefold() for handle in handles}
        found = {handle: author for handle in asked if (author := self._shelf.by_handle.get(handle))}
        return [Accounts(None, found, sorted(asked - found.keys()))]

    async def authors(self, posts: Sequence[Post], allowance: Allowance) -> Sequence[Accounts]:  # noqa: ARG002
        return [Accounts(None, {author.id: author for author in self._shelf.authors_of(posts)})]

    async def check(self) -> Sequence[Check]:
        try:
            loaded = await asyncio.to_thread(self._load)
        except Mistake as mistake:
            return [Check("sample posts", Health.FAIL, str(mistake), "Mend the file, or remove `posts` from [sample].")]
        if complaint := loaded.complaint():
            return [Check("sample posts", Health.WARN, complaint, "Mend these lines where the posts matter.")]
        return [Check("sample posts", Health.OK, f"{len(loaded.posts):,} posts, free of charge.")]


def _were_read(count: int) -> str:
    return "1 post was read." if count == 1 else f"{count:,} posts were read."


class _Shelf:
    """The posts, findable by topic and time."""

    def __init__(self, loaded: LoadedPosts) -> None:
        self._posts = loaded.posts
        self._by_id = {author.id: author for author in loaded.authors}
        self.by_handle = {author.handle.casefold(): author for author in loaded.authors}
        self._of_topic: dict[Topic, list[Post]] = {}

    def authors_of(self, posts: Collection[Post]) -> list[Author]:
        ids = dict.fromkeys(post.author_id for post in posts)
        return [self._by_id[each] for each in ids if each in self._by_id]

    def batch(self, want: Want, span: Span) -> Batch:
        """The newest posts of the span, and how far back they reach."""
        within = [post for post in self._of(want.topic) if span.start <= post.created_at < span.end]
        given, left_out = within[: want.limit], within[want.limit :]
        start = left_out[0].created_at + timedelta(microseconds=1) if left_out else span.start
        covered = Span(start, span.end)
        return Batch(
            receipt=None,
            posts=given,
            authors=self.authors_of(given),
            certain=[want.topic],
            covered=[(want.topic, covered)] if covered.length else [],
        )

    def _of(self, topic: Topic) -> list[Post]:
        """Every post of the topic, newest first; looked for once."""
        if topic not in self._of_topic:
            index = TopicIndex([topic], self._account_ids(topic))
            self._of_topic[topic] = [post for post in self._possible(topic) if index.topics_of(post)]
        return self._of_topic[topic]

    def _account_ids(self, topic: Topic) -> dict[Topic, str]:
        author = self.by_handle.get(topic.key) if topic.kind is TopicKind.ACCOUNT else None
        return {topic: author.id} if author else {}

    def _possible(self, topic: Topic) -> Sequence[Post]:
        """Folding every text takes long; a plain one without the phrase's first word cannot match."""
        if topic.kind is not TopicKind.PHRASE:
            return self._posts
        word = words_of(topic.key)[0]
        return [post for post in self._posts if not post.text.isascii() or word in post.text.casefold()]
