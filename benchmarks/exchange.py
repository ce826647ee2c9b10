"""How long it takes to get a large library out and a large file in, and how long others wait meanwhile.

    python -m benchmarks.exchange [ITEMS] [DATABASE]

Without an address it is an SQLite file that goes afterwards; a database that is named has to be empty. All pages are
invented. Memory is what Python allocated at most, beyond what it had before.
"""

import asyncio
import sys
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from adapters.database.migrate import migrate
from adapters.database.store import DatabaseStore, open_store
from adapters.database.tables import Item, ItemTag, Mark
from bot.domain.channel import Workspace
from bot.domain.events import Person
from bot.domain.exchange import EVERYTHING, Format
from bot.domain.exchange.bookmarks import read_bookmarks
from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.services.exchange.bringing import AT_ONCE, bring_some
from bot.services.exchange.engine import EngineExchange
from bot.services.parts import Parts
from tests.fakes.chat import FakeChat
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox

SCHOOL = "fake:school"
START = datetime(2024, 9, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ROWS, RUNS = 10_000, 20
ANA = Person(PersonKey(SCHOOL, "ana"), "Ana Bell")


async def fill(store: DatabaseStore, items: int) -> None:
    async with store.transaction() as tx:
        await tx.channels.put_workspace(Workspace(SCHOOL, "fake", "A large school"))
        await tx.people.put(ANA)
    rows: dict[type, list[dict[str, object]]] = {Item: [], Mark: [], ItemTag: []}
    for number in range(items):
        id_, at = f"item-{number}", START + timedelta(minutes=20) * number
        key = {"workspace_id": SCHOOL, "item_id": id_}
        rows[Item].append(
            {
                "workspace_id": SCHOOL,
                "id": id_,
                "key": f"link:https://kept.example/{number}",
                "url": f"https://kept.example/{number}",
                "title": f"A page about fractions, number {number}",
                "search_text": f"a page about fractions number {number}",
                "added_at": at,
                "saved_at": at,
                "savers": 1,
                "vouched": False,
                "kind": "article",
            }
        )
        rows[Mark].append({**key, "person_id": "ana", "origin": "button", "made_at": at})
        rows[ItemTag].append({**key, "tag": "fractions", "folded": "fractions", "added_by": "ana", "added_at": at})
    async with store.statements(store.engines.writing) as db:
        for table, values in rows.items():
            await db.add(table, values)
    await store.tidy()


def bookmarks(rows: int) -> str:
    lines = (
        f'<DT><A HREF="https://new.example/{number}" ADD_DATE="{1_600_000_000 + number}">Page {number}</A>\n'
        for number in range(rows)
    )
    return f"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n<DT><H3>Maths</H3>\n<DL><p>\n{''.join(lines)}</DL></DL>"


async def timed(what: str, act: Callable[[], Awaitable[object]]) -> float:
    begun = perf_counter()
    await act()
    took = perf_counter() - begun
    print(f"{what:44} {took:8.2f} s")
    return took


async def export(exchange: EngineExchange, into: Format) -> int:
    file = await exchange.export(ANA.key, EVERYTHING, into)
    return sum([len(piece) async for piece in file.pieces])


async def measure(url: str, items: int) -> None:
    migrate(url)
    clock = FakeClock(NOW)
    async with open_store(url, clock) as store:
        chat = FakeChat(FakeInbox(), workspace=SCHOOL, clock=clock)
        parts = Parts(store, clock, "worker", chats={"fake": chat})
        exchange = EngineExchange(parts)
        async with chat:
            await timed(f"{items:,} items written", lambda: fill(store, items))
            await measure_out(exchange)
            await measure_in(parts, exchange)


async def measure_out(exchange: EngineExchange) -> None:
    for into in Format:
        tracemalloc.start()
        await timed(f"exported as {into.value}, memory measured", lambda into=into: export(exchange, into))  # type: ignore[misc]
        print(f"{'  memory at most':44} {tracemalloc.get_traced_memory()[1] / 1024 / 1024:8.1f} MiB")
        tracemalloc.stop()
        await timed(f"exported as {into.value}", lambda into=into: export(exchange, into))  # type: ignore[misc]
    feed = await exchange.make_feed(ANA, EVERYTHING)
    await exchange.feed(feed.secret, "")
    begun = perf_counter()
    for _ in range(RUNS):
        await exchange.feed(feed.secret, "")
    print(f"{'a feed of the 50 newest':44} {(perf_counter() - begun) / RUNS * 1000:8.1f} ms")


async def measure_in(parts: Parts, exchange: EngineExchange) -> None:
    text = bookmarks(ROWS)
    begun = perf_counter()
    read_bookmarks(text, NOW)
    print(f"{f'{ROWS:,} bookmarks read, {len(text) // 1024} KiB':44} {perf_counter() - begun:8.2f} s")
    begun = perf_counter()
    shown = await exchange.look_through(ANA, Role.EDITOR, text.encode(), "")
    print(f"{'kept and compared with the library':44} {perf_counter() - begun:8.2f} s")
    await exchange.confirm(ANA.key, Role.EDITOR, shown.id)
    await work_off(parts, f"{ROWS:,} rows brought in, {AT_ONCE} at once")
    again = await exchange.look_through(ANA, Role.EDITOR, text.encode(), "")
    await exchange.confirm(ANA.key, Role.EDITOR, again.id)
    await work_off(parts, "the same file once more")
    await exchange.undo(ANA.key, Role.EDITOR, shown.id)
    await work_off(parts, "undone")


async def work_off(parts: Parts, what: str) -> None:
    times: list[float] = []
    begun = perf_counter()
    while await _timed(parts, times):
        pass
    longest = sorted(times)[int(len(times) * 0.99)] * 1000
    print(f"{what:44} {perf_counter() - begun:8.2f} s, others wait at most {longest:.0f} ms (p99)")


async def _timed(parts: Parts, times: list[float]) -> bool:
    begun = perf_counter()
    found = await bring_some(parts)
    times.append(perf_counter() - begun)
    return found


def main() -> None:
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    if len(sys.argv) > 2:
        asyncio.run(measure(sys.argv[2], items))
        return
    with TemporaryDirectory() as folder:
        asyncio.run(measure(f"sqlite:///{Path(folder)}/bench.db", items))


if __name__ == "__main__":
    main()
