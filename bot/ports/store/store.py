"""Where everything is kept: a transaction of small repositories, one a concern."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.domain.check import Check
from bot.ports.store.channels import Calendars, Channels, Notices, Rules, Topics
from bot.ports.store.digests import Digests, Slots
from bot.ports.store.exchange import Feeds, Imports
from bot.ports.store.facts import Facts
from bot.ports.store.library import Care, History, Library, Listings, Titles
from bot.ports.store.messages import Events, Outbox
from bot.ports.store.network import Network
from bot.ports.store.people import People
from bot.ports.store.posts import Posts, Removals, Reports
from bot.ports.store.privacy import AdminActs, Tombstones
from bot.ports.store.reading import Coverage, Errands, Ledger, Readings
from bot.ports.store.sessions import Sessions


class Transaction(Protocol):
    """One unit of work: all of it is kept or nothing. Holds small repositories, one a concern."""

    topics: Topics
    channels: Channels
    posts: Posts
    coverage: Coverage
    readings: Readings
    errands: Errands
    removals: Removals
    slots: Slots
    digests: Digests
    outbox: Outbox
    events: Events
    library: Library
    facts: Facts
    history: History
    care: Care
    tombstones: Tombstones
    admin_acts: AdminActs
    network: Network
    titles: Titles
    people: People
    listings: Listings
    feeds: Feeds
    imports: Imports
    rules: Rules
    reports: Reports
    ledger: Ledger
    notices: Notices
    calendars: Calendars
    sessions: Sessions


class Store(Protocol):
    """Where everything is kept. No network call may be made while a transaction is open."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Commits when the block ends, leaves no trace when it raises."""
        ...

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """For looking only: waits for no writer. What is written in it is not kept."""
        ...

    async def installed_at(self) -> datetime:
        """When this installation first started."""
        ...

    async def tidy(self) -> None:
        """Deletes what expired, and leaves as little as can be on the disk of what was deleted before. Called outside
        transactions; where others are at work what was deleted may stay on the disk."""
        ...

    async def take_stock(self) -> None:
        """Looks at how much there is of everything, so that it is found quickly where much of it is new. Called outside
        transactions."""
        ...

    async def check(self) -> Sequence[Check]:
        """Lines for `staffroom doctor`."""
        ...
