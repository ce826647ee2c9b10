"""Who may do what, in one place."""

from collections.abc import Sequence

from bot.commands.context import Asked
from bot.domain.people import Right, Role
from bot.domain.rules import Rule, RuleKind, is_open
from bot.errors import Mistake
from bot.services.parts import Parts
from bot.services.people.roles import CHOSEN_BY, chosen_for, has_rule, is_admin, is_chosen, takes_part
from bot.services.wording import cut, one_line

MOST_TOPICS = 40

READ_ONLY = (
    "You are here as a guest, and guests can read, search and list, but not change or save anything. "
    "Ask an admin if you should."
)
ADMINS_ONLY = "Only admins, and whoever looks after Staffroom, can do that."
OWN_INSTEAD = " For your own digest you can: begin with /pln me, as in /pln me mute #ad."
WRITERS_ONLY = "Only people who may write in this channel change its digest, or ask for one."
WRITE_OWN = " Your own digest is up to you: /pln me follow #edchat."
LOCKED = "An admin has locked this channel, so only admins change what it follows and when."
NOT_KNOWN = "I could not find out just now whether you are an admin. Please try again in a minute."
ROLES_NOT_KNOWN = "I could not find out just now which roles you have. Please try again in a minute."
ONLY_SUGGEST = " You can suggest a topic: /pln follow #edchat."
LONGEST_ROLE = 60


async def require(asked: Asked, right: Right) -> None:
    """Raises Mistake, in words for that person, where they do not have the right."""
    if is_admin(asked.parts, asked.person.key.person, asked.around.standing):
        return
    rules = await rules_of(asked)
    if not takes_part(asked.around.standing, rules):
        raise Mistake(READ_ONLY)
    if right is Right.GOVERN or (right is Right.RUN and not asked.is_own):
        instead = OWN_INSTEAD if right is Right.RUN and asked.able.personal_channels else ""
        raise Mistake(f"{NOT_KNOWN if asked.around.standing is None else ADMINS_ONLY}{instead}")
    if right is Right.CHANGE and asked.is_own:
        return
    if right is Right.CHANGE:
        _require_a_voice(asked)
    if right is Right.CHANGE and has_rule(rules, RuleKind.LOCK, asked.channel.channel):
        raise Mistake(LOCKED)
    if right in CHOSEN_BY and not is_chosen(right, asked.around.groups, rules):
        raise Mistake(_why_not(asked, right, rules))


async def require_to_bring(asked: Asked) -> None:
    """Raises Mistake for who may not have a digest sent to the channel now."""
    await require(asked, Right.PART)
    if not is_admin(asked.parts, asked.person.key.person, asked.around.standing):
        _require_a_voice(asked)


def _require_a_voice(asked: Asked) -> None:
    """Raises Mistake for whoever may only read in the channel: nothing is said there through us."""
    if not asked.around.may_write and not asked.is_own:
        raise Mistake(f"{WRITERS_ONLY}{WRITE_OWN if asked.able.personal_channels else ''}")


async def require_to_share(asked: Asked) -> None:
    """Raises Mistake for who may not have something of the library shown to the channel."""
    await require(asked, Right.SAVE)
    if is_admin(asked.parts, asked.person.key.person, asked.around.standing):
        return
    if not asked.around.may_write and not asked.is_own:
        raise Mistake("Only people who may write in this channel share something in it.")
    if has_rule(await rules_of(asked), RuleKind.LOCK, asked.channel.channel):
        raise Mistake("An admin has locked this channel, so only admins share something in it.")


async def role_here(asked: Asked) -> Role:
    """What this person may do with what is in the library."""
    if is_admin(asked.parts, asked.person.key.person, asked.around.standing):
        return Role.OWNER
    return Role.EDITOR if await may(asked, Right.SAVE) else Role.READER


async def may(asked: Asked, right: Right) -> bool:
    try:
        await require(asked, right)
    except Mistake:
        return False
    return True


async def may_only_suggest(asked: Asked) -> bool:
    """Whether this person may say what a channel should follow, and others decide."""
    if is_admin(asked.parts, asked.person.key.person, asked.around.standing):
        return False
    rules = await rules_of(asked)
    if not takes_part(asked.around.standing, rules) or has_rule(rules, RuleKind.LOCK, asked.channel.channel):
        return False
    if not asked.around.may_write and not asked.is_own:
        return False
    return not is_chosen(Right.CHANGE, asked.around.groups, rules)


async def why_nothing_is_read(asked: Asked) -> str:
    """Why this person cannot have anything read now; empty where they can. It costs money, so where strangers may join
    it is for those who may follow."""
    rules = await rules_of(asked)
    if not is_open(rules) or is_admin(asked.parts, asked.person.key.person, asked.around.standing):
        return ""
    if is_chosen(Right.CHANGE, asked.around.groups, rules):
        return ""
    return (
        f"Reading posts costs money, so only {_admins_and(asked, chosen_for(Right.CHANGE, rules))} ask for that here."
    )


async def is_undecided(asked: Asked, right: Right) -> bool:
    """Whether it depends on groups of this person that could not be asked just now."""
    return asked.around.standing is None and bool(chosen_for(right, await rules_of(asked)))


def _why_not(asked: Asked, right: Right, rules: Sequence[Rule]) -> str:
    chosen = chosen_for(right, rules)
    suggest = ONLY_SUGGEST if right is Right.CHANGE else ""
    if chosen and asked.around.standing is None:
        return ROLES_NOT_KNOWN + suggest
    if right is Right.MODERATE and not chosen:
        return ADMINS_ONLY if asked.around.standing is not None else NOT_KNOWN
    what = {
        Right.SAVE: "can save here",
        Right.CHANGE: "change what this channel follows and when",
    }.get(right, "decide about reported posts")
    return f"Only {_admins_and(asked, chosen)} {what}.{suggest}"


def _admins_and(asked: Asked, groups: Sequence[str]) -> str:
    names = [role_in_words(asked.parts, asked.channel.workspace, each) for each in groups]
    return f"admins and people with the role {' or '.join(names)}" if names else "admins"


def role_in_words(parts: Parts, workspace: str, group: str) -> str:
    name = parts.groups(workspace).get(group, "")
    return cut(one_line(name), LONGEST_ROLE)[0] if name else "that is no longer there"


async def rules_of(asked: Asked) -> list[Rule]:
    return await asked.tx.rules.of(asked.channel.workspace)


async def most_topics(asked: Asked) -> int:
    """How many topics the channel may follow."""
    limits = {rule.channel: rule.value for rule in await rules_of(asked) if rule.kind is RuleKind.TOPICS}
    limit = limits.get(asked.channel.channel, limits.get("", ""))
    return int(limit) if limit.isdigit() else MOST_TOPICS
