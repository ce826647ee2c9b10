"""What the engine asks of the world, a small protocol each. Every adapter and every fake keeps these promises.

Adapters raise nothing but `bot.errors.AdapterError`s (chats and sources) and `bot.errors.StoreError`s (stores). They
never sleep and never repeat a request by themselves: an attempt returns its outcome and the flow decides.
"""

from bot.ports.chat import Abilities, ChatAdapter, Inbox, Outgoing, SeenReaction
from bot.ports.source import Accounts, Allowance, Batch, PostSource, Receipt, Want
from bot.ports.store import (
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
    Slots,
    Store,
    Topics,
    Transaction,
)
from bot.ports.time import Clock, Ticker
from bot.ports.web import ChannelCard, LibraryShelf, Pages, Room, RoomMessage

__all__ = [
    "Abilities",
    "Accounts",
    "Allowance",
    "Batch",
    "ChannelCard",
    "Channels",
    "ChatAdapter",
    "Clock",
    "Coverage",
    "Digests",
    "Events",
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
    "Room",
    "RoomMessage",
    "SeenReaction",
    "Slots",
    "Store",
    "Ticker",
    "Topics",
    "Transaction",
    "Want",
]
