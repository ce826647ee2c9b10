import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Self

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.database import doctor
from adapters.database.engine import PATIENCE, Engines, address, empty_log, engines
from adapters.database.errors import translated
from adapters.database.inbox import StoreInbox
from adapters.database.repositories.calendars import CalendarRepository
from adapters.database.repositories.caring import CareRepository
from adapters.database.repositories.channels import ChannelRepository
from adapters.database.repositories.coverage import CoverageRepository
from adapters.database.repositories.digests import DigestRepository
from adapters.database.repositories.errands import ErrandRepository
from adapters.database.repositories.events import EventRepository
from adapters.database.repositories.facts import FactRepository
from adapters.database.repositories.feeds import FeedRepository
from adapters.database.repositories.history import HistoryRepository
from adapters.database.repositories.imports import ImportRepository
from adapters.database.repositories.ledger import LedgerRepository
from adapters.database.repositories.library import LibraryRepository
from adapters.database.repositories.listings import ListingRepository
from adapters.database.repositories.network import NetworkRepository
from adapters.database.repositories.notices import NoticeRepository
from adapters.database.repositories.outbox import OutboxRepository
from adapters.database.repositories.people import PeopleRepository
from adapters.database.repositories.posts import PostRepository
from adapters.database.repositories.privacy import AdminActRepository, TombstoneRepository
from adapters.database.repositories.readings import ReadingRepository
from adapters.database.repositories.removals import RemovalRepository
from adapters.database.repositories.reports import ReportRepository
from adapters.database.repositories.rules import RuleRepository
from adapters.database.repositories.sessions import SessionRepository
from adapters.database.repositories.slots import SlotRepository
from adapters.database.repositories.titles import TitleRepository
from adapters.database.repositories.topics import TopicRepository
from adapters.database.revisions import require_current, version_of
from adapters.database.room import DatabaseRoom
from adapters.database.statements import Opened, Statements
from adapters.database.tables import Installation
from adapters.database.vault import DatabaseVault
from bot import ports
from bot.domain.check import Check


class DatabaseTransaction:
    """All repositories on one connection."""

    def __init__(self, db: Statements) -> None:
        self.topics: ports.Topics = TopicRepository(db)
        self.channels: ports.Channels = ChannelRepository(db)
        self.posts: ports.Posts = PostRepository(db)
        self.coverage: ports.Coverage = CoverageRepository(db)
        self.readings: ports.Readings = ReadingRepository(db)
        self.errands: ports.Errands = ErrandRepository(db)
        self.removals: ports.Removals = RemovalRepository(db)
        self.slots: ports.Slots = SlotRepository(db)
        self.digests: ports.Digests = DigestRepository(db)
        self.outbox: ports.Outbox = OutboxRepository(db)
        self.events: ports.Events = EventRepository(db)
        self.library: ports.Library = LibraryRepository(db)
        self.facts: ports.Facts = FactRepository(db)
        self.history: ports.History = HistoryRepository(db)
        self.care: ports.Care = CareRepository(db)
        self.titles: ports.Titles = TitleRepository(db)
        self.tombstones: ports.Tombstones = TombstoneRepository(db)
        self.admin_acts: ports.AdminActs = AdminActRepository(db)
        self.network: ports.Network = NetworkRepository(db)
        self.listings: ports.Listings = ListingRepository(db)
        self.feeds: ports.Feeds = FeedRepository(db)
        self.imports: ports.Imports = ImportRepository(db)
        self.people: ports.People = PeopleRepository(db)
        self.rules: ports.Rules = RuleRepository(db)
        self.reports: ports.Reports = ReportRepository(db)
        self.ledger: ports.Ledger = LedgerRepository(db)
        self.notices: ports.Notices = NoticeRepository(db)
        self.calendars: ports.Calendars = CalendarRepository(db)
        self.sessions: ports.Sessions = SessionRepository(db)


class DatabaseStore:
    """A `bot.ports.Store`, usable while it is entered. Entering raises StoreOutdated or StoreFromTheFuture where the
    tables are not those of this version; `check` works without."""

    def __init__(self, url: str, clock: ports.Clock, patience: timedelta = PATIENCE) -> None:
        self.address = address(url)
        self.engines: Engines = engines(self.address, patience)
        self._clock = clock

    async def __aenter__(self) -> Self:
        try:
            await self.require_current_tables()
        except BaseException:
            await self.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self.engines.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[ports.Transaction]:
        async with self.statements(self.engines.writing) as db:
            yield DatabaseTransaction(db)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ports.Transaction]:
        async with self.statements(self.engines.reading, keep=False) as db:
            yield DatabaseTransaction(db)

    @asynccontextmanager
    async def statements(self, engine: AsyncEngine, *, keep: bool = True) -> AsyncIterator[Statements]:
        """A transaction as the repositories see it."""
        with translated(self.address.place):
            async with engine.connect() as connection, connection.begin() as transaction:
                yield Statements(connection, self.address.place, unchanging=engine is self.engines.reading)
                if not keep:
                    await transaction.rollback()

    async def require_current_tables(self) -> None:
        """Raises StoreOutdated or StoreFromTheFuture."""
        version = None
        if self.address.is_there:
            with translated(self.address.place):
                async with self.engines.reading.connect() as connection:
                    version = await connection.run_sync(version_of)
        require_current(self.address, version)

    async def installed_at(self) -> datetime:
        async with self.statements(self.engines.writing) as db:
            first = db.insert(Installation).values(id=1, installed_at=self._clock.now())
            await db.run(first.on_conflict_do_nothing())
            installed_at: datetime = await db.value(select(Installation.installed_at))
            return installed_at

    async def tidy(self) -> None:
        await DatabaseVault(*self._each_way()).drop_expired(self._clock.now())
        async with self.statements(self.engines.writing) as db:
            await db.complete_index()
            await db.clear_index()
        if self.address.file is not None:
            await asyncio.to_thread(empty_log, self.address.file)

    async def take_stock(self) -> None:
        async with self.statements(self.engines.writing) as db:
            await db.take_stock()

    async def check(self) -> Sequence[Check]:
        trying = partial(self.statements, self.engines.writing, keep=False)
        return await doctor.examine(self.address, self.require_current_tables, trying)

    def inbox(self, wake: Callable[[], None] | None = None) -> ports.Inbox:
        """`wake` is called when an event comes, and again once a new one is committed."""
        return StoreInbox(self, self._clock, wake)

    def room(self, wake: Callable[[], None] | None = None) -> ports.Room:
        """`wake` is called after every event that was committed."""
        return DatabaseRoom(*self._each_way(), wake)

    def vault(self) -> ports.Vault:
        return DatabaseVault(*self._each_way())

    def _each_way(self) -> tuple[Opened, Opened]:
        """A transaction for writing, and one for reading."""
        return partial(self.statements, self.engines.writing), partial(
            self.statements, self.engines.reading, keep=False
        )


def open_store(url: str, clock: ports.Clock) -> DatabaseStore:
    """Raises Mistake for an address that is none. Opens nothing before it is entered."""
    return DatabaseStore(url, clock)
