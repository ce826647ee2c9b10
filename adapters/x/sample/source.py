"""Posts from a file as a source: free, and as if they had been written just now."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from adapters.x.links import post_id
from adapters.x.sample.pages import SOURCE, LoadedPosts, load_bundle, load_posts
from bot.domain.budget import Prices
from bot.domain.check import Check, Health
from bot.domain.coverage import Span
from bot.domain.matching import TopicIndex
from bot.domain.post import Author, Post
from bot.domain.standing import Standing
from bot.domain.topic import Topic, TopicKind, words_of
from bot.errors import Mistake
from bot.ports import Accounts, Allowance, Batch, Clock, Counted, Found, Query, Reach, Rechecked, Want

BUNDLE = Path(__file__).parent / "posts"


class SampleSource:
    """The bundled invented posts, or those of a file. Their times are moved so that the file's own `now` is the moment
    of installation: what lies behind it arrives in the days that follow."""

    name = SOURCE
    label = "X"
    exports_text = False
    prices = Prices()
    reach = Reach(counts=True, is_live=False)
    """Nothing is paid for, so that nothing has to be left out."""

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
        for query in self.queries(wants):
            (want,) = query.wants
            span = self._written(want.span)
            if span.length:
                yield self._shelf.batch(want, span)

    def _written(self, span: Span) -> Span:
        return Span(span.start, min(span.end, self._clock.now()))

    def queries(self, wants: Sequence[Want]) -> Sequence[Query]:
        ours = [want for want in wants if want.topic.source in ("", self.name)]
        return [Query(want.topic.label, (want,), want.limit) for want in ours]

    async def count(self, topic: Topic, span: Span, allowance: Allowance) -> Counted:  # noqa: ARG002 - free
        written = self._written(span)
        return Counted(None, len(self._shelf.within(topic, written)), written)

    async def lookup(self, ids: Sequence[str], allowance: Allowance) -> Sequence[Found]:  # noqa: ARG002 - free
        if not ids:
            return []
        posts = {each: post for each in ids if (post := self._shelf.by_id.get(each))}
        absent = dict.fromkeys((each for each in ids if each not in posts), Standing.GONE)
        return [Found(None, posts, self._shelf.authors_of(list(posts.values())), absent)]

    async def recheck(self, posts: Sequence[Post], allowance: Allowance) -> AsyncIterator[Rechecked]:  # noqa: ARG002
        """A post of an earlier file is not gone: nothing is said about it."""
        there = {each.key.id: Standing.PRESENT for each in posts if each.key.id in self._shelf.by_id}
        if there:
            yield Rechecked(None, there, "look-up")

    async def usage(self, days: int) -> Mapping[date, int] | None:  # noqa: ARG002 - nobody counts
        return None

    def post_id(self, url: str) -> str | None:
        number = post_id(url)
        return number if number in self._shelf.by_id else None

    def search_url(self, words: str) -> str | None:  # noqa: ARG002 - invented posts are not to be found anywhere
        return None

    def account_links(self, handle: str) -> Mapping[str, str]:  # noqa: ARG002 - nor are invented people
        return {}

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
        self.by_id = {post.key.id: post for post in loaded.posts}
        self._people = {author.id: author for author in loaded.authors}
        self.by_handle = {author.handle.casefold(): author for author in loaded.authors}
        self._of_topic: dict[Topic, list[Post]] = {}

    def authors_of(self, posts: Collection[Post]) -> list[Author]:
        ids = dict.fromkeys(post.author_id for post in posts)
        return [self._people[each] for each in ids if each in self._people]

    def batch(self, want: Want, span: Span) -> Batch:
        """The newest posts of the span, and how far back they reach."""
        within = self.within(want.topic, span)
        given, left_out = within[: want.limit], within[want.limit :]
        start = left_out[0].created_at + timedelta(microseconds=1) if left_out else span.start
        covered = Span(start, span.end)
        return Batch(
            receipt=None,
            posts=given,
            authors=self.authors_of(given),
            certain=[want.topic],
            covered=[(want.topic, covered)] if covered.length else [],
            filter=want.filter,
            wants=[want],
            ends=True,
            cut=bool(left_out),
        )

    def within(self, topic: Topic, span: Span) -> list[Post]:
        """Newest first."""
        return [post for post in self._of(topic) if span.start <= post.created_at < span.end]

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
