"""Whose names are said beside what is in the library: every place that says who saved, noted, tagged or shared asks
here."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from bot.domain.library import Item
from bot.domain.names import NamesPolicy, named_only, policy_by, those_named
from bot.domain.search.words import run_together
from bot.ports import Transaction

Key = TypeVar("Key")

BESIDE_YOUR_SAVES = {
    NamesPolicy.ALL: "colleagues see your name beside it",
    NamesPolicy.SAVER: "only you see your name beside it",
    NamesPolicy.NONE: "nobody's name stands beside it",
}
"""What somebody is told at their first save."""


async def names_policy(tx: Transaction, workspace: str) -> NamesPolicy:
    return policy_by(await tx.rules.of(workspace))


async def names_shown(tx: Transaction, workspace: str, people: Collection[str], viewer: str | None) -> dict[str, str]:
    """What those of the people are called, by id, whom the viewer may see named; the others are a colleague each.
    Without a viewer it is for everybody at once."""
    named = those_named(people, await names_policy(tx, workspace), viewer)
    return await tx.people.names(workspace, named) if named else {}


async def as_named(tx: Transaction, workspace: str, items: Mapping[Key, Item], viewer: str | None) -> dict[Key, Item]:
    """The items with no other names than the viewer may see."""
    policy = await names_policy(tx, workspace)
    if policy is NamesPolicy.ALL:
        return dict(items)
    own = await tx.people.names(workspace, [viewer]) if viewer else {}
    return {key: named_only(item, policy, viewer, own) for key, item in items.items()}


async def findable_people(tx: Transaction, workspace: str) -> dict[str, tuple[str, ...]]:
    """Those who agreed to be found by name, where names are shown to all: their ids, by whole name and by the first
    word of it, run together as a search spells them."""
    if await names_policy(tx, workspace) is not NamesPolicy.ALL:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for person, name in (await tx.people.findable(workspace)).items():
        for said in dict.fromkeys(
            (run_together(name), run_together(name.split(maxsplit=1)[0] if name.strip() else ""))
        ):
            if said:
                found[said] = (*found.get(said, ()), person)
    return found
