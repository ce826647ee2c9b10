"""What the engine asks of the world, a small protocol each. Every adapter and every fake keeps these promises.

Adapters raise nothing but `bot.errors.AdapterError`s (chats and sources) and `bot.errors.StoreError`s (stores). They
never sleep and never repeat a request by themselves: an attempt returns its outcome and the flow decides.
"""

from bot.domain.reading.want import Reach, Want
from bot.ports.chat import Abilities, ChannelSeen, ChatAdapter, Inbox, Outgoing, SeenReaction
from bot.ports.documents import Documents
from bot.ports.http import HttpRequest, HttpResponse, Route
from bot.ports.source import (
    Accounts,
    Allowance,
    Batch,
    Counted,
    Found,
    PostSource,
    Query,
    Receipt,
    Rechecked,
)
from bot.ports.store import (
    Calendars,
    Channels,
    Coverage,
    Digests,
    Errands,
    Events,
    Ledger,
    Library,
    Notices,
    Outbox,
    People,
    Posts,
    Readings,
    Received,
    Removals,
    Reports,
    Rules,
    Slots,
    Store,
    Topics,
    Transaction,
)
from bot.ports.time import Clock, Ticker
from bot.ports.vault import Vault
from bot.ports.web import ChannelCard, LibraryShelf, Pages, Room, RoomMessage

__all__ = [
    "Abilities",
    "Accounts",
    "Allowance",
    "Batch",
    "Calendars",
    "ChannelCard",
    "ChannelSeen",
    "Channels",
    "ChatAdapter",
    "Clock",
    "Counted",
    "Coverage",
    "Digests",
    "Documents",
    "Errands",
    "Events",
    "Found",
    "HttpRequest",
    "HttpResponse",
    "Inbox",
    "Ledger",
    "Library",
    "LibraryShelf",
    "Notices",
    "Outbox",
    "Outgoing",
    "Pages",
    "People",
    "PostSource",
    "Posts",
    "Query",
    "Reach",
    "Readings",
    "Receipt",
    "Received",
    "Rechecked",
    "Removals",
    "Reports",
    "Room",
    "RoomMessage",
    "Route",
    "Rules",
    "SeenReaction",
    "Slots",
    "Store",
    "Ticker",
    "Topics",
    "Transaction",
    "Vault",
    "Want",
]
