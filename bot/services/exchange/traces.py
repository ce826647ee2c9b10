"""What an import leaves behind at an item, whichever way it goes."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.exchange import Bringing
from bot.domain.history import ItemChange, What
from bot.domain.keys import PostKey
from bot.domain.library import Mark
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.library.shelf import COUNTS_AT_MOST_EVERY

_BY_IMPORT = "import:"


def origin_of(bringing: Bringing) -> str:
    """Of the saves that it makes."""
    return f"{_BY_IMPORT}{bringing.id}"


def is_by_an_import(mark: Mark) -> bool:
    return mark.origin.startswith(_BY_IMPORT)


def change_by(bringing: Bringing, item: str, what: What, at: datetime, *, after: str = "") -> ItemChange:
    return ItemChange(new_id(), item, at, bringing.person, what, after=after)


async def show_savers(tx: Transaction, workspace: str, posts: Collection[PostKey], at: datetime) -> None:
    """Wants every message with one of these posts to say who saved what it leads to by then, soon."""
    shown = [delivery for post in dict.fromkeys(posts) for delivery in await tx.outbox.showing(workspace, post)]
    await tx.outbox.refresh(workspace, shown, at, COUNTS_AT_MOST_EVERY)
