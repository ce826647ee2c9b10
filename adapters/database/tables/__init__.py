"""Every table. Correctness stands in the keys and unique constraints here, not in the code that writes.

Tables of a tenant are `Tenant`s: the workspace is part of their key and of every reference between them, so that
nothing can cross it. Topics, posts, authors, what was read of them and the ledger belong to the installation.
"""

from adapters.database.tables.base import Base, Leased, Tenant, part_of, within_workspace
from adapters.database.tables.channels import Channel, Less, Notice, Report, Rule, Subscription
from adapters.database.tables.digests import Digest, DigestItem, Seen, Slot
from adapters.database.tables.exchange import Feed, Import, ImportedItem, ImportRow
from adapters.database.tables.installation import Calendar, Forgotten, Installation, Secret, Workspace
from adapters.database.tables.library import (
    ALONE,
    DEPARTMENT,
    Citation,
    Item,
    ItemChange,
    ItemNote,
    ItemShare,
    ItemTag,
    Mark,
    Sought,
)
from adapters.database.tables.messages import BEHIND, Delivery, InboxEvent
from adapters.database.tables.people import AdminAct, Person, WebSession
from adapters.database.tables.posts import ABSENT, Author, Post, Removal, Standing
from adapters.database.tables.reading import (
    Billed,
    Coverage,
    Errand,
    Heard,
    LedgerEntry,
    LedgerShare,
    Match,
    Topic,
    Volume,
)
from adapters.database.tables.room import RoomMessage, RoomReaction

__all__ = [
    "ABSENT",
    "ALONE",
    "BEHIND",
    "DEPARTMENT",
    "AdminAct",
    "Author",
    "Base",
    "Billed",
    "Calendar",
    "Channel",
    "Citation",
    "Coverage",
    "Delivery",
    "Digest",
    "DigestItem",
    "Errand",
    "Feed",
    "Forgotten",
    "Heard",
    "Import",
    "ImportRow",
    "ImportedItem",
    "InboxEvent",
    "Installation",
    "Item",
    "ItemChange",
    "ItemNote",
    "ItemShare",
    "ItemTag",
    "Leased",
    "LedgerEntry",
    "LedgerShare",
    "Less",
    "Mark",
    "Match",
    "Notice",
    "Person",
    "Post",
    "Removal",
    "Report",
    "RoomMessage",
    "RoomReaction",
    "Rule",
    "Secret",
    "Seen",
    "Slot",
    "Sought",
    "Standing",
    "Subscription",
    "Tenant",
    "Topic",
    "Volume",
    "WebSession",
    "Workspace",
    "part_of",
    "within_workspace",
]
