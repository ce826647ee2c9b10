"""Recent search: page after page of a query, and how many posts it would bring."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

from adapters.x.client import WHOLE_POSTS, Client
from adapters.x.parse import Page, parse_page
from adapters.x.queries import certain_of, counting, filter_of, packed, span_of, topics_of
from adapters.x.shapes import Json, count_at, object_at, objects_at
from adapters.x.windows import LOOKS_BACK, read_back_to, readable
from bot.domain.budget import Resources
from bot.domain.coverage import Span
from bot.domain.topic import Topic
from bot.ports import Allowance, Batch, Counted, Query, Reach, Receipt, Want

SMALLEST_PAGE = 10
LARGEST_PAGE = 100
MOST_COUNTED = 1_000_000_000
EDITABLE_FOR = timedelta(hours=1)

REACH = Reach(
    smallest_page=SMALLEST_PAGE,
    largest_page=LARGEST_PAGE,
    looks_back=LOOKS_BACK,
    thresholds=True,
    languages=True,
    replies=True,
    top=True,
    counts=True,
    editable_for=EDITABLE_FOR,
)


class RecentSearch:
    """The last seven days, one query for as many topics as fit."""

    def __init__(self, client: Client, source: str) -> None:
        self._client = client
        self._source = source

    def queries(self, wants: Sequence[Want]) -> list[Query]:
        return packed([want for want in wants if want.topic.source in ("", self._source)])

    async def read(self, wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:
        for query in self.queries(wants):
            async for batch in self._pages(query, allowance):
                yield batch

    async def _pages(self, query: Query, allowance: Allowance) -> AsyncIterator[Batch]:
        """Page after page, until X has no more, the limit is reached, or it stops making progress."""
        asked, token, left, was_empty = readable(span_of(query), self._client.clock.now()), "", query.limit, False
        while asked.length and left > 0:
            wanted = max(SMALLEST_PAGE, min(left, LARGEST_PAGE))
            size = await self._client.affordable_posts(wanted, SMALLEST_PAGE, allowance)
            receipt, page = await self._search(query, asked, size, token, allowance)
            left -= page.resources.posts
            is_empty = not page.resources.posts
            ends = page.next_token in ("", token) or (is_empty and was_empty) or left <= 0
            yield self._batch(query, asked, receipt, page, ends=ends)
            if ends:
                return
            token, was_empty = page.next_token, is_empty

    async def _search(
        self, query: Query, asked: Span, size: int, token: str, allowance: Allowance
    ) -> tuple[Receipt, Page]:
        async def request() -> Any:  # noqa: ANN401 - tweepy has no types
            return await self._client.tweepy.search_recent_tweets(
                query.text,
                start_time=asked.start,
                end_time=asked.end,
                max_results=size,
                next_token=token or None,
                sort_order="relevancy" if filter_of(query).top else None,
                **WHOLE_POSTS,
            )

        reservation, answer = await self._client.paid(
            "search/recent",
            request,
            Resources(posts=size),
            allowance,
            topics=topics_of(query),
            holds=("data", "meta"),
        )
        page = parse_page(answer, read_at=asked.end, source=self._source)
        return Receipt(reservation, page.resources), page

    def _batch(self, query: Query, asked: Span, receipt: Receipt, page: Page, *, ends: bool) -> Batch:
        covered = _covered(query, asked, page)
        return Batch(
            receipt=receipt,
            posts=page.posts,
            authors=page.authors,
            certain=certain_of(query),
            covered=[(topic, covered) for topic in topics_of(query)] if covered and covered.length else [],
            problems=page.problems,
            filter=filter_of(query),
            wants=query.wants,
            ends=ends,
            cut=ends and bool(page.next_token),
        )

    async def count(self, topic: Topic, span: Span, allowance: Allowance) -> Counted:
        asked = readable(span, self._client.clock.now())
        if not asked.length:
            return Counted(None, 0, asked)

        async def request() -> Any:  # noqa: ANN401 - tweepy has no types
            return await self._client.tweepy.get_recent_tweets_count(
                counting(topic), start_time=asked.start, end_time=asked.end, granularity="day"
            )

        bill = Resources(counts=1)
        reservation, answer = await self._client.paid(
            "counts/recent", request, bill, allowance, topics=[topic], holds=("data", "meta")
        )
        return Counted(Receipt(reservation, bill), _total(answer), asked)


def _covered(query: Query, asked: Span, page: Page) -> Span | None:
    """What has been read with this page: without another one all of it, else back to its oldest post. The best come in
    no order of time, so that until the last of them nothing is certain."""
    if not page.next_token:
        return asked
    if filter_of(query).top or page.oldest is None:
        return None
    return read_back_to(page.oldest, asked)


def _total(answer: Json) -> int:
    days = sum(count_at(each, "tweet_count", "post_count") for each in objects_at(answer, "data"))
    total = count_at(object_at(answer, "meta"), "total_tweet_count", "total_post_count")
    return min(max(days, total), MOST_COUNTED)
