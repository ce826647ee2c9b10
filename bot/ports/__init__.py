"""What the engine asks of the world, a small protocol each. Every adapter and every fake keeps these promises.

Adapters raise nothing but `bot.errors.AdapterError`s (chats and sources) and `bot.errors.StoreError`s (stores). They
never sleep and never repeat a request by themselves: an attempt returns its outcome and the flow decides.
"""

from bot.domain.reading.want import Reach, Want
from bot.ports.chat import (
    Abilities,
    ChannelSeen,
    ChatAdapter,
    Inbox,
    Outgoing,
    SeenReaction,
    Suggest,
    Suggestion,
    Typing,
)
from bot.ports.desk import Desk
from bot.ports.documents import Documents
from bot.ports.doors import Doors, Invited, SessionCard, SignedIn, Way
from bot.ports.exchange import Choices, Download, Exchange, FeedCard, FeedText, NewFeed
from bot.ports.http import HttpRequest, HttpResponse, Route
from bot.ports.office import Office
from bot.ports.sign_in import Attempt, SignIn
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
from bot.ports.store.channels import Calendars, Channels, Notices, Rules, Topics
from bot.ports.store.digests import Digests, Slots
from bot.ports.store.exchange import Brought, Feed, Feeds, Imports, Saving
from bot.ports.store.facts import Facts, Origins
from bot.ports.store.library import Care, History, Library, Listings, Place, RemovedItem, Titles, Untitled
from bot.ports.store.messages import Events, Outbox, Received
from bot.ports.store.network import LearnedFrom, Met, Network
from bot.ports.store.people import People
from bot.ports.store.posts import Posts, Removals, Reports
from bot.ports.store.privacy import AdminActs, Tombstones
from bot.ports.store.reading import Coverage, Errands, Ledger, Readings
from bot.ports.store.sessions import Sessions
from bot.ports.store.store import Store, Transaction
from bot.ports.time import Clock, Ticker
from bot.ports.vault import Vault
from bot.ports.web import ChannelCard, Pages, Room, RoomMessage

__all__ = [
    "Abilities",
    "Accounts",
    "AdminActs",
    "Allowance",
    "Attempt",
    "Batch",
    "Brought",
    "Calendars",
    "Care",
    "ChannelCard",
    "ChannelSeen",
    "Channels",
    "ChatAdapter",
    "Choices",
    "Clock",
    "Counted",
    "Coverage",
    "Desk",
    "Digests",
    "Documents",
    "Doors",
    "Download",
    "Errands",
    "Events",
    "Exchange",
    "Facts",
    "Feed",
    "FeedCard",
    "FeedText",
    "Feeds",
    "Found",
    "History",
    "HttpRequest",
    "HttpResponse",
    "Imports",
    "Inbox",
    "Invited",
    "LearnedFrom",
    "Ledger",
    "Library",
    "Listings",
    "Met",
    "Network",
    "NewFeed",
    "Notices",
    "Office",
    "Origins",
    "Outbox",
    "Outgoing",
    "Pages",
    "People",
    "Place",
    "PostSource",
    "Posts",
    "Query",
    "Reach",
    "Readings",
    "Receipt",
    "Received",
    "Rechecked",
    "Removals",
    "RemovedItem",
    "Reports",
    "Room",
    "RoomMessage",
    "Route",
    "Rules",
    "Saving",
    "SeenReaction",
    "SessionCard",
    "Sessions",
    "SignIn",
    "SignedIn",
    "Slots",
    "Store",
    "Suggest",
    "Suggestion",
    "Ticker",
    "Titles",
    "Tombstones",
    "Topics",
    "Transaction",
    "Typing",
    "Untitled",
    "Vault",
    "Want",
    "Way",
]
