"""How long the library's pages take to be made with 50,000 items, and how large they are.

    python -m benchmarks.pages [DATABASE]

Without an address it is an SQLite file that goes afterwards; a database that is named has to be empty. Times are from
the request to the last letter of the page, one visitor at a time; `work` is what this process computed meanwhile, in
all its threads, the visitor's browser among them, which other programs on the machine change less: the median, and the
least, which they change least. What PostgreSQL computes is in none of them. Sizes are uncompressed. Every page is asked
for twenty times, or for three seconds.
"""

import asyncio
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

from aiohttp import ClientSession, CookieJar

from adapters.database.migrate import migrate
from adapters.database.store import open_store
from adapters.web.chat import WebChat
from adapters.web.section import WebSection
from benchmarks.search import ITEMS, fill, part
from bot.domain.channel import Channel, Origin
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule
from bot.plugins import ChatTools
from bot.services.parts import Parts
from bot.services.web.pages import EnginePages
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox
from tests.fakes.room import FakeRoom
from tests.fakes.vault import FakeVault

SCHOOL = "web:local"
RUNS, SECONDS = 20, 3.0
PAGES = {
    "first page": "/library",
    "page 50": "/library?page=50",
    "my saves": "/library?mine=1",
    "a word": "/library?q=fractions",
    "a phrase": "/library?q=%22exit+ticket%22",
    "two words and a kind": "/library?q=kind%3Avideo+retrieval+practice",
    "nothing found": "/library?q=zxcvb",
    "all tags": "/library/tags",
    "a tag": "/library/tags/%23retrieval",
    "an item": "/library/items/item-49999",
    "people": "/people",
    "past digests": "/library/digests",
    "form to save a link": "/library/save",
    "200 items to print": "/library?print=1",
}


async def measure(url: str) -> None:
    migrate(url)
    clock = FakeClock()
    async with open_store(url, clock) as store:
        print(f"index of {ITEMS:,} items written in {await fill(store, SCHOOL):.0f} s", flush=True)
        async with store.transaction() as tx:
            staff = Channel(ChannelKey(SCHOOL, "staff"), "Staff room", Schedule("UTC"), origin=Origin.CONFIG)
            await tx.channels.put(staff)
        inbox, pages = FakeInbox(), EnginePages()
        chat = WebChat(WebSection(port=0), ChatTools(clock, inbox, FakeRoom(inbox), pages, FakeVault(), _nothing_to_do))
        pages.serve(Parts(store, clock, "worker", chats={"web": chat}), store.check)
        gc.collect()
        gc.freeze()  # as `staffroom run` does
        async with chat, ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
            await _tell(session, f"http://127.0.0.1:{chat.port}")


class Answer(NamedTuple):
    """`seconds` by the clock, `work` by the processor."""

    seconds: float
    work: float
    size: int


async def _tell(session: ClientSession, address: str) -> None:
    every: list[Answer] = []
    print(f"{'':27} {'p50 ms':>8} {'p95 ms':>8} {'work ms':>8} {'least':>8} {'KB':>6}")
    for name, path in PAGES.items():
        answers = await _ask(session, address + path)
        every += answers
        print(f"{name:27} {_told(answers)} {answers[0].size / 1000:6.1f}", flush=True)
    print(f"{'all':27} {_told(every)}")


def _told(answers: Sequence[Answer]) -> str:
    times, work = [each.seconds for each in answers], [each.work for each in answers]
    return f"{part(times, 0.5):8.1f} {part(times, 0.95):8.1f} {part(work, 0.5):8.1f} {min(work) * 1000:8.1f}"


async def _ask(session: ClientSession, address: str) -> list[Answer]:
    """Once more than is counted."""
    await _get(session, address)
    begun = perf_counter()
    answers: list[Answer] = []
    while len(answers) < RUNS and (not answers or perf_counter() - begun < SECONDS):
        answers.append(await _get(session, address))
    return answers


async def _get(session: ClientSession, address: str) -> Answer:
    begun, worked = perf_counter(), process_time()
    async with session.get(address, headers={"Cookie": "staffroom_name=person-1"}) as response:
        body = await response.read()
        assert response.status == 200, body[:500]
    return Answer(perf_counter() - begun, process_time() - worked, len(body))


async def _nothing_to_do() -> None: ...


def main() -> None:
    if len(sys.argv) > 1:
        asyncio.run(measure(sys.argv[1]))
        return
    with TemporaryDirectory() as folder:
        asyncio.run(measure(f"sqlite:///{Path(folder)}/bench.db"))


if __name__ == "__main__":
    main()
