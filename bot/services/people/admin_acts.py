"""What admins decide is written down, and said in words to admins."""

from datetime import datetime

from bot.domain.admin_acts import AdminAct, Decided
from bot.ports import Transaction
from bot.services.ids import new_id

AT_THE_COMPUTER = ""
"""Whoever runs Staffroom there."""

_WORDS = {
    Decided.NAMES: "set whose names are shown",
    Decided.THRESHOLD: "set how many people have to save something",
    Decided.GUESTS: "decided what guests may do",
    Decided.LIMIT: "set how many topics may be followed",
    Decided.LOCK: "locked a channel",
    Decided.UNLOCK: "unlocked a channel",
    Decided.BLOCK: "blocked",
    Decided.UNBLOCK: "unblocked",
    Decided.MUTE: "muted in a channel",
    Decided.UNMUTE: "unmuted in a channel",
    Decided.PICTURES: "decided which pictures are shown",
    Decided.ROLE: "decided which roles may do something",
    Decided.CALL: "decided whom the digest calls",
    Decided.DEPARTMENT: "set the department of a channel",
    Decided.PURGED: "purged posts",
    Decided.SETTLED: "decided about a reported post",
    Decided.REMOVED: "removed an item from the library",
    Decided.RESTORED: "restored an item of the library",
    Decided.ERASED: "erased somebody who is to be forgotten",
    Decided.LOOKED: "took out what is kept about somebody",
    Decided.SIGNED_OUT: "ended somebody's sign-ins",
    Decided.FEED_ENDED: "ended somebody's feed",
    Decided.IMPORT_UNDONE: "undid somebody's import",
}


async def decided(tx: Transaction, workspace: str, by: str, what: Decided, about: str = "", *, at: datetime) -> None:
    """Writes down that this person decided it. `about` says more in plain words; nobody's name or id stands in it."""
    await tx.admin_acts.add(workspace, AdminAct(new_id(), at, by, what.value, about))


def act_in_words(act: AdminAct) -> str:
    """`blocked: #ad`, to follow whoever did it."""
    said = _WORDS[Decided(act.what)] if act.what in list(Decided) else act.what
    return f"{said}: {act.about}" if act.about else said
