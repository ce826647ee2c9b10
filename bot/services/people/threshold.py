"""How many people have to save something before it is in the library of all: where strangers may join, one of them
alone decides nothing about what the others find."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.library import Item
from bot.domain.rules import Rule, RuleKind, is_open
from bot.ports import Transaction

AMONG_COLLEAGUES = 1
AMONG_STRANGERS = 2


async def savers_needed(tx: Transaction, workspace: str) -> int:
    """At least 1."""
    return needed_by(await tx.rules.of(workspace))


def needed_by(rules: Sequence[Rule]) -> int:
    """The same by the rules of the workspace."""
    decided = next((rule.value for rule in rules if rule.kind is RuleKind.THRESHOLD), "")
    if decided.isdigit():
        return max(int(decided), 1)
    return AMONG_STRANGERS if is_open(rules) else AMONG_COLLEAGUES


def is_for_all(item: Item, needed: int) -> bool:
    """Whether everybody may find it, and see who saved it."""
    return item.vouched or item.saver_count >= needed


def as_seen(item: Item, least: int, viewer: str | None) -> Item:
    """What is not in the library of all yet says nothing of others who saved it."""
    if is_for_all(item, least):
        return item
    mine = replace(item, notes=tuple(note for note in item.notes if note.by == viewer))
    is_mine_alone = item.saved_by_me and not item.private and item.saver_count == 1
    return mine if is_mine_alone else replace(mine, savers=(), saver_count=0, shelves=(), tags=(), libraries=())


def may_see(item: Item, needed: int) -> bool:
    """Whether it may be shown to the viewer for whom it was read: what others keep to themselves, or what too few have
    saved yet, only its savers see."""
    return is_for_all(item, needed) or item.saved_by_me
