"""A backup takes the place of the database, which is kept. What happened since the backup is taken over where it must
not happen twice: what was sent, spent, erased and ended."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from tempfile import NamedTemporaryFile

from sqlalchemy import Connection, Engine, Table, delete, func, or_, select, text

from adapters.database.backup import (
    OUR_OWN,
    check,
    is_postgresql,
    listing_without_schemas,
    made_at,
    run_client,
    unchanging,
)
from adapters.database.engine import Address, address, migration_engine
from adapters.database.errors import translated
from adapters.database.lock import lock
from adapters.database.migrate import migrate
from adapters.database.repositories.sessions import LINK
from adapters.database.revisions import State, state_of, version_of
from adapters.database.tables import Base
from bot.domain.delivery import DeliveryState
from bot.domain.forgetting import Forgotten, forgotten_meanwhile
from bot.domain.keys import PostKey
from bot.domain.schedule import Reading, Schedule, SlotKind, SlotState
from bot.errors import Mistake, StoreError

BEFORE = "before_restore"
NO_LONGER_KNOWN = (
    "The database that was replaced could not be read. Whoever was erased since the backup has to be erased again with "
    "staffroom erase-person, and what was spent on reading since then is not counted."
)

AS_THEY_WERE = ("standing", "post", "author", "ledger", "ledger_share", "billed", "removal", "forgotten", "admin_act")
"""Of these the replaced database knows better, a row at a time."""
WHAT_WAS_SENT = ("slot", "digest", "digest_item", "seen", "delivery", "notice")
"""The same; what a digest showed since the backup is not shown again."""
ANEW = ("inbox", "errand", "vault", "room_reaction", "room_message")
"""Of these nothing of the backup counts: it was done meanwhile, or is gone."""

MAY_HAVE_BEEN_SENT = "a backup was restored, and it may have been sent before"
UNIQUE = ("workspace_id", "channel_id", "kind", "key")


@dataclass
class Restored:
    """`url` is where the backup is by now, to be worked on before it takes its place. `forgotten` asked for it and
    `erased` were erased since the backup. `then` is when that was made, None where nobody knows. `knows` says whether
    the database that is replaced could be read; what became of it `sentences` tell."""

    url: str
    then: datetime | None
    knows: bool = False
    forgotten: list[Forgotten] = field(default_factory=list)
    erased: list[PostKey] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        """What became of the database that was replaced; complete at the end."""
        return [*self.sentences, *([] if self.knows else [NO_LONGER_KNOWN])]


@contextmanager
def restoring(url: str, file: Path, now: datetime) -> Iterator[Restored]:
    """What is done within it counts when it ends well; else everything is as it was. Raises StoreLocked over one that
    runs, Mistake for what is no backup of that kind of database."""
    at = address(url)
    if is_postgresql(file) is at.is_sqlite:
        kind = "SQLite" if at.is_sqlite else "PostgreSQL"
        raise Mistake(f"{file} is no backup of a {kind} database, which {at.place} is. Nothing was changed.")
    with lock(url):
        if at.file is not None:
            with _as_a_file(at, at.file, file, now) as restored:
                yield restored
        else:
            with _as_a_schema(at, url, file, now) as restored:
                yield restored


# ------------------------------------------------------------------------------------------------------------- SQLite


@contextmanager
def _as_a_file(at: Address, database: Path, file: Path, now: datetime) -> Iterator[Restored]:
    check(file)
    beginning = database.with_name(f"{database.name}.restoring")
    _remove(beginning)
    try:
        _copy(file, beginning)
        url = at.url.set(database=str(beginning)).render_as_string(hide_password=False)
        migrate(url)
        restored = Restored(url, made_at(file))
        engine = migration_engine(address(url))
        try:
            _take_over_from_file(engine, database, restored)
            if not restored.knows:
                with engine.begin() as connection:
                    _suppose(connection, now)
        finally:
            engine.dispose()
        yield restored
        old = _set_aside(database, now)
        _into_one_file(beginning)
        beginning.replace(database)
        if old:
            restored.sentences.append(f"The database that was there is kept as {old}.")
    except sqlite3.Error as error:
        raise StoreError("The backup could not be copied. Is the disk full? Nothing was changed.") from error
    finally:
        _remove(beginning)


def _copy(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OUR_OWN))
    with closing(unchanging(source)) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy, pages=-1)


def _take_over_from_file(engine: Engine, database: Path, restored: Restored) -> None:
    if not database.exists() or not _is_readable(database):
        return
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            raise StoreError("The database cannot be read.")
        driver.execute(f"ATTACH DATABASE ? AS {BEFORE}", (str(database),))
        with connection.begin():
            _take_over(connection, restored)
        driver.execute(f"DETACH DATABASE {BEFORE}")


def _is_readable(database: Path) -> bool:
    """Whether it is whole and of this version; it may be damaged, for people restore because of that."""
    try:
        return state_of(check(database, is_live=True)) is State.CURRENT
    except Mistake:
        return False


def _set_aside(database: Path, now: datetime) -> Path | None:
    if not database.exists():
        return None
    with suppress(sqlite3.Error):
        _into_one_file(database)
    old = database.with_name(f"{database.name}.replaced-{now:%Y-%m-%dT%H%M%SZ}")
    if old.exists():
        raise Mistake(f"{old} is there already. Move it away first. Nothing was changed.")
    os.link(database, old)
    for ending in ("-wal", "-shm"):
        companion = database.with_name(f"{database.name}{ending}")
        if companion.exists():
            companion.replace(old.with_name(f"{old.name}{ending}"))
    return old


def _into_one_file(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal", ".lock"):
        with suppress(OSError):
            file.with_name(f"{file.name}{ending}").unlink()


# --------------------------------------------------------------------------------------------------------- PostgreSQL


@contextmanager
def _as_a_schema(at: Address, url: str, file: Path, now: datetime) -> Iterator[Restored]:
    """The tables that were there stay, in a schema of their own."""
    with translated(at.place):
        engine = migration_engine(at)
        old = f"replaced_{now:%Y%m%dt%H%M%S}"
        with engine.begin() as connection:
            _refuse_company(connection, at)
            knows = state_of(version_of(connection)) is State.CURRENT
            connection.execute(text(f'ALTER SCHEMA public RENAME TO "{old}"'))
            connection.execute(text("CREATE SCHEMA public"))
        try:
            with NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as wanted:
                wanted.write(listing_without_schemas(file))
                wanted.flush()
                how = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
                run_client("pg_restore", at, [*how, f"--use-list={wanted.name}", str(file)])
            migrate(url)
            restored = Restored(url, _said_at(file))
            with engine.begin() as connection:
                if knows:
                    _take_over(connection, restored, old)
                else:
                    _suppose(connection, now)
            yield restored
        except BaseException:
            with engine.begin() as connection:
                connection.execute(text("DROP SCHEMA IF EXISTS public CASCADE"))
                connection.execute(text(f'ALTER SCHEMA "{old}" RENAME TO public'))
            raise
        restored.sentences.append(f"The tables that were there are kept in the schema {old}.")


def _refuse_company(connection: Connection, at: Address) -> None:
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    if connection.execute(text(f"{others} AND backend_type = 'client backend'")).scalar():
        raise StoreError(f"Another program is connected to the database {at.place}. Stop Staffroom first.")


def _said_at(file: Path) -> datetime | None:
    """An archive tells its time in words of its server's zone, so its file's own is taken."""
    return datetime.fromtimestamp(file.stat().st_mtime).astimezone()


# ------------------------------------------------------------------------------------------------------- taking over


def _take_over(connection: Connection, restored: Restored, before: str = BEFORE) -> None:
    restored.knows = True
    restored.forgotten = _forgotten_since(connection, before)
    restored.erased = _erased_since(connection, before)
    tables = Base.metadata.tables
    connection.execute(
        text("DELETE FROM slot WHERE state IN ('planned', 'claimed') AND id NOT IN (SELECT slot_id FROM digest)")
    )
    for name in (*AS_THEY_WERE, *WHAT_WAS_SENT):
        _upsert(connection, tables[name], before)
    for name in ANEW:
        connection.execute(delete(tables[name]))
    for name in reversed(ANEW):
        _upsert(connection, tables[name], before)
    connection.execute(text(f"DELETE FROM feed WHERE id NOT IN (SELECT id FROM {before}.feed)"))  # noqa: S608


def _suppose(connection: Connection, now: datetime) -> None:
    """Nobody knows what was sent since the backup. What was due by now may have been, so it is not sent again: one
    digest too few rather than the same one twice. What was on its way is asked about where that is possible."""
    tables = Base.metadata.tables
    slot, delivery = tables["slot"], tables["delivery"]
    inbox, errand, vault = tables["inbox"], tables["errand"], tables["vault"]
    over = {"state": SlotState.SKIPPED.value, "note": MAY_HAVE_BEEN_SENT, "lease_until": None, "claimed_by": None}
    unfinished = slot.c.state.in_((SlotState.PLANNED.value, SlotState.CLAIMED.value))
    for row in _mornings_gone(connection, now):
        new = {**row, "id": token_hex(8), "kind": SlotKind.MORNING.value, "reading": Reading.DONE.value, "fence": 0}
        known = select(slot.c.id).where(*(slot.c[name] == new[name] for name in UNIQUE))
        if connection.execute(known).first() is None:
            connection.execute(slot.insert().values(**new, **over))
    connection.execute(slot.update().where(unfinished, slot.c.due_at <= now).values(**over))
    unsent = delivery.c.state.in_((DeliveryState.QUEUED.value, DeliveryState.SENDING.value))
    private = or_(delivery.c.private_to.is_not(None), delivery.c.reply_value.is_not(None))
    free = {"lease_until": None, "claimed_by": None}
    expired = delivery.update().where(unsent, private).values(state=DeliveryState.EXPIRED.value, **free)
    connection.execute(expired)
    sent_at = func.coalesce(delivery.c.sent_at, delivery.c.created_at)
    doubtful = delivery.update().where(unsent)
    connection.execute(doubtful.values(state=DeliveryState.UNCERTAIN.value, sent_at=sent_at, **free))
    connection.execute(inbox.update().where(inbox.c.state == "waiting").values(state="done", happening=None))
    connection.execute(errand.delete())
    connection.execute(vault.delete().where(vault.c.kind == LINK))


def _mornings_gone(connection: Connection, now: datetime) -> Iterator[dict[str, object]]:
    """Today's digest of each channel, where its time has passed."""
    channel = Base.metadata.tables["channel"]
    for row in connection.execute(select(channel.c.workspace_id, channel.c.id, channel.c.zone, channel.c.at)):
        schedule = Schedule(row.zone, at=row.at)
        today = schedule.local_date(now)
        if schedule.due_at(today) <= now:
            key = today.isoformat()
            yield {"workspace_id": row.workspace_id, "channel_id": row.id, "key": key, "due_at": schedule.due_at(today)}


def _upsert(connection: Connection, table: Table, before: str) -> None:
    """Only of workspaces that are there, and of rows whose others are there."""
    key = ", ".join(f'"{column.name}"' for column in table.primary_key)
    rest = [column.name for column in table.columns if not column.primary_key]
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    change = "UPDATE SET " + ", ".join(f'"{name}" = excluded."{name}"' for name in rest) if rest else "NOTHING"
    there = " AND ".join(["1 = 1", *_references(table)])
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {before}.{table.name} AS theirs WHERE {there} "  # noqa: S608
            f"ON CONFLICT ({key}) DO {change}"
        )
    )


def _references(table: Table) -> Iterator[str]:
    if "workspace_id" in table.columns:
        yield "theirs.workspace_id IN (SELECT id FROM workspace)"
    for constraint in table.foreign_key_constraints:
        other = constraint.referred_table.name
        pairs = [(element.parent.name, element.column.name) for element in constraint.elements]
        same = " AND ".join(f'other."{column}" = theirs."{own}"' for own, column in pairs)
        empty = " OR ".join(f'theirs."{own}" IS NULL' for own, _ in pairs)
        yield f"({empty} OR EXISTS (SELECT 1 FROM {other} AS other WHERE {same}))"  # noqa: S608


def _forgotten_since(connection: Connection, before: str) -> list[Forgotten]:
    then = {each.digest: each.at for each in _forgotten(connection, "forgotten")}
    return forgotten_meanwhile(then, _forgotten(connection, f"{before}.forgotten"))


def _forgotten(connection: Connection, table: str) -> list[Forgotten]:
    column = Base.metadata.tables["forgotten"].c.at
    rows = connection.execute(text(f"SELECT digest, at FROM {table}").columns(at=column.type))  # noqa: S608
    return [Forgotten(row.digest, row.at) for row in rows]


def _erased_since(connection: Connection, before: str) -> list[PostKey]:
    rows = connection.execute(
        text(
            f"SELECT theirs.source, theirs.post_id FROM {before}.standing AS theirs LEFT JOIN standing AS ours "  # noqa: S608
            "ON ours.source = theirs.source AND ours.post_id = theirs.post_id "
            "WHERE theirs.erased AND (ours.erased IS NULL OR NOT ours.erased)"
        )
    )
    return [PostKey(row.source, row.post_id) for row in rows]
