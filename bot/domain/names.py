"""Whose names are said beside what is in the library, as the workspace chose."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from bot.domain.library import Item
from bot.domain.rules import Rule, RuleKind


class NamesPolicy(StrEnum):
    """
    all    everybody sees who saved, noted, tagged and shared
    saver  people see their own name there and nobody else's
    none   nobody is named
    """

    ALL = "all"
    SAVER = "saver"
    NONE = "none"

    def names(self, person: str, viewer: str | None) -> bool:
        """Whether that person is named to the viewer, None for everybody at once."""
        return self is NamesPolicy.ALL or (self is NamesPolicy.SAVER and bool(viewer) and person == viewer)


def policy_by(rules: Sequence[Rule]) -> NamesPolicy:
    """What the workspace with these rules chose; all, where it chose nothing."""
    chosen = next((rule.value for rule in rules if rule.kind is RuleKind.NAMES and not rule.channel), "")
    return NamesPolicy(chosen) if chosen in [*NamesPolicy] else NamesPolicy.ALL


def named_only(item: Item, policy: NamesPolicy, viewer: str | None, names: Mapping[str, str]) -> Item:
    """The item with no other names than the viewer may see. `names` are those of the viewer, where known."""
    if policy is NamesPolicy.ALL:
        return item
    own = names.get(viewer or "", "")
    is_told = bool(own) and policy is NamesPolicy.SAVER and item.saved_by_me and not item.private and item.saver_count
    notes = tuple(note if policy.names(note.by, viewer) else replace(note, name="") for note in item.notes)
    return replace(item, savers=(own,) if is_told else (), notes=notes)


def those_named(people: Collection[str], policy: NamesPolicy, viewer: str | None) -> list[str]:
    return [person for person in people if person and policy.names(person, viewer)]
