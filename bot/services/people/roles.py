"""Who may do what, by what the platform says about them and what admins chose: the rules that chat and web share."""

from collections.abc import Collection, Mapping, Sequence

from bot.domain.people import Profile, Right, Role, Standing
from bot.domain.rules import EVERYBODY, Rule, RuleKind, is_open
from bot.services.parts import Parts

CHOSEN_BY: Mapping[Right, RuleKind] = {
    Right.SAVE: RuleKind.SAVERS,
    Right.CHANGE: RuleKind.FOLLOWERS,
    Right.MODERATE: RuleKind.MODERATORS,
}
"""The rules that choose the groups who have a right."""


def is_admin(parts: Parts, person: str, standing: Standing | None) -> bool:
    return standing is Standing.ADMIN or person in parts.owners


def takes_part(standing: Standing | None, rules: Sequence[Rule]) -> bool:
    """Whether somebody who is no admin may do more than read in a workspace with these rules."""
    return standing not in {Standing.GUEST, Standing.EXTERNAL} or has_rule(rules, RuleKind.GUESTS, "")


def may_save(standing: Standing, groups: Collection[str], rules: Sequence[Rule]) -> bool:
    """The same for saving, by somebody in these groups."""
    return takes_part(standing, rules) and is_chosen(Right.SAVE, groups, rules)


def role_of(parts: Parts, person: str, profile: Profile, rules: Sequence[Rule]) -> Role:
    """What somebody may do on the web."""
    if profile.is_app or profile.has_left:
        return Role.READER
    if is_admin(parts, person, profile.standing):
        return Role.OWNER
    return Role.EDITOR if may_save(profile.standing, profile.groups, rules) else Role.READER


def vouches(
    parts: Parts, person: str, standing: Standing | None, groups: Collection[str], rules: Sequence[Rule]
) -> bool:
    """Whether what somebody saves is in the library of all at once."""
    return is_admin(parts, person, standing) or is_chosen(Right.MODERATE, groups, rules)


def chosen_for(right: Right, rules: Sequence[Rule]) -> list[str]:
    """The ids of the groups that an admin chose, oldest first; or `EVERYBODY`."""
    return [rule.value for rule in rules if rule.kind is CHOSEN_BY[right]]


def is_chosen(right: Right, groups: Collection[str], rules: Sequence[Rule]) -> bool:
    """Where strangers may join, nobody changes what is followed unless an admin said so."""
    chosen = chosen_for(right, rules)
    if not chosen:
        return right is Right.SAVE or (right is Right.CHANGE and not is_open(rules))
    return EVERYBODY in chosen or not set(chosen).isdisjoint(groups)


def has_rule(rules: Sequence[Rule], kind: RuleKind, channel: str) -> bool:
    return any((rule.kind, rule.channel) == (kind, channel) for rule in rules)
