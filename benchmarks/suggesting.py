"""How long somebody waits for what is proposed while they type.

    python -m benchmarks.suggesting

An SQLite file holds a library of 10,000 items with three tags each, 10,000 different ones. Words of up to five letters
are typed, every fifth one that nothing begins with, has or is near.
"""

import asyncio
from pathlib import Path
from random import Random
from string import ascii_lowercase
from tempfile import TemporaryDirectory
from time import perf_counter

from adapters.database.migrate import migrate
from adapters.database.store import DatabaseStore, open_store
from bot.domain.channel import Channel, Workspace
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.library import Mark, NewItem
from bot.domain.schedule import Schedule
from bot.ports import Typing
from bot.services.parts import Parts
from bot.services.saying.suggesting import suggest
from tests.fakes.clock import FakeClock

ITEMS, RUNS = 10_000, 300
POPULAR = 100
"""Tags that a third of all taggings use."""
SCHOOL = "bench:school"
STAFF, ANA = ChannelKey(SCHOOL, "staff"), PersonKey(SCHOOL, "ana")
OPTIONS = (("tag", "tags"), ("schedule", "zone"), ("holidays", "where"), ("language", "languages"))


async def fill(store: DatabaseStore, tags: list[str], random: Random, clock: FakeClock) -> None:
    now = clock.now()
    async with store.transaction() as tx:
        await tx.channels.put_workspace(Workspace(SCHOOL, "bench", "A large school"))
        await tx.channels.put(Channel(STAFF, "Staff", Schedule("Europe/London")))
        for number, tag in enumerate(tags):
            item = NewItem(f"i{number}", f"link:{number}", f"https://a.example/{number}", "A title", "a title", None)
            await tx.library.add(SCHOOL, item, now)
            await tx.library.put_mark(SCHOOL, Mark(item.id, "ana", "button", now))
            tagged = {tag, random.choice(tags), tags[random.randrange(POPULAR)]}
            await tx.library.tag(SCHOOL, item.id, tagged, "ana", now)


async def measure(parts: Parts, verb: str, option: str, words: list[str]) -> list[float]:
    """Milliseconds, in the order they were asked for."""
    took = []
    for word in words:
        began = perf_counter()
        await suggest(parts, Typing(ANA, STAFF, verb, option, word))
        took.append((perf_counter() - began) * 1000)
    return took


async def main() -> None:
    random, clock = Random(1), FakeClock()
    tags = ["".join(random.choices(ascii_lowercase, k=random.randint(4, 12))) for _ in range(ITEMS)]
    words = [random.choice(tags)[: random.randint(0, 5)] if n % 5 else "zqzqx" for n in range(RUNS)]
    with TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'staffroom.db'}"
        migrate(address)
        async with open_store(address, clock) as store:
            await fill(store, tags, random, clock)
            for verb, option in OPTIONS:
                took = await measure(Parts(store, clock, "worker"), verb, option, words)
                ranked = sorted(took)
                half, most = ranked[len(ranked) // 2], ranked[len(ranked) * 99 // 100]
                print(f"{verb} {option}: p50 {half:.1f} ms, p99 {most:.1f} ms, the first {took[0]:.1f} ms")


if __name__ == "__main__":
    asyncio.run(main())
