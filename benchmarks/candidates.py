"""How long a whole choice takes with a real store: reading the candidates, looking back, choosing.

    python -m benchmarks.candidates [DATABASE]

The store holds what a large school has after two years: 20 channels with 400 digests each, 50,000 items of a library,
80,000 posts. Without an address it is an SQLite file that goes afterwards; a database that is named has to be empty.
"""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from adapters.database.migrate import migrate
from adapters.database.statements import Statements
from adapters.database.store import DatabaseStore, open_store
from adapters.database.tables import Digest, DigestItem, Item, Less, Mark, Seen, Slot
from benchmarks.digest import realistic
from bot.domain.channel import Channel, Origin, Workspace
from bot.domain.choosing import choose, seen_keys
from bot.domain.coverage import Span
from bot.domain.keys import ChannelKey
from bot.domain.post import Author, Post
from bot.domain.schedule import Schedule
from bot.ports import Transaction
from bot.services.digest.selection import LATE_ARRIVALS, select
from bot.services.parts import Parts
from tests.fakes.clock import FakeClock
from tests.unit.examples import topic

RUNS = 5
COUNTS = (200, 1_000, 5_000, 20_000)
CHANNELS, DIGESTS, SAVED, OLD, PEOPLE, AUTHORS = 20, 400, 50_000, 60_000, 60, 20_000
PACE = timedelta(seconds=4)
"""How far apart the new posts are."""
BEFORE_THE_LAST_DIGEST = timedelta(days=2)
"""What was read again since then would be looked at once more."""
TWO_YEARS = timedelta(days=700)
WEEK = timedelta(days=7)
NOW = FakeClock().now()
SCHOOL = "bench:school"
TOPICS = [topic(f"#tag{number}") for number in range(10)]


class World:
    """What the store is filled with."""

    def __init__(self) -> None:
        self.random = Random(7)
        posts = [self._by_somebody(each.post) for each in realistic(max(COUNTS) + OLD)]
        self.new = [replace(post, created_at=NOW - PACE * (n + 1)) for n, post in enumerate(posts[: max(COUNTS)])]
        self.old = [replace(post, created_at=NOW - WEEK - self.random.random() * TWO_YEARS) for post in posts[-OLD:]]

    def _by_somebody(self, post: Post) -> Post:
        return replace(post, author_id=f"author-{self.random.randrange(AUTHORS)}")

    async def fill(self, store: DatabaseStore) -> None:
        async with store.transaction() as tx:
            await tx.channels.put_workspace(Workspace(SCHOOL, "bench", "A large school"))
            for number in range(CHANNELS):
                await self._open(tx, ChannelKey(SCHOOL, f"channel-{number}"))
            for posts in (self.old, self.new):
                matches = {post.key: self.random.sample(TOPICS, self.random.choice((1, 1, 1, 2))) for post in posts}
                await tx.posts.add(posts, matches, NOW - BEFORE_THE_LAST_DIGEST)
            await tx.posts.put_authors([_author(post) for post in self.old + self.new], NOW)
        async with store.statements(store.engines.writing) as db:
            await self._fill_library(db)
            for number in range(CHANNELS):
                await self._fill_digests(db, number)

    async def _open(self, tx: Transaction, key: ChannelKey) -> None:
        await tx.channels.put(Channel(key, key.channel, Schedule("Europe/London")))
        for each in TOPICS:
            await tx.topics.follow(key, each, Origin.COMMAND, None, NOW)

    async def _fill_library(self, db: Statements) -> None:
        saved = self.old[:SAVED]
        await db.add(Item, [_item(post) for post in saved])
        marks = [_mark(post, person) for post in saved for person in self._some_people()]
        await db.add(Mark, marks)

    def _some_people(self) -> list[int]:
        return self.random.sample(range(PEOPLE), self.random.choice((1, 1, 2)))

    async def _fill_digests(self, db: Statements, channel: int) -> None:
        """The last one reaches as far as leaves the number of candidates that the channel is measured with."""
        here = {"workspace_id": SCHOOL, "channel_id": f"channel-{channel}"}
        for number in range(DIGESTS):
            slot, at = f"{channel}-{number}", NOW - timedelta(days=1) - TWO_YEARS * number / DIGESTS
            until = NOW - PACE * COUNTS[channel] + LATE_ARRIVALS if number == 0 and channel < len(COUNTS) else at
            of_slot = {"workspace_id": SCHOOL, "slot_id": slot}
            posts = self.random.sample(self.old, 5)
            await db.add(Slot, [_slot(slot, at) | here])
            await db.add(Digest, [_digest(at, until) | of_slot | here])
            await db.add(DigestItem, [_digest_item(n, post) | of_slot for n, post in enumerate(posts, start=1)])
            await db.add(Seen, [{"key": key, "seen_at": at} | here for post in posts for key in seen_keys(post)])
        less = self.random.sample(self.old, 50)
        await db.add(Less, [_less(post, self.random.randrange(PEOPLE)) | here for post in less])


def _author(post: Post) -> Author:
    return Author("x", post.author_id, post.author_id, "Somebody", "https://x.example")


def _item(post: Post) -> dict[str, object]:
    return {
        "workspace_id": SCHOOL,
        "id": f"item-{post.key.id}",
        "key": f"post:{post.key.id}",
        "url": post.url,
        "title": "A post",
        "search_text": post.text,
        "post_source": post.key.source,
        "post_id": post.key.id,
        "author_id": post.author_id,
        "added_at": post.created_at,
        "saved_at": post.created_at,
    }


def _mark(post: Post, person: int) -> dict[str, object]:
    return {
        "workspace_id": SCHOOL,
        "item_id": f"item-{post.key.id}",
        "person_id": f"person-{person}",
        "origin": "button",
        "made_at": post.created_at,
    }


def _slot(id_: str, at: datetime) -> dict[str, object]:
    how = {"kind": "morning", "state": "composed", "reading": "done", "note": "", "fence": 1}
    return {"id": id_, "key": id_, "due_at": at, **how}


def _digest(at: datetime, until: datetime) -> dict[str, object]:
    return {"since_at": at, "until_at": until, "topics": "[]", "looked_at": 300, "in_part": False, "made_at": at}


def _digest_item(number: int, post: Post) -> dict[str, object]:
    return {"number": number, "source": post.key.source, "post_id": post.key.id, "why": "", "gone": "", "asks": False}


def _less(post: Post, person: int) -> dict[str, object]:
    asked = {"person_id": f"person-{person}", "author_id": post.author_id, "asked_at": post.created_at}
    return {"source": post.key.source, "post_id": post.key.id, **asked}


async def timed(ask: Callable[[], Awaitable[object]]) -> float:
    """The median in milliseconds."""
    times = []
    for _ in range(RUNS):
        begun = perf_counter()
        await ask()
        times.append((perf_counter() - begun) * 1000)
    return median(times)


async def measure(store: DatabaseStore) -> None:
    parts = Parts(store, FakeClock(), "bench")
    for number, count in enumerate(COUNTS):
        key = ChannelKey(SCHOOL, f"channel-{number}")
        span = Span(NOW - PACE * count, NOW)
        async with store.reading() as tx:
            channel = await tx.channels.get(key)
            assert channel
            selection = await select(tx, parts, channel)
            assert len(selection.candidates) == count
            whole = await timed(lambda: select(tx, parts, channel))  # noqa: B023 - called at once
            reading = await timed(lambda: tx.posts.candidates(key, ["x"], span))  # noqa: B023
        begun = perf_counter()
        choose(selection.candidates, selection.audience)
        choosing = (perf_counter() - begun) * 1000
        looking = whole - reading - choosing
        print(
            f"{count:>6,} candidates: {whole:6.0f} ms (reading them {reading:.0f}, looking back {looking:.0f}, "
            f"choosing {choosing:.0f})"
        )
        if count == 5_000:
            await measure_looking_back(store, key, [each.post for each in selection.candidates])


async def measure_looking_back(store: DatabaseStore, key: ChannelKey, posts: Sequence[Post]) -> None:
    seen = {each for post in posts for each in seen_keys(post)}
    authors = {(post.key.source, post.author_id) for post in posts}
    posts_asked = [post.key for post in posts]
    async with store.reading() as tx:
        asked: dict[str, Callable[[], Awaitable[object]]] = {
            f"{len(seen):,} keys, seen here": lambda: tx.digests.seen(key, seen),
            f"{len(seen):,} keys, seen elsewhere": lambda: tx.digests.seen_elsewhere(key, seen, NOW - WEEK),
            "posts shown in two weeks": lambda: tx.digests.shown(key, NOW - 2 * WEEK),
            f"{len(authors):,} authors": lambda: tx.posts.authors("x", {id_ for _, id_ in authors}),
            f"savers of {len(authors):,} authors": lambda: tx.library.savers_of_authors(SCHOOL, authors),
            "posts that are reported": lambda: tx.reports.hidden(SCHOOL, posts_asked),
            "votes of two years": lambda: tx.rules.votes(key, None),
            "a week of the library": lambda: tx.library.active_since(SCHOOL, NOW - 2 * WEEK, 10),
        }
        for name, ask in asked.items():
            print(f"{'':8}{name:<32}{await timed(ask):6.0f} ms")


async def run(url: str) -> None:
    migrate(url)
    async with open_store(url, FakeClock()) as store:
        await World().fill(store)
        gc.collect()
        gc.freeze()  # as `staffroom run` does: what was there before is no longer looked through for garbage
        await measure(store)


def main() -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(run(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder)}/staffroom.db"))


if __name__ == "__main__":
    main()
