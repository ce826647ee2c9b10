"""How long it takes to get a large library out and a large file in, what that takes of memory, and how long somebody
who saves something else has to wait meanwhile.

    python -m benchmarks.exchange [ITEMS] [DATABASE]

Without an address it is an SQLite file that goes afterwards, with `postgresql` a server of its own that goes as well; a
database that is named has to be empty. All pages are invented. *Work* is processor time of this process, *memory* what
the process took at most beyond what it had before, on Linux.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from adapters.database.migrate import migrate
from adapters.database.store import DatabaseStore, open_store
from adapters.database.tables import Item, ItemTag, Mark
from bot.domain.channel import Workspace
from bot.domain.events import Person
from bot.domain.exchange import EVERYTHING, ON_THE_COMMAND_LINE, Bringing, Format
from bot.domain.exchange.decoding import read_file
from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.services.exchange import bringing
from bot.services.exchange.coming_in import AT_ONCE
from bot.services.exchange.engine import EngineExchange
from bot.services.exchange.working_off import bring_some
from bot.services.library.shelf import Placing, save_link
from bot.services.parts import Parts
from tests.fakes.chat import FakeChat
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox
from tests.rigs.postgres import new_database, own_server

SCHOOL, SECOND = "fake:school", "fake:second"
START = datetime(2024, 9, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ROWS, RUNS = 10_000, 20
ANA, BEN = Person(PersonKey(SCHOOL, "ana"), "Ana Bell"), Person(PersonKey(SCHOOL, "ben"), "Ben Hill")
CLEO = Person(PersonKey(SECOND, "cleo"), "Cleo Ward")
A_CLICK_EVERY = 0.1


async def fill(store: DatabaseStore, items: int) -> None:
    async with store.transaction() as tx:
        for workspace in (SCHOOL, SECOND):
            await tx.channels.put_workspace(Workspace(workspace, "fake", "A large school"))
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


class Measured:
    """What something took, between the beginning and the end."""

    def __init__(self) -> None:
        self._wall, self._work, self._memory = perf_counter(), process_time(), _most_memory(reset=True)

    def say(self, what: str, more: str = "") -> None:
        wall, work = perf_counter() - self._wall, process_time() - self._work
        memory = _most_memory() - self._memory
        print(f"{what:44} {wall:7.2f} s, work {work:6.2f} s, memory {memory:5.0f} MiB{more}")


@contextmanager
def measured(what: str) -> Iterator[None]:
    measuring = Measured()
    yield
    measuring.say(what)


def _most_memory(*, reset: bool = False) -> float:
    """What this process took at most since it was reset, in MiB; where that is not told, nothing."""
    with suppress(OSError):
        if reset:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


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
            with measured(f"{items:,} items written"):
                await fill(store, items)
            await measure_out(exchange)
            await measure_in(parts, exchange)
            await measure_whole(parts, exchange)


async def measure_out(exchange: EngineExchange) -> None:
    for into in Format:
        with measured(f"exported as {into.value}"):
            await export(exchange, into)
    feed = await exchange.make_feed(ANA, EVERYTHING)
    await exchange.feed(feed.secret, "")
    with measured(f"a feed of the 50 newest, {RUNS} times"):
        for _ in range(RUNS):
            await exchange.feed(feed.secret, "")


async def measure_in(parts: Parts, exchange: EngineExchange) -> None:
    file = bookmarks(ROWS).encode()
    with measured(f"{ROWS:,} bookmarks read, {len(file) // 1024} KiB"):
        read_file(file, NOW)
    shown = await confirmed(parts, ANA, file)
    await work_off(parts, f"{ROWS:,} brought in, {AT_ONCE} at once")
    await confirmed(parts, ANA, file)
    await work_off(parts, "the same file once more")
    again = await confirmed(parts, BEN, file)
    await work_off(parts, "the same file by a colleague")
    await exchange.undo(BEN.key, Role.EDITOR, again.id)
    await work_off(parts, "undone, what others have stays")
    await exchange.undo(ANA.key, Role.EDITOR, shown.id)
    await work_off(parts, "undone, nothing stays")


async def confirmed(parts: Parts, who: Person, file: bytes) -> Bringing:
    exchange, measuring = EngineExchange(parts), Measured()
    async with clicking(parts) as waits:
        shown = await exchange.look_through(who, Role.EDITOR, file, "")
        await exchange.confirm(who.key, Role.EDITOR, shown.id)
    measuring.say("looked through and kept", _said(waits))
    return shown


async def measure_whole(parts: Parts, exchange: EngineExchange) -> None:
    """What one school has, brought into another one, as whoever runs Staffroom does."""
    pieces = [piece async for piece in (await exchange.export(ANA.key, EVERYTHING, Format.JSON)).pieces]
    file = "".join(pieces).encode()
    rows = len(json.loads(file)["items"])
    with measured(f"{rows:,} items of JSON read, {len(file) // 1024} KiB"):
        read = read_file(file, NOW, limits=ON_THE_COMMAND_LINE)
    with measured("kept"):
        async with parts.store.transaction() as tx:
            kept = await bringing.keep(tx, CLEO, Role.OWNER, read, "", at=NOW)
            await bringing.confirm(tx, CLEO.key, Role.OWNER, kept.id)
    await work_off(parts, f"{rows:,} brought into an empty library")


async def work_off(parts: Parts, what: str) -> None:
    measuring = Measured()
    async with clicking(parts) as waits:
        is_left = True
        while is_left:
            is_left = await bring_some(parts)
            await asyncio.sleep(0)
    measuring.say(what, _said(waits))


@asynccontextmanager
async def clicking(parts: Parts) -> AsyncIterator[list[float]]:
    """Meanwhile somebody saves a page ten times a second; how long each took, in seconds."""
    waits: list[float] = []

    async def click() -> None:
        for number in count():
            begun = perf_counter()
            async with parts.store.transaction() as tx:
                await save_link(tx, Placing(ANA, "web", NOW), f"https://click.example/{number}", "")
            waits.append(perf_counter() - begun)
            await asyncio.sleep(A_CLICK_EVERY)

    clicks = asyncio.create_task(click())
    try:
        yield waits
    finally:
        clicks.cancel()
        with suppress(asyncio.CancelledError):
            await clicks


def _said(waits: list[float]) -> str:
    in_order = sorted(waits)
    middle, most = in_order[len(in_order) // 2], in_order[-1]
    return f"; a click meanwhile {middle * 1000:.0f} ms, at most {most * 1000:.0f}"


def main() -> None:
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    at = sys.argv[2] if len(sys.argv) > 2 else ""
    with TemporaryDirectory() as folder:
        if at == "postgresql":
            with own_server(Path(folder)) as server, new_database(server, "bench") as url:
                asyncio.run(measure(url, items))
        else:
            asyncio.run(measure(at or f"sqlite:///{Path(folder)}/bench.db", items))


if __name__ == "__main__":
    main()
