"""A store in memory. It keeps the promises of `bot.ports.Store`, so that tests of the engine need no database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from bot import ports
from bot.domain.check import Check, Health
from tests.fakes.store_data import Data
from tests.fakes.store_errands import FakeErrands
from tests.fakes.store_exchange import FakeFeeds, FakeImports, FakeListings
from tests.fakes.store_facts import FakeFacts
from tests.fakes.store_flow import FakeDigests, FakeEvents, FakeSlots
from tests.fakes.store_history import FakeCare, FakeHistory, FakeTitles
from tests.fakes.store_library import FakeLibrary
from tests.fakes.store_money import FakeLedger, FakeNotices
from tests.fakes.store_network import FakeNetwork
from tests.fakes.store_outbox import FakeOutbox
from tests.fakes.store_people import FakePeople, FakeReports, FakeRules
from tests.fakes.store_posts import FakePosts, FakeRemovals
from tests.fakes.store_privacy import FakeAdminActs, FakeTombstones
from tests.fakes.store_reading import FakeCalendars, FakeChannels, FakeCoverage, FakeReadings, FakeTopics
from tests.fakes.store_sessions import FakeSessions


class FakeTransaction:
    def __init__(self, data: Data) -> None:
        self.topics: ports.Topics = FakeTopics(data)
        self.channels: ports.Channels = FakeChannels(data)
        self.posts: ports.Posts = FakePosts(data)
        self.coverage: ports.Coverage = FakeCoverage(data)
        self.readings: ports.Readings = FakeReadings(data)
        self.errands: ports.Errands = FakeErrands(data)
        self.removals: ports.Removals = FakeRemovals(data)
        self.slots: ports.Slots = FakeSlots(data)
        self.digests: ports.Digests = FakeDigests(data)
        self.outbox: ports.Outbox = FakeOutbox(data)
        self.events: ports.Events = FakeEvents(data)
        self.library: ports.Library = FakeLibrary(data)
        self.facts: ports.Facts = FakeFacts(data)
        self.history: ports.History = FakeHistory(data)
        self.care: ports.Care = FakeCare(data)
        self.titles: ports.Titles = FakeTitles(data)
        self.tombstones: ports.Tombstones = FakeTombstones(data)
        self.admin_acts: ports.AdminActs = FakeAdminActs(data)
        self.network: ports.Network = FakeNetwork(data)
        self.listings: ports.Listings = FakeListings(data)
        self.feeds: ports.Feeds = FakeFeeds(data)
        self.imports: ports.Imports = FakeImports(data)
        self.people: ports.People = FakePeople(data)
        self.rules: ports.Rules = FakeRules(data)
        self.reports: ports.Reports = FakeReports(data)
        self.ledger: ports.Ledger = FakeLedger(data)
        self.notices: ports.Notices = FakeNotices(data)
        self.calendars: ports.Calendars = FakeCalendars(data)
        self.sessions: ports.Sessions = FakeSessions(data)


class FakeStore:
    """One writer at a time, as on SQLite. A transaction works on a copy that replaces the data when it ends well."""

    def __init__(self, clock: ports.Clock) -> None:
        self._clock = clock
        self._data = Data()
        self._installed_at: datetime | None = None
        self._writer = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[ports.Transaction]:
        async with self._writer:
            data = self._data.copy()
            yield FakeTransaction(data)
            self._data = data

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ports.Transaction]:
        yield FakeTransaction(self._data.copy())

    async def installed_at(self) -> datetime:
        self._installed_at = self._installed_at or self._clock.now()
        return self._installed_at

    async def take_stock(self) -> None:
        pass

    async def tidy(self) -> None:
        pass

    async def check(self) -> Sequence[Check]:
        return [Check("database", Health.OK, "It is in memory.")]
