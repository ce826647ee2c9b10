"""A backup is whole although others write, and after it was restored nothing happens twice and nobody comes back."""

import asyncio
import shutil
import stat
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect

import pytest

from adapters.database.backup import back_up, check
from adapters.database.lock import lock
from adapters.database.restoring import Restored, restoring
from adapters.database.store import DatabaseStore, open_store
from bot.app import Engine
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.errors import Mistake, StoreError, StoreLocked
from bot.ports import Transaction
from bot.services.erasing.forgetting import forget
from bot.services.erasing.restoring import settle_restored
from bot.services.parts import Parts
from tests.fakes.clock import FakeClock
from tests.rigs.school import HALF_PAST_SEVEN, WORKSPACE, NoTicker, School, school

HOUR = timedelta(hours=1)


class Home:
    """A database in a file that can be closed, changed and opened again while the chat goes on."""

    def __init__(self, file: Path, clock: FakeClock) -> None:
        self.file = file
        self.clock = clock
        self.store: DatabaseStore | None = None

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    async def open(self) -> None:
        self.store = await open_store(self.url, self.clock).__aenter__()

    async def close(self) -> None:
        if self.store is not None:
            await self.store.aclose()

    @property
    def _opened(self) -> DatabaseStore:
        assert self.store
        return self.store

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._opened.transaction() as tx:
            yield tx

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        async with self._opened.reading() as tx:
            yield tx

    def __getattr__(self, name: str) -> object:
        return getattr(self._opened, name)


@asynccontextmanager
async def school_at(home: Home) -> AsyncIterator[School]:
    await home.open()
    try:
        async with school(store=home, clock=home.clock) as our:  # type: ignore[arg-type]
            yield our
    finally:
        await home.close()


async def restored(our: School, home: Home, file: Path) -> Restored:
    """As `staffroom restore` does it while Staffroom stands still; then it starts anew."""
    await home.close()
    with restoring(home.url, file, home.clock.now()) as found:
        async with open_store(found.url, home.clock) as store:
            found.sentences += await settle_restored(Parts(store, home.clock, "restore"), found.forgotten, found.erased)
    await home.open()
    our.engine = Engine(our.parts, NoTicker())
    return found


@pytest.fixture
def home(sqlite: str) -> Home:
    return Home(Path(sqlite.removeprefix("sqlite:///")), FakeClock())


async def test_a_digest_that_was_sent_since_the_backup_is_not_sent_again(home: Home, tmp_path: Path) -> None:
    async with school_at(home) as our:
        await our.open_channel()
        await our.plan()
        back_up(home.url, tmp_path / "night.backup", our.clock.now())
        await our.next_digest()
        our.clock.advance(HOUR)
        found = await restored(our, home, tmp_path / "night.backup")
        assert found.knows
        await our.at(HALF_PAST_SEVEN + HOUR + timedelta(minutes=5))
        assert len(our.digests()) == 1
        (digest,) = our.digests()
        await our.chat.react("ana", digest.id, "1️⃣")
        await our.settle()
        assert "1 item" in await our.say("ana", "/pln saved")


async def test_nor_where_the_database_that_is_replaced_cannot_be_read(home: Home, tmp_path: Path) -> None:
    async with school_at(home) as our:
        await our.open_channel()
        await our.plan()
        back_up(home.url, tmp_path / "night.backup", our.clock.now())
        await our.next_digest()
        our.clock.advance(HOUR)
        await home.close()
        home.file.write_bytes(b"the disk broke" * 1_000)
        found = await restored(our, home, tmp_path / "night.backup")
        assert not found.knows
        await our.at(HALF_PAST_SEVEN + HOUR + timedelta(minutes=5))
        assert len(our.digests()) == 1


async def test_the_digest_of_the_day_comes_where_it_was_not_due_yet(home: Home, tmp_path: Path) -> None:
    async with school_at(home) as our:
        await our.open_channel()
        await our.plan()
        back_up(home.url, tmp_path / "night.backup", our.clock.now())
        home_file = home.file
        await home.close()
        home_file.unlink()
        await restored(our, home, tmp_path / "night.backup")
        await our.next_digest()
        assert len(our.digests()) == 1


async def test_who_was_forgotten_since_the_backup_stays_forgotten(home: Home, tmp_path: Path) -> None:
    async with school_at(home) as our:
        await our.digest_of()
        await our.say("ana", "/pln save 1")
        await our.say("ben", "/pln save 2")
        await our.say("ana", "/pln note 1 My own words")
        back_up(home.url, tmp_path / "evening.backup", our.clock.now())
        our.clock.advance(HOUR)
        await our.say("ana", "/pln forget-me yes")
        await restored(our, home, tmp_path / "evening.backup")
        async with home.reading() as tx:
            assert await tx.people.kept_about(PersonKey(WORKSPACE, "ana")) == {}
            assert await tx.people.names(WORKSPACE, ["ana", "ben"]) == {"ben": "Ben"}
        assert "My own words" not in _all_of(home.file)
        assert "1 item" in await our.say("ben", "/pln saved")


def _all_of(file: Path) -> str:
    with closing(connect(file)) as connection:
        return "\n".join(connection.iterdump())


@contextmanager
def somebody_writing(file: Path) -> Iterator[list[int]]:
    """Adds people one by one, as fast as it goes, until the block ends."""
    written: list[int] = []
    is_over = threading.Event()

    def write() -> None:
        with closing(connect(file, timeout=30)) as connection:
            while not is_over.is_set():
                number = len(written)
                connection.execute("INSERT INTO person (workspace_id, id, name) VALUES ('w', ?, 'N')", (f"p{number}",))
                connection.execute("INSERT INTO notice VALUES ('w', ?, '2026-11-24 07:00:00.000000')", (f"p{number}",))
                connection.commit()
                written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield written
    finally:
        is_over.set()
        writer.join()


async def test_a_backup_under_load_is_whole_and_for_its_owner_only(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "busy.backup"
    with somebody_writing(home.file) as written:
        while len(written) < 20:  # noqa: ASYNC110 - a thread writes
            await asyncio.sleep(0)
        said = await asyncio.to_thread(back_up, home.url, target, home.clock.now())
        before = len(written)
    assert "checked it" in said
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    check(target)
    with closing(connect(target)) as copy:
        people = copy.execute("SELECT count(*) FROM person").fetchone()[0]
        notices = copy.execute("SELECT count(*) FROM notice").fetchone()[0]
    assert 20 <= people == notices <= before + 1
    assert list(tmp_path.glob(".busy*")) == []


async def test_no_earlier_backup_is_written_over(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "a.backup"
    back_up(home.url, target, home.clock.now())
    with pytest.raises(Mistake, match="there already"):
        back_up(home.url, target, home.clock.now())
    target.write_text("an earlier one")
    back_up(home.url, target, home.clock.now(), replace=True)
    assert check(target)


@pytest.mark.parametrize("ending", ["", "-wal"])
async def test_no_backup_is_written_over_the_database_itself(home: Home, ending: str) -> None:
    before = home.file.read_bytes()
    own = home.file.with_name(home.file.name + ending)
    own.touch()
    with pytest.raises(Mistake, match="the database itself"):
        back_up(home.url, own, home.clock.now(), replace=True)
    assert home.file.read_bytes() == before


async def test_nothing_is_restored_over_one_that_runs(home: Home, tmp_path: Path) -> None:
    back_up(home.url, tmp_path / "a.backup", home.clock.now())
    with lock(home.url), pytest.raises(StoreLocked), restoring(home.url, tmp_path / "a.backup", home.clock.now()):
        pass


@pytest.mark.parametrize("what", ["text", "half"])
async def test_what_is_no_whole_backup_changes_nothing(home: Home, tmp_path: Path, what: str) -> None:
    broken = tmp_path / "broken.backup"
    if what == "text":
        broken.write_text("Dear diary")
    else:
        back_up(home.url, tmp_path / "a.backup", home.clock.now())
        broken.write_bytes((tmp_path / "a.backup").read_bytes()[:50_000])
    before = home.file.read_bytes()
    with pytest.raises(Mistake), restoring(home.url, broken, home.clock.now()):
        pass
    assert home.file.read_bytes() == before
    assert not list(tmp_path.glob("*.restoring*"))


async def test_the_database_that_was_there_is_kept(home: Home, tmp_path: Path) -> None:
    back_up(home.url, tmp_path / "a.backup", home.clock.now())
    async with open_store(home.url, home.clock) as store, store.transaction() as tx:
        await tx.people.put(Person(PersonKey("w", "late"), "Late"))
    with restoring(home.url, tmp_path / "a.backup", home.clock.now()) as found:
        pass
    assert any("is kept as" in sentence for sentence in found.sentences)
    (kept,) = tmp_path.glob("*.replaced-*")
    assert "Late" in _all_of(kept)
    assert "Late" not in _all_of(home.file)


async def test_what_fails_on_the_way_leaves_everything_as_it_was(home: Home, tmp_path: Path) -> None:
    back_up(home.url, tmp_path / "a.backup", home.clock.now())
    before = shutil.copy(home.file, tmp_path / "copy")
    with pytest.raises(RuntimeError), restoring(home.url, tmp_path / "a.backup", home.clock.now()):
        raise RuntimeError("on the way")
    assert _all_of(home.file) == _all_of(Path(before))
    assert not list(tmp_path.glob("*.restoring*"))


@pytest.mark.usefixtures("postgres_programs")
async def test_on_postgresql_a_backup_takes_the_place_of_the_tables_and_these_are_kept(
    postgres: str, tmp_path: Path, clock: FakeClock
) -> None:
    ana, ben, late = (Person(PersonKey("w", name), name.title()) for name in ("ana", "ben", "late"))
    async with open_store(postgres, clock) as store, store.transaction() as tx:
        await tx.people.put(ana)
        await tx.people.put(ben)
    said = back_up(postgres, tmp_path / "a.backup", clock.now())
    assert "checked it" in said
    async with open_store(postgres, clock) as store:
        async with store.transaction() as tx:
            await tx.people.put(late)
            await forget(tx, Parts(store, clock, "worker"), ana.key, clock.now())
        with (
            pytest.raises(StoreError, match="Another program"),
            restoring(postgres, tmp_path / "a.backup", clock.now()),
        ):
            pass
    with pytest.raises(RuntimeError), restoring(postgres, tmp_path / "a.backup", clock.now()):
        raise RuntimeError("on the way")
    async with open_store(postgres, clock) as store, store.reading() as tx:
        assert await tx.people.names("w", ["ana", "ben", "late"]) == {"ben": "Ben", "late": "Late"}
    with restoring(postgres, tmp_path / "a.backup", clock.now()) as found:
        async with open_store(found.url, clock) as store:
            await settle_restored(Parts(store, clock, "restore"), found.forgotten, found.erased)
    async with open_store(postgres, clock) as store, store.reading() as tx:
        assert await tx.people.names("w", ["ana", "ben", "late"]) == {"ben": "Ben"}
    assert any("are kept in the schema" in sentence for sentence in found.sentences)


def test_without_postgresqls_programs_it_is_said_what_to_do(
    postgres: str, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Mistake, match="postgresql-client"):
        back_up(postgres, tmp_path / "a.backup", clock.now())
    assert list(tmp_path.iterdir()) == []
