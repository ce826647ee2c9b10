"""What it costs to read for a department, and what its digests lose against reading everything:

    python -m benchmarks.reading_cost [--data FOLDER] [--half-life HOURS] [--cap DOLLARS] [--seed N] [--small | --month]

Ten channels with five hashtags each, 17 of them distinct, a digest at 07:30 every day, from 16,263 real posts that are
not part of the project, at a loopback X with X's rules, prices and billing days, where likes grow with age. What each
column means stands in benchmarks/README.md. `--cap` is what may be spent a day, beside the plan without a cap; `--seed`
draws another department; `--small` is a small school instead, three channels with three hashtags each, and `--month`
thirty days of it, one week of posts again and again.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from json import loads
from logging import ERROR
from pathlib import Path
from random import Random
from statistics import fmean
from tempfile import TemporaryDirectory

import structlog
from pydantic import SecretStr

from adapters.database.migrate import migrate
from adapters.database.store import open_store
from adapters.x.parse import parse_page
from adapters.x.section import XSection
from adapters.x.source import XSource
from benchmarks.digest_quality import DATA, POSTS, Memory
from benchmarks.reference_score import reference_score
from bot.app import reconcile
from bot.domain.audience import Audience
from bot.domain.budget import Caps, Prices, dollars
from bot.domain.calendar.school import School as Calendar
from bot.domain.channel import Channel, Origin
from bot.domain.choosing import choose
from bot.domain.coverage import Span
from bot.domain.digest import Candidate
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.matching import TopicIndex
from bot.domain.post import Post
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic, parse_topics
from bot.services.digest.selection import ELSEWHERE_LATELY, SHOWN_LATELY
from tests.fakes.clock import FakeClock
from tests.rigs.school import WORKSPACE, School, school
from tests.rigs.x_server import TOKEN, XServer
from tests.rigs.x_server_world import World, load_world, written_at

BUSY = "#elearning #onlinelearning #education #virtuallearning #edtech #distancelearning".split()
MIDDLE = "#digitallearning #remotelearning #onlineteaching #edchat #teachers #teaching #blendedlearning".split()
SMALL = (
    "#k12 #edutwitter #teachertwitter #hybridlearning #stem #math #homeschool #science #pedagogy #edtechchat #kids "
    "#mathchat #edleadership #literacy #sel #teacherlife"
).split()
SMALL_SCHOOL = {
    "maths": "#edchat #math #teachertwitter",
    "technology": "#edtech #edtechchat #blendedlearning",
    "science": "#education #science #edutwitter",
}
SEED = 2020
ZONE = "Europe/London"
MORNING = time(7, 30)
SIZE = 5
FIRST, LAST = date(2020, 7, 25), date(2020, 8, 1)
TUNED_UNTIL = date(2020, 7, 28)
HALF_LIVES = (3, 6, 10)
DAY, HOUR, LEAD = timedelta(days=1), timedelta(hours=1), timedelta(minutes=5)
EVERYTHING = "everything, packed"
SEARCH = "/2/tweets/search/recent"
MONTH, WEEKS = 30, 5

Department = Mapping[str, Sequence[Topic]]
Read = tuple[Post, datetime]


def department(seed: int = SEED) -> dict[str, list[Topic]]:
    random = Random(seed)
    tags = random.sample(BUSY, 4) + random.sample(MIDDLE, 5) + random.sample(SMALL, 8)
    while True:
        channels = {f"channel {number}": random.sample(tags, 5) for number in range(10)}
        if len({tag for each in channels.values() for tag in each}) == len(tags):
            return {name: parse_topics(" ".join(each), account_source="x") for name, each in channels.items()}


@dataclass
class Morning:
    """What one way of reading did on one day, and the posts that each channel was shown."""

    requests: int = 0
    returned: int = 0
    billed: int = 0
    wasted: float = 0
    users: int = 0
    cost: int = 0
    shown: dict[str, list[PostKey]] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """How it is read, and its mornings by day."""

    name: str
    mornings: Mapping[date, Morning]


def days() -> list[date]:
    return [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]


def due(day: date) -> datetime:
    return Schedule(ZONE, at=MORNING).due_at(day)


# ---------------------------------------------------------------------------------------------- with the real program


class FreeX(XSource):
    """Believes that X costs nothing, so that everything is read."""

    def __init__(self, section: XSection, clock: FakeClock) -> None:
        super().__init__(section, clock)
        self.prices = Prices()


async def by_the_program(
    world: World, channels: Department, kind: type[XSource], caps: Caps, some: Sequence[date] = ()
) -> dict[date, Morning]:
    """The engine with its store, for each day a few minutes before the digest is due and when it is."""
    async with AsyncExitStack() as stack:
        clock = FakeClock(due(FIRST) - 12 * HOUR)
        server = await stack.enter_async_context(XServer(clock, world))
        section = XSection(bearer_token=SecretStr(TOKEN), base_url=server.url, oembed_url=f"{server.url}/oembed")
        our = await _engine(stack, kind(section, clock), clock, caps)
        await _configure(our, channels)
        mornings = {}
        for day in some or days():
            before = _Meter.read(server)
            for moment in (due(day) - 6 * HOUR, due(day) - LEAD, due(day), due(day) + 2 * LEAD):
                await our.at(moment)
            mornings[day] = morning = _Meter.read(server).since(before, server, day)
            await _look_at_the_store(our, channels, morning, day)
        if server.refused or server.throttled:
            raise AssertionError([*server.refused[:3], server.throttled])
        return mornings


async def _engine(stack: AsyncExitStack, x: XSource, clock: FakeClock, caps: Caps) -> School:
    folder = stack.enter_context(TemporaryDirectory())
    database = f"sqlite:///{folder}/staffroom.db"
    await asyncio.to_thread(migrate, database)
    store = await stack.enter_async_context(open_store(database, clock))
    reading = await stack.enter_async_context(x)
    return await stack.enter_async_context(
        school(clock=clock, store=store, caps=caps, sources={"x": reading}, school=Calendar(("en",)))
    )


async def _configure(our: School, channels: Department) -> None:
    """With nothing left to read of the days before the first: those posts are not there."""
    every_day = Schedule(ZONE, frozenset(range(7)), MORNING)
    rows = [
        (Channel(_key(name), name, every_day, size=SIZE, origin=Origin.CONFIG), topics)
        for name, topics in channels.items()
    ]
    earlier = Span(due(FIRST) - 7 * DAY, due(FIRST) - DAY)
    async with our.store.transaction() as tx:
        await reconcile(tx, our.parts, rows)
        for topic in {topic for topics in channels.values() for topic in topics}:
            await tx.coverage.add("x", topic, earlier)


def _key(name: str) -> ChannelKey:
    return ChannelKey(WORKSPACE, name)


@dataclass(frozen=True)
class _Meter:
    """What X had seen and billed by then."""

    requests: int
    free_requests: int

    @classmethod
    def read(cls, server: XServer) -> "_Meter":
        free = [seen for seen in server.seen if not seen.path.startswith("/2/")]
        return cls(len(server.seen) - len(free), len(free))

    def since(self, before: "_Meter", server: XServer, day: date) -> Morning:
        bill = server.bill
        return Morning(
            requests=self.requests - before.requests,
            billed=bill.posts_on(day),
            users=len(bill.resources[day]["user"]),
            cost=bill.of(day),
        )


async def _look_at_the_store(our: School, channels: Department, morning: Morning, day: date) -> None:
    async with our.store.reading() as tx:
        entries = await tx.ledger.entries(day, day)
        morning.returned = sum(entry.returned.posts for entry in entries if entry.returned)
        topics = {topic for each in channels.values() for topic in each}
        readings = await tx.readings.of("x", topics, datetime.combine(day, time(), UTC))
        morning.wasted = sum(heard.wasted for each in readings.values() for heard in each)
        for name in channels:
            digest = await tx.digests.latest(_key(name))
            if digest and digest.composed_at.date() == day:
                morning.shown[name] = [item.post for item in digest.items]
                morning.spans[name] = Span(digest.since, digest.composed_at)


# ------------------------------------------------------------------------------------------------- with other designs


class Design:
    """Reads as others do, and chooses as we do of what that brought."""

    def __init__(self, world: World, channels: Department) -> None:
        self.clock = FakeClock(due(FIRST) - DAY)
        self.server = XServer(self.clock, world)
        self.channels = channels
        self.stored: dict[PostKey, Read] = {}
        self._memories = {name: Memory() for name in channels}

    def search(self, query: str, span: Span, most: int = 100, order: str = "recency") -> int:
        """All pages of it, or the one page where only so many are asked for. Returns how many posts came."""
        asked = {
            "query": f"{query} -is:retweet",
            "max_results": str(min(most, 100)),
            "start_time": f"{span.start:%Y-%m-%dT%H:%M:%SZ}",
            "end_time": f"{span.end:%Y-%m-%dT%H:%M:%SZ}",
            "sort_order": order,
            "tweet.fields": "author_id,created_at,entities,lang,public_metrics,text,referenced_tweets",
        }
        came = 0
        while True:
            answer = loads(self.server.answer(SEARCH, asked).text or "{}")
            page = parse_page(answer, read_at=self.clock.now(), source="x")
            self.stored.update({post.key: (post, self.clock.now()) for post in page.posts})
            came += len(page.posts)
            if not page.next_token or most < 100:
                return came
            asked["next_token"] = page.next_token

    def digests(self, day: date) -> tuple[dict[str, list[PostKey]], dict[str, Span]]:
        now, span = due(day), Span(due(day) - DAY - HOUR, due(day))
        shown = {}
        for name, topics in self.channels.items():
            index = TopicIndex(topics, {})
            recent = [each for each in self.stored.values() if span.start <= each[0].created_at < span.end]
            found = [
                Candidate(post, tuple(matched), read_at)
                for post, read_at in recent
                if (matched := index.topics_of(post))
            ]
            choice = choose(found, self._audience(name, now))
            for each in choice.chosen:
                self._memories[name].shown.append((each.post, now))
                self._memories[name].keys.update(dict.fromkeys(each.seen_keys, now))
            shown[name] = [each.post.key for each in choice.chosen]
        return shown, dict.fromkeys(self.channels, span)

    def _audience(self, name: str, now: datetime) -> Audience:
        others = [memory for other, memory in self._memories.items() if other != name]
        mine = self._memories[name]
        return Audience(
            size=SIZE,
            now=now,
            topics=self.channels[name],
            languages=("en",),
            seen=frozenset(mine.keys),
            shown=[post for post, at in mine.shown if now - at <= SHOWN_LATELY],
            elsewhere=frozenset(
                key for each in others for key, at in each.keys.items() if now - at <= ELSEWHERE_LATELY
            ),
        )


def by_polling_hourly(world: World, channels: Department) -> dict[date, Morning]:
    """Each channel asks for each of its hashtags every hour."""
    design, mornings = Design(world, channels), {}
    for day in days():
        morning = Morning()
        for hour in range(24):
            now = due(day) - (23 - hour) * HOUR
            design.clock.set(now)
            for topics in channels.values():
                for topic in topics:
                    came = design.search(topic.label, Span(now - HOUR, now - timedelta(seconds=30)))
                    morning.requests += max(-(-came // 100), 1)
                    morning.returned += came
        morning.shown, morning.spans = design.digests(day)
        mornings[day] = morning
    return _billed(design, mornings)


def by_relevance(world: World, channels: Department) -> dict[date, Morning]:
    """One page of ten of each hashtag, best first."""
    design, mornings = Design(world, channels), {}
    for day in days():
        design.clock.set(due(day) - LEAD)
        span = Span(due(day) - DAY, due(day) - LEAD - timedelta(seconds=30))
        distinct = sorted({topic for topics in channels.values() for topic in topics})
        came = [design.search(topic.label, span, 10, "relevancy") for topic in distinct]
        morning = Morning(requests=len(came), returned=sum(came))
        morning.shown, morning.spans = design.digests(day)
        mornings[day] = morning
    return _billed(design, mornings)


def _billed(design: Design, mornings: dict[date, Morning]) -> dict[date, Morning]:
    for day, morning in mornings.items():
        morning.billed, morning.cost = design.server.bill.posts_on(day), design.server.bill.of(day)
    return mornings


# ------------------------------------------------------------------------------------------------------------ what for


def finally_(world: World, channels: Department) -> dict[str, list[Candidate]]:
    """All that each channel could have been shown, as it was in the end."""
    page = parse_page({"data": list(world.posts.values())}, read_at=due(LAST) + 30 * DAY, source="x")
    found = {}
    for name, topics in channels.items():
        index = TopicIndex(topics, {})
        matched = ((post, tuple(index.topics_of(post))) for post in page.posts)
        found[name] = [Candidate(post, of_it) for post, of_it in matched if of_it]
    return found


def worth(morning: Morning, everything: Mapping[str, Sequence[Candidate]], spans: Mapping[str, Span]) -> float:
    """The mean reference score of the day's digests; a missing one is worth nothing."""
    scores = []
    for name, candidates in everything.items():
        span = spans[name]
        of_day = [each for each in candidates if span.start <= each.post.created_at < span.end]
        scores.append(reference_score(morning.shown.get(name, []), of_day, SIZE).total)
    return fmean(scores)


def same_items(morning: Morning, full: Morning) -> float:
    """The part of the full reading's items that were shown, too."""
    pairs = [(set(items), set(morning.shown.get(name, []))) for name, items in full.shown.items()]
    return sum(len(items & ours) for items, ours in pairs) / max(sum(len(items) for items, _ in pairs), 1)


HEADINGS = f"{'':<26}{'requests':>9}{'returned':>9}{'billed':>8}{'wasted':>8}{'users':>7}{'dollars':>9}{'most':>7}"
HEADINGS += f"{'items':>7}{'same':>7}{'value':>8}{'least':>8}"


def print_ways(title: str, ways: Sequence[Way], world: World, channels: Department, some: Sequence[date]) -> None:
    full = next(way.mornings for way in ways if way.name == EVERYTHING)
    everything = finally_(world, channels)
    print(f"\n{title}\n{HEADINGS}")
    for way in ways:
        mornings = [way.mornings[day] for day in some]
        values = [
            worth(way.mornings[day], everything, full[day].spans) / worth(full[day], everything, full[day].spans)
            for day in some
        ]
        print(_line(way.name, mornings, [full[day] for day in some], values))


def _line(name: str, mornings: Sequence[Morning], full: Sequence[Morning], values: Sequence[float]) -> str:
    number = len(mornings)

    def mean(of: str) -> float:
        return fmean([float(getattr(each, of)) for each in mornings])

    same = sum(same_items(ours, whole) for ours, whole in zip(mornings, full, strict=True)) / number
    items = sum(len(shown) for each in mornings for shown in each.shown.values()) / number
    return (
        f"{name:<26}{mean('requests'):>9.0f}{mean('returned'):>9.0f}{mean('billed'):>8.0f}{mean('wasted'):>8.1f}"
        f"{mean('users'):>7.1f}{mean('cost') / 1e6:>9.2f}{max(each.cost for each in mornings) / 1e6:>7.2f}"
        f"{items:>7.0f}{same:>7.0%}{sum(values) / number:>8.0%}{min(values):>8.0%}"
    )


def print_days(mornings: Mapping[date, Morning]) -> None:
    for day, each in mornings.items():
        print(
            f"{day:%a %d %b}: {each.requests} requests, {each.returned} returned, {each.billed} billed, "
            f"{each.users} users, ${each.cost / 1e6:.3f}"
        )


async def compare(path: Path, hours: float, caps: Sequence[Caps], channels: Department) -> None:
    world = load_world(path)
    world.half_life = timedelta(hours=hours)
    ours = [Way(_name(cap), await by_the_program(world, channels, XSource, cap)) for cap in caps]
    ways = [
        *ours,
        Way(EVERYTHING, await by_the_program(world, channels, FreeX, Caps())),
        Way("each channel, hourly", by_polling_hourly(world, channels)),
        Way("ten most relevant", by_relevance(world, channels)),
    ]
    print(f"\nLikes: half of the rest every {hours:g} hours")
    for way in ours:
        print(way.name)
        print_days(way.mornings)
    for title, some in (
        ("to 28 July, which we tuned on", [day for day in days() if day <= TUNED_UNTIL]),
        ("29 July to 1 August", [day for day in days() if day > TUNED_UNTIL]),
    ):
        print_ways(title, ways, world, channels, some)


def _name(caps: Caps) -> str:
    return "our plan" if caps.daily is None else f"our plan, at most ${caps.daily / 1e6:.2f}"


def a_month(path: Path) -> World:
    """One week of posts, again and again: its days of the week stay what they are."""
    world = load_world(path)
    first, last = due(FIRST) - DAY, due(FIRST) + 6 * DAY
    week = [post for post in world.posts.values() if first <= written_at(post) < last]
    again = World(users=world.users, media=world.media, polls=world.polls)
    for number in range(WEEKS):
        later = number * 7 * DAY
        for post in week:
            shifted = {"id": str(int(post["id"]) + (later // timedelta(milliseconds=1) << 22))}
            at = written_at(post) + later
            again.posts[shifted["id"]] = post | shifted | {"created_at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z"}
    return again


async def month(path: Path, hours: float, caps: Sequence[Caps], channels: Department) -> None:
    """What it costs. What its digests are worth cannot be said: each week says the same again."""
    world = a_month(path)
    world.half_life = timedelta(hours=hours)
    some = [FIRST + n * DAY for n in range(MONTH)]
    mornings = await by_the_program(world, channels, XSource, caps[-1], some)
    print(f"\nA month, likes: half of the rest every {hours:g} hours")
    print_days(mornings)
    cost, billed, requests = (
        sum(getattr(each, of) for each in mornings.values()) for of in ("cost", "billed", "requests")
    )
    print(f"{MONTH} digests a channel: {requests} requests, {billed} posts billed, ${cost / 1e6:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the posts")
    parser.add_argument("--half-life", type=float, action="append", help="hours; more than once for several")
    parser.add_argument("--cap", type=str, action="append", help="dollars a day; more than once for several")
    parser.add_argument("--seed", type=int, default=SEED, help="which department is drawn")
    parser.add_argument("--small", action="store_true", help="a small school instead of a department")
    parser.add_argument("--month", action="store_true", help="a month of a small school: what it costs")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(ERROR))
    path = asked.data / POSTS
    if not path.exists():
        sys.exit(f"The posts are not here ({path}). They belong to their authors and are no part of the project.")
    caps = [Caps(), *(Caps(dollars(cap)) for cap in asked.cap or ())]
    small = {name: parse_topics(tags, account_source="x") for name, tags in SMALL_SCHOOL.items()}
    for hours in asked.half_life or HALF_LIVES:
        act = month if asked.month else compare
        asyncio.run(act(path, hours, caps, small if asked.small or asked.month else department(asked.seed)))


if __name__ == "__main__":
    main()
