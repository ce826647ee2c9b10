"""What it takes to look after saved posts: asking X, again and again, what has become of them.

    python -m benchmarks.sweep [--saves 5000] [--days 14]

A school has saved posts over two years. Each day one in a thousand of them vanishes, a third of these among the posts
of the last 30 days, at a loopback X with X's rules and prices. For each way to find out: the requests of a week, what X
bills for them, how many hours a vanished post was still shown, how long the work took here. Look-ups come with the
usual limit for a day, and without one.
"""

import argparse
import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from pydantic import SecretStr

from adapters.database.migrate import migrate
from adapters.database.store import DatabaseStore, open_store
from adapters.database.tables import Item, Mark
from adapters.x.section import XSection
from adapters.x.source import XSource
from bot.domain.budget import Caps, Money, Purpose, dollars
from bot.domain.channel import Workspace
from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.flow.sweep import RECENT, Sweeper
from bot.services.parts import Parts
from tests.fakes.clock import TUESDAY, FakeClock
from tests.rigs import x_parts
from tests.rigs.x_server import JOBS, TOKEN, XServer
from tests.rigs.x_server_world import World

SCHOOL = "web:local"
TWO_YEARS = timedelta(days=730)
ONE_IN = 1_000
RECENT_VICTIMS = 1 / 3
TICK = timedelta(minutes=10)
A_JOB_TAKES = timedelta(minutes=5)
AUTHORS = 400
FIRST_ID = 1_500_000_000_000_000_000
DAY, WEEK = timedelta(days=1), timedelta(days=7)
PARTS = 14
NO_LIMIT, USUAL_LIMIT = dollars(10_000), dollars("0.05")


@dataclass(frozen=True)
class Way:
    """How it is found out, and what may be spent on it in a day."""

    name: str
    jobs: bool = False
    embeds: bool = False
    limit: Money = NO_LIMIT


WAYS = (
    Way("compliance jobs", jobs=True, embeds=True),
    Way("embeds, look-ups to confirm", embeds=True, limit=USUAL_LIMIT),
    Way("look-ups, $0.05 a day at most", limit=USUAL_LIMIT),
    Way("look-ups without a limit"),
)


@dataclass
class Fortnight:
    """What happened in a trial. `gone` says when a post vanished, `hidden` when that was found out."""

    requests: int = 0
    billed: int = 0
    seconds: float = 0
    gone: dict[PostKey, datetime] = field(default_factory=dict)
    hidden: dict[PostKey, datetime] = field(default_factory=dict)


class School:
    def __init__(self, saves: int) -> None:
        self.random = Random(5)
        ages = sorted(self.random.random() * TWO_YEARS for _ in range(saves))
        self.posts = [_post(number, TUESDAY - age) for number, age in enumerate(ages, start=1)]
        self.written = {post.key: post.created_at for post in self.posts}
        self.recent = [post for post in self.posts if self._interval(post) == DAY]

    def world(self) -> World:
        people = [x_parts.user(number, f"author{number}", f"Author {number}") for number in range(1, AUTHORS)]
        written = [
            x_parts.post(int(each.key.id), each.text, each.created_at, author_id=each.author_id) for each in self.posts
        ]
        world = World()
        world.add_page(x_parts.page(written, users=people))
        return world

    async def fill(self, store: DatabaseStore) -> None:
        """What is older was looked at last on one of the days of the last week."""
        async with store.transaction() as tx:
            await tx.channels.put_workspace(Workspace(SCHOOL, "web", "A school"))
            for part in range(PARTS):
                ago = part / PARTS
                some = self.posts[part::PARTS]
                for interval in (DAY, WEEK):
                    due_alike = [post for post in some if self._interval(post) == interval]
                    await tx.posts.add(due_alike, {}, TUESDAY - ago * interval)
        async with store.statements(store.engines.writing) as db:
            await db.add(Item, [_item(post) for post in self.posts])
            await db.add(Mark, [_mark(post) for post in self.posts])

    def _interval(self, post: Post) -> timedelta:
        return DAY if TUESDAY - post.created_at < RECENT else WEEK

    def is_recent(self, key: PostKey, at: datetime) -> bool:
        """Whether it was looked at daily from then on until it was found out."""
        return at + DAY - self.written[key] < RECENT


def _post(number: int, at: datetime) -> Post:
    id_ = str(FIRST_ID + number)
    text = f"Invented lesson idea {number} for my pupils"
    return Post(PostKey("x", id_), id_, str(1 + number % (AUTHORS - 1)), text, at, f"https://x.com/i/status/{id_}")


def _item(post: Post) -> dict[str, object]:
    return {
        "workspace_id": SCHOOL,
        "id": f"item-{post.key.id}",
        "key": f"post:x:{post.key.id}",
        "url": post.url,
        "title": "A post",
        "search_text": post.text,
        "post_source": post.key.source,
        "post_id": post.key.id,
        "author_id": post.author_id,
        "added_at": TUESDAY,
        "saved_at": TUESDAY,
    }


def _mark(post: Post) -> dict[str, object]:
    of_item = {"workspace_id": SCHOOL, "item_id": f"item-{post.key.id}"}
    return of_item | {"person_id": "ana", "origin": "button", "made_at": TUESDAY}


async def fortnight(school: School, way: Way, days: int, folder: Path) -> Fortnight:
    url, clock, done = f"sqlite:///{folder / f'{WAYS.index(way)}.sqlite'}", FakeClock(), Fortnight()
    await asyncio.to_thread(migrate, url)
    async with open_store(url, clock) as store, XServer(clock, school.world()) as server:
        await school.fill(store)
        server.jobs.takes = A_JOB_TAKES
        if not way.jobs:
            server.fail_next("not_enrolled", times=1_000_000, path=JOBS)
        section = XSection(
            bearer_token=SecretStr(TOKEN), base_url=server.url, oembed_url=f"{server.url}/oembed" if way.embeds else ""
        )
        async with XSource(section, clock) as source:
            caps = Caps(of_purpose={Purpose.SWEEP: way.limit})
            parts = Parts(store, clock, "worker", {"x": source}, caps=caps)
            await _live(school, parts, server, clock, days, done)
        done.requests, done.billed = len(server.seen), server.bill.total
        async with store.reading() as tx:
            for each in await tx.removals.since(TUESDAY):
                done.hidden.setdefault(each.post, each.at)
    return done


async def _live(  # noqa: PLR0917 - a trial has many parts
    school: School, parts: Parts, server: XServer, clock: FakeClock, days: int, done: Fortnight
) -> None:
    sweeper, fate = Sweeper(parts), Random(11)
    a_tick = len(school.posts) / ONE_IN * (TICK / timedelta(days=1))
    start, began = clock.now(), perf_counter()
    while clock.now() < start + timedelta(days=days):
        if fate.random() < a_tick:
            victim = fate.choice(school.recent if fate.random() < RECENT_VICTIMS else school.posts).key
            server.world.delete(victim.id)
            done.gone.setdefault(victim, clock.now())
        while await sweeper.sweep():
            pass
        clock.advance(TICK)
    done.seconds = perf_counter() - began


def _hours(school: School, done: Fortnight, *, recent: bool) -> str:
    stayed = [
        (at - done.gone[key]) / timedelta(hours=1)
        for key, at in done.hidden.items()
        if key in done.gone and school.is_recent(key, done.gone[key]) is recent
    ]
    return f"{median(stayed):.0f} / {max(stayed):.0f} h" if stayed else "none"


async def main(saves: int, days: int) -> None:
    school = School(saves)
    print(
        f"{saves:,} saved posts, {len(school.recent):,} of them of the last 30 days; {days} days, figures for a week\n"
    )
    print(f"{'way':<30}{'requests':>10}{'billed':>10}{'seconds':>9}{'found':>14}{'recent':>14}{'older':>16}")
    with TemporaryDirectory(prefix="staffroom-") as folder:
        for way in WAYS:
            done = await fortnight(school, way, days, Path(folder))
            weeks = timedelta(days=days) / WEEK
            billed = f"${done.billed / 1_000_000 / weeks:.2f}"
            found = f"{len(done.hidden)} of {len(done.gone)}"
            recent, older = _hours(school, done, recent=True), _hours(school, done, recent=False)
            print(
                f"{way.name:<30}{done.requests / weeks:>10,.0f}{billed:>10}{done.seconds / weeks:>9.1f}"
                f"{found:>14}{recent:>14}{older:>16}"
            )
    print("\nrecent, older: how long a vanished post was still shown, median / longest")


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--saves", type=int, default=5_000)
    words.add_argument("--days", type=int, default=14)
    asked = words.parse_args()
    asyncio.run(main(asked.saves, asked.days))
