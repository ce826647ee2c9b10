"""What a person reads when the database cannot be used."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from adapters.database.doctor import LITTLE_SPACE, TOO_LITTLE_SPACE, space
from adapters.database.engine import address
from adapters.database.lock import lock
from adapters.database.migrate import migrate, pending
from adapters.database.store import DatabaseStore, open_store
from bot.domain.check import Health
from bot.domain.keys import PostKey
from bot.errors import Mistake, StoreError, StoreFull, StoreLocked, StoreOutdated, StoreReadOnly
from tests.contract.store_examples import EDCHAT, NOW, post, school
from tests.fakes.clock import FakeClock

ROOT = Path(__file__).parents[2]
NOBODY = 65534


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may write anything, so for a while it is somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user can reach."""
    with tempfile.TemporaryDirectory(prefix="staffroom-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


async def test_a_file_that_cannot_be_written_says_so(folder: Path, clock: FakeClock) -> None:
    file = folder / "staffroom.db"
    migrate(f"sqlite:///{file}")
    async with open_store(f"sqlite:///{file}", clock) as store, school(store):
        pass
    _forbid_writing(folder, file)
    with ordinary_user():
        store = open_store(f"sqlite:///{file}", clock)
        with pytest.raises(StoreReadOnly, match=r"cannot be written. Check that the file and its folder belong to"):
            async with store.transaction() as tx:
                await tx.notices.first_time("w", "key", NOW)
        await store.aclose()


def _forbid_writing(*paths: Path) -> None:
    for path in paths:
        path.chmod(0o555)


def test_a_folder_that_cannot_be_written_says_so(folder: Path) -> None:
    folder.chmod(0o555)
    with ordinary_user():
        for use in (migrate, _hold):
            with pytest.raises(StoreReadOnly, match=r"staffroom\.db.* cannot be written"):
                use(f"sqlite:///{folder}/staffroom.db")


def _hold(url: str) -> None:
    with lock(url):
        pass


HOLD = """
import sys
from adapters.database.lock import lock
with lock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""

WRITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


async def _other_program(code: str, argument: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, argument, cwd=ROOT, stdin=pipe, stdout=pipe
    )
    assert other.stdout
    assert await other.stdout.readline() == b"held\n"
    return other


async def test_a_second_process_is_told_who_has_the_database(sqlite: str) -> None:
    other = await _other_program(HOLD, sqlite)
    with pytest.raises(StoreLocked, match=rf"\(process {other.pid}\) is using the database .*Stop it first"):
        _hold(sqlite)
    other.kill()
    await other.wait()
    _hold(sqlite)


def test_the_lock_can_be_taken_again_and_is_nobodys_business_on_postgresql(sqlite: str) -> None:
    for _ in range(2):
        with lock(sqlite), pytest.raises(StoreLocked):
            _hold(sqlite)
    with lock("postgresql://localhost/staffroom"):
        _hold("postgresql://localhost/staffroom")


async def test_a_program_that_keeps_writing_is_not_waited_for_for_ever(sqlite: str, clock: FakeClock) -> None:
    other = await _other_program(WRITE, sqlite.removeprefix("sqlite:///"))
    async with DatabaseStore(sqlite, clock, patience=timedelta(milliseconds=50)) as store:
        with pytest.raises(StoreLocked, match="in use by another program"):
            async with store.transaction():
                pass
        async with store.reading() as tx:
            assert await tx.channels.all() == []
    await other.communicate(b"\n")


async def test_a_full_disk_says_so_and_keeps_what_was_there(sqlite: str, clock: FakeClock) -> None:
    async with open_store(sqlite, clock) as store:
        async with school(store):
            pass
        event.listen(store.engines.writing.sync_engine, "checkout", _no_more_pages)
        with pytest.raises(StoreFull, match=r"no space left .* Free some disk space"):
            async with store.transaction() as tx:
                await tx.posts.add([post(str(n), "x" * 5000) for n in range(50)], {}, NOW)
        async with store.reading() as tx:
            assert len(await tx.channels.all()) == 3
            assert await tx.posts.get([post("1").key]) == {}


def _no_more_pages(connection: object, *_: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA max_page_count = 1")
    cursor.close()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "staffroom.db"
    file.write_text("Dear diary, " * 100)
    with pytest.raises(StoreError, match="is not a database"):
        migrate(f"sqlite:///{file}")
    assert file.read_text() == "Dear diary, " * 100


async def test_looking_for_a_database_does_not_make_one(tmp_path: Path, clock: FakeClock) -> None:
    url = f"sqlite:///{tmp_path}/none/staffroom.db"
    assert pending(url) == "fresh"
    store = open_store(url, clock)
    [check] = await store.check()
    assert (check.health, check.remedy) == (Health.WARN, "`staffroom run` and `staffroom migrate` make it.")
    with pytest.raises(StoreOutdated, match="Run `staffroom migrate`"):
        async with store:
            pass
    assert not (tmp_path / "none").exists()


async def test_a_server_that_is_not_there_says_so_without_the_password(clock: FakeClock) -> None:
    url = "postgresql://staffroom:sesame@127.0.0.1:1/staffroom"
    store = open_store(url, clock)
    [check] = await store.check()
    assert check.health is Health.FAIL
    assert "cannot be reached" in check.finding
    with pytest.raises(StoreError, match=r"“staffroom” on 127\.0\.0\.1 cannot be reached") as caught:
        migrate(url)
    assert "sesame" not in f"{caught.value!r} {check} {store!r} {store.address}"
    await store.aclose()


async def test_a_database_that_is_not_on_the_server_says_so(new_postgres: str, clock: FakeClock) -> None:
    store = open_store(new_postgres.replace("/staffroom_test_", "/staffroom_none_"), clock)
    with pytest.raises(StoreError, match="There is no database “staffroom_none_"):
        async with store:
            pass


async def test_a_database_that_may_only_be_read_says_so(postgres: str, clock: FakeClock) -> None:
    async with open_store(postgres, clock) as store:
        event.listen(store.engines.writing.sync_engine, "connect", _read_only)
        await store.engines.writing.dispose()
        with pytest.raises(StoreReadOnly, match="Give its user the right to write"):
            async with store.transaction() as tx:
                await tx.notices.first_time("w", "key", NOW)


def _read_only(connection: object, *_: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    cursor.close()
    connection.commit()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url", ["", "staffroom.db", "mysql://root:sesame@host/db", "sqlite://", "sqlite:///:memory:", "postgresql://host"]
)
def test_an_address_of_another_kind_is_refused_with_what_is_allowed(url: str) -> None:
    with pytest.raises(Mistake, match="begins with sqlite:///") as caught:
        address(url)
    assert "sesame" not in str(caught.value)


def test_space_is_warned_about_before_it_is_gone() -> None:
    file = Path("staffroom.db")
    assert [space(free, file).health for free in (TOO_LITTLE_SPACE - 1, LITTLE_SPACE - 1, LITTLE_SPACE)] == [
        Health.FAIL,
        Health.WARN,
        Health.OK,
    ]


async def test_errors_do_not_repeat_what_was_to_be_stored(database_store: DatabaseStore) -> None:
    secret = "between you and me"
    with pytest.raises(StoreError) as caught:
        await _refuse(database_store, secret)
    assert secret not in f"{caught.value}"
    assert secret not in f"{caught.value.__cause__}".partition("DETAIL")[0]


async def _refuse(store: DatabaseStore, secret: str) -> None:
    async with store.transaction() as tx:
        await tx.posts.add([], {PostKey("x", secret): [EDCHAT]}, NOW)
