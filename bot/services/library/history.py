"""The history of an item of the library: written down, and in words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.history import ItemChange, What
from bot.domain.keys import PersonKey
from bot.domain.written import in_plain_words
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.wording import cut

LONGEST_NOTE_NAMED = 60
STAFFROOM = ""
"""Who did what nobody did."""

_WITH_ONE = {
    What.IMPORTED: ("imported it", "imported it into the library of {after}"),
    What.SAVED: ("saved it", "saved it to the library of {after}"),
    What.SHARED: ("shared it with the library of all", "shared it with the library of {after}"),
    What.UNSHARED: ("took it out of the library of all", "took it out of the library of {before}"),
}
_SENTENCES = {
    What.UNDONE: "took a save back",
    What.TAGGED: "added the tags {after}",
    What.UNTAGGED: "took the tags {before} away",
    What.NOTED: "wrote a note: {after}",
    What.UNNOTED: "deleted a note",
    What.RETITLED: "changed the title from “{before}” to “{after}”",
    What.TITLE_READ: "read the title from the page: {after}",
    What.KIND: "changed the kind from {before} to {after}",
    What.REMOVED: "removed it from the library",
    What.RESTORED: "restored it",
    What.ERASED: "erased a post that is no longer available",
}
_WITHOUT_BEFORE = {
    What.KIND: "chose the kind {after}",
    What.RETITLED: "changed the title to “{after}”",
}
_WITHOUT_WORDS = {What.NOTED: "wrote a note", What.RETITLED: "changed the title"}
"""What is said once nothing is left of the words."""


async def write_down(
    tx: Transaction,
    by: PersonKey,
    item: str,
    what: What,
    *,
    at: datetime,
    before: str = "",
    after: str = "",
    whose: str = "",
    note: str = "",
) -> None:
    """A line of the item's history. What Staffroom did itself was done by `STAFFROOM` in that workspace."""
    await tx.history.add(by.workspace, ItemChange(new_id(), item, at, by.person, what, before, after, whose, note=note))


def by_nobody_known(change: ItemChange) -> str:
    """Who it was where that was no person, or one who is forgotten."""
    return "Staffroom" if change.what in {What.TITLE_READ, What.ERASED} else "Somebody"


def change_in_words(change: ItemChange, who: str, departments: Mapping[str, str]) -> str:
    """`Ana Bell added the tags fractions, year 9`, without a full stop. `who` is as the workspace shows names;
    `departments` are the names of all by their keys."""
    if change.what in _WITH_ONE:
        before, after = (departments.get(each, each) for each in (change.before, change.after))
        change = replace(change, before=before, after=after)
    if change.what is What.NOTED:
        change = replace(change, before=in_plain_words(change.before), after=in_plain_words(change.after))
    return f"{who} {_deed(change)}"


def _deed(change: ItemChange) -> str:
    said = change.after or change.before
    if change.what in _WITH_ONE:
        return _WITH_ONE[change.what][bool(said)].format(before=change.before, after=change.after)
    if change.what in _WITHOUT_WORDS and not said:
        return _WITHOUT_WORDS[change.what]
    if change.what is What.NOTED and change.before:
        return f"changed the note “{cut(change.before, LONGEST_NOTE_NAMED)[0]}” to: {change.after}"
    if change.what in _WITHOUT_BEFORE and not change.before:
        return _WITHOUT_BEFORE[change.what].format(after=change.after)
    return _SENTENCES[change.what].format(before=change.before, after=change.after)
