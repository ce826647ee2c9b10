"""Who may do what, in one place."""

from collections.abc import Sequence

from bot.commands.context import Asked
from bot.domain.people import Right, Standing
from bot.domain.rules import Rule, RuleKind
from bot.errors import Mistake
from bot.services.parts import Parts

MOST_TOPICS = 40

READ_ONLY = (
    "You are here as a guest, and guests can read, search and list, but not change or save anything. "
    "Ask an admin of this workspace if you should."
)
ADMINS_ONLY = "Only admins of this workspace, and whoever looks after Staffroom, can do that."
OWN_INSTEAD = " For your own digest you can: put me behind /pln, as in /pln me mute #ad."
LOCKED = "An admin has locked this channel, so only admins change what it follows and when."
NOT_KNOWN = "I could not find out just now whether you are an admin. Please try again in a minute."


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
    if right is Right.CHANGE and not asked.is_own and _has(rules, RuleKind.LOCK, asked.channel.channel):
        raise Mistake(LOCKED)


async def may(asked: Asked, right: Right) -> bool:
    try:
        await require(asked, right)
    except Mistake:
        return False
    return True


def takes_part(standing: Standing | None, rules: Sequence[Rule]) -> bool:
    """Whether somebody who is no admin may save and follow in a workspace with these rules."""
    return standing not in {Standing.GUEST, Standing.EXTERNAL} or _has(rules, RuleKind.GUESTS, "")


def is_admin(parts: Parts, person: str, standing: Standing | None) -> bool:
    return standing is Standing.ADMIN or person in parts.owners


async def rules_of(asked: Asked) -> list[Rule]:
    return await asked.tx.rules.of(asked.channel.workspace)


async def most_topics(asked: Asked) -> int:
    """How many topics the channel may follow."""
    limits = {rule.channel: rule.value for rule in await rules_of(asked) if rule.kind is RuleKind.TOPICS}
    limit = limits.get(asked.channel.channel, limits.get("", ""))
    return int(limit) if limit.isdigit() else MOST_TOPICS


def _has(rules: Sequence[Rule], kind: RuleKind, channel: str) -> bool:
    return any((rule.kind, rule.channel) == (kind, channel) for rule in rules)
