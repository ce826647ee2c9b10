"""What the engine asks of the world, a small protocol each. Every adapter and every fake keeps these promises.

Adapters raise nothing but `bot.errors.AdapterError`s (chats and sources) and `bot.errors.StoreError`s (stores). They
never sleep and never repeat a request by themselves: an attempt returns its outcome and the flow decides.
"""

from bot.ports.chat import Abilities, ChannelSeen, ChatAdapter, Inbox, Outgoing, SeenReaction
from bot.ports.documents import Documents
from bot.ports.http import HttpRequest, HttpResponse, Route
from bot.ports.source import Accounts, Allowance, Batch, PostSource, Receipt, Want
from bot.ports.store import (
    Calendars,
    Channels,
    Coverage,
    Digests,
    Events,
    Ledger,
    Library,
    Notices,
    Outbox,
    People,
    Posts,
    Received,
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
    "Coverage",
    "Digests",
    "Documents",
    "Events",
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
    "Receipt",
    "Received",
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
