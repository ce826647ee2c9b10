"""How long finding takes in a library of 50,000 items, beside a scan for letters.

    python -m benchmarks.search [DATABASE]

Without an address it is an SQLite file that goes afterwards; a database that is named has to be empty. All items, words
and people are invented. `work` is what this process computed meanwhile, in all its threads, which other programs on the
machine change less; what PostgreSQL computes is not in it.
"""

import asyncio
import gc
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

from sqlalchemy import func, or_, select, text

from adapters.database.migrate import migrate
from adapters.database.store import DatabaseStore, open_store
from adapters.database.tables import Author as AuthorRow
from adapters.database.tables import Citation, Item, ItemNote, ItemTag, Mark
from bot.domain.channel import Workspace
from bot.domain.search import parse_query
from tests.fakes.clock import FakeClock

ITEMS, RUNS, PEOPLE, AUTHORS = 50_000, 60, 60, 5_000
SCHOOL = "bench:school"
START = datetime(2024, 9, 1, tzinfo=UTC)
PACE = timedelta(minutes=20)
COMMON = (
    "maths fractions decimals reading writing spelling phonics year lesson starter ideas worksheet practice teachers "
    "retrieval feedback assessment homework behaviour poem history science physics chemistry geography music art drama"
).split()
SYLLABLES = "ba co di fe gu ha jo ki lo mu ne pi qua ro su ta ve wi xa zo bre cla dri flo gra pla sto tri".split()
HOSTS = ("nrich.example", "tickets.example", "www.youtube.com", "docs.google.com", "news.example", "doi.org")
QUERIES = (
    "fractions",
    "retrieval practice",
    "year 6 fract",
    '"exit ticket"',
    "maths -homework",
    "#retrieval",
    "#retrieval kind:video",
    "@author42",
    "kind:research feedback",
    "domain:nrich.example poem",
    "since:2026-06 assessment",
    "spelling or phonics",
    "(music or drama) starter",
    "by:me science",
    "bacodi",
    "lesson",
)


class World:
    def __init__(self, school: str) -> None:
        self.school = school
        self.random = Random(7)
        self.rare = ["".join(self.random.choices(SYLLABLES, k=self.random.choice((2, 3, 4)))) for _ in range(30_000)]
        self.weights = [1 / (number + 3) for number in range(len(COMMON))]

    def words(self, count: int) -> str:
        common = self.random.choices(COMMON, self.weights, k=count // 3)
        rare = self.random.choices(self.rare, k=count - len(common))
        words = common + rare
        self.random.shuffle(words)
        return " ".join([*words, *(["exit", "ticket"] if self.random.random() < 0.01 else [])])

    def rows(self) -> dict[type, list[dict[str, object]]]:
        tables = (Item, Citation, Mark, ItemTag, ItemNote, AuthorRow)
        rows: dict[type, list[dict[str, object]]] = {table: [] for table in tables}
        for number in range(AUTHORS):
            rows[AuthorRow].append(_author(number))
        for number in range(ITEMS):
            self._add(rows, number)
        return rows

    def _add(self, rows: dict[type, list[dict[str, object]]], number: int) -> None:
        item, at = f"item-{number}", START + PACE * number
        key = {"workspace_id": self.school, "item_id": item}
        title, host = self.words(6), self.random.choice(HOSTS)
        author = f"author-{self.random.randrange(AUTHORS)}"
        rows[Item].append(
            {
                "workspace_id": self.school,
                "id": item,
                "key": item,
                "url": f"https://{host}/{number}",
                "title": title,
                "search_text": "",
                "post_source": "bench",
                "post_id": str(number),
                "author_id": author,
                "added_at": at,
                "saved_at": at,
                "savers": 1,
                "vouched": False,
                "kind": "",
            }
        )
        said = f"{title} {self.words(32)} #{self.random.choice(COMMON)}"
        post = {"source": "bench", "post_id": str(number), "search_text": said, "author_id": author, "cited_at": at}
        rows[Citation].append({**key, **post})
        person = f"person-{self.random.randrange(PEOPLE)}"
        rows[Mark].append({**key, "person_id": person, "origin": "button", "made_at": at})
        for tag in {self.random.choice(COMMON) for _ in range(self.random.choice((0, 1, 2)))}:
            rows[ItemTag].append({**key, "tag": tag, "folded": tag, "added_by": person, "added_at": at})
        if self.random.random() < 0.2:
            note = self.words(12)
            rows[ItemNote].append(
                {**key, "id": f"note-{number}", "person_id": person, "text": note, "folded": note, "written_at": at}
            )


def _author(number: int) -> dict[str, object]:
    return {
        "source": "bench",
        "id": f"author-{number}",
        "handle": f"author{number}",
        "name": f"Author {number}",
        "profile_url": "https://bench.example",
        "avatar_url": "",
        "protected": False,
        "followers": 1,
        "put_at": START,
    }


async def fill(store: DatabaseStore, school: str = SCHOOL) -> float:
    """Seconds that writing the index takes."""
    async with store.transaction() as tx:
        await tx.channels.put_workspace(Workspace(school, "bench", "A large school"))
    async with store.statements(store.engines.writing) as db:
        for table, rows in World(school).rows().items():
            await db.add(table, rows)
    begun = perf_counter()
    await store.tidy()
    seconds = perf_counter() - begun
    if store.address.file is None:
        await _count_rows(store)
    return seconds


async def _count_rows(store: DatabaseStore) -> None:
    """As PostgreSQL does by itself within minutes; until then it takes 50,000 new rows for a few."""
    async with store.engines.writing.connect() as connection:
        by_itself = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await by_itself.execute(text("VACUUM ANALYZE"))


class Answer(NamedTuple):
    """`seconds` by the clock, `work` by the processor."""

    seconds: float
    work: float
    found: int


async def find(store: DatabaseStore, text: str) -> Answer:
    query = parse_query(text)
    begun, worked = perf_counter(), process_time()
    async with store.reading() as tx:
        _, total = await tx.library.find(SCHOOL, query, saved_by=None, viewer="person-1", limit=5, offset=0)
    return Answer(perf_counter() - begun, process_time() - worked, total.counted)


async def scan(store: DatabaseStore, text: str) -> float:
    """The same words looked for as letters, in whatever stands in an item, its tags and its notes."""
    words = [word for word in text.replace('"', "").split() if word.isalpha()] or ["fractions"]
    begun = perf_counter()
    async with store.statements(store.engines.reading, keep=False) as db:
        found = select(Item.id).where(Item.workspace_id == SCHOOL, Item.saved_at.is_not(None))
        for word in words:
            tagged = select(ItemTag.item_id).where(ItemTag.folded.like(f"%{word}%"))
            noted = select(ItemNote.item_id).where(ItemNote.folded.like(f"%{word}%"))
            said = select(Citation.item_id).where(Citation.search_text.like(f"%{word}%"))
            found = found.where(or_(Item.id.in_(said), Item.id.in_(tagged), Item.id.in_(noted)))
        await db.value(select(func.count()).select_from(found.subquery()))
        await db.rows(found.order_by(Item.saved_at.desc()).limit(5))
    return perf_counter() - begun


def part(times: Sequence[float], share: float) -> float:
    """In milliseconds."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000


async def measure(url: str) -> None:
    migrate(url)
    async with open_store(url, FakeClock()) as store:
        print(f"index of {ITEMS:,} items written in {await fill(store):.1f} s")
    async with open_store(url, FakeClock()) as store:  # as on the next day: all this was not written in one go
        gc.collect()
        gc.freeze()  # as `staffroom run` does
        every: list[Answer] = []
        scans: list[float] = []
        print(
            f"{'':26} {'found':>7} {'p50 ms':>8} {'p95 ms':>8} {'least':>8} {'work p50':>8} {'p95':>8} {'scan ms':>8}"
        )
        for text in QUERIES:
            await find(store, text)
            answers = [await find(store, text) for _ in range(RUNS)]
            scanned = [await scan(store, text) for _ in range(3)]
            every += answers
            scans += scanned
            print(f"{text:26} {answers[0].found:7,} {_told(answers)} {part(scanned, 0.5):8.1f}")
        print(f"{'all':26} {'':7} {_told(every)} {part(scans, 0.5):8.1f}")


def _told(answers: Sequence[Answer]) -> str:
    times, work = [each.seconds for each in answers], [each.work for each in answers]
    clock = f"{part(times, 0.5):8.1f} {part(times, 0.95):8.1f} {min(times) * 1000:8.1f}"
    return f"{clock} {part(work, 0.5):8.1f} {part(work, 0.95):8.1f}"


def main() -> None:
    if len(sys.argv) > 1:
        asyncio.run(measure(sys.argv[1]))
        return
    with TemporaryDirectory() as folder:
        asyncio.run(measure(f"sqlite:///{Path(folder)}/bench.db"))


if __name__ == "__main__":
    main()
