"""role, call: which groups of people have a right here, and which one the morning digest calls"""

from collections.abc import Mapping, Sequence

from bot.commands.context import Answer, Asked, in_one, said_aloud
from bot.commands.governing.auditing import note, note_here
from bot.commands.rights import require, role_in_words, rules_of
from bot.domain.actions import fits_on_a_button
from bot.domain.admin_acts import Decided
from bot.domain.content import Content, Say, headed, say
from bot.domain.people import Right
from bot.domain.rules import EVERYBODY, Rule, RuleKind, is_open
from bot.domain.suggest import nearest
from bot.errors import Mistake
from bot.services.people.roles import CHOSEN_BY, chosen_for
from bot.services.wording import one_line

OFF = "off"
NOBODY = "nobody"
NO_ROLES = "There are no roles here that I know of, so this cannot be decided by role."
NO_CALLS = "Nobody can be called in this chat."
MOST_ROLES = 10

RIGHTS: Mapping[str, Right] = {"save": Right.SAVE, "follow": Right.CHANGE, "moderate": Right.MODERATE}
WHAT: Mapping[Right, str] = {
    Right.SAVE: "save to the library",
    Right.CHANGE: "change what channels follow and when",
    Right.MODERATE: "decide about reported posts",
}


async def role(asked: Asked, words: str) -> Answer:
    what, _, whom = words.strip().partition(" ")
    if not what:
        return Answer(await _how_it_is(asked))
    await require(asked, Right.GOVERN)
    right = RIGHTS.get(what.casefold())
    if right is None:
        raise Mistake(f"Say /pln role save, /pln role follow or /pln role moderate.{nearest(what, list(RIGHTS))}")
    match whom.strip().casefold():
        case "":
            return Answer(say(await _who_may(asked, right)))
        case "off":
            return await _off(asked, right)
        case "everybody":
            return await _everybody(asked, right)
        case _:
            return await _add(asked, right, _group_meant(asked, whom))


async def _how_it_is(asked: Asked) -> Content:
    lines = [await _who_may(asked, right) for right in WHAT]
    how = "Admins change it with /pln role save, /pln role follow and /pln role moderate, and the role."
    return headed("Who may do what", [*lines, how if _groups(asked) else NO_ROLES])


async def _who_may(asked: Asked, right: Right) -> str:
    """In words, by what is decided now."""
    rules = await rules_of(asked)
    what, chosen = WHAT[right], chosen_for(right, rules)
    if EVERYBODY in chosen or (not chosen and right is Right.SAVE):
        return f"Everybody may {what}."
    if not chosen and right is Right.CHANGE and not is_open(rules):
        return f"Everybody may {what}."
    others = " Others may suggest a topic." if right is Right.CHANGE else ""
    if not chosen:
        return f"Only admins may {what}.{others}"
    names = " or ".join(role_in_words(asked.parts, asked.channel.workspace, each) for each in chosen)
    return f"Only admins and people with the role {names} may {what}.{others}"


async def _add(asked: Asked, right: Right, group: str) -> Answer:
    chosen = [each for each in chosen_for(right, await rules_of(asked)) if each != EVERYBODY]
    if len(chosen) >= MOST_ROLES:
        raise Mistake(f"At most {MOST_ROLES} roles, please. Begin anew with /pln role {_word(right)} off.")
    if group in chosen:
        return Answer(say(f"That is how it is already. {await _who_may(asked, right)}"))
    await _take_away(asked, right, [EVERYBODY])
    await asked.tx.rules.put(_rule(asked, "", CHOSEN_BY[right], group))
    return await _done(asked, right)


async def _everybody(asked: Asked, right: Right) -> Answer:
    if right is Right.MODERATE:
        raise Mistake("Deciding about reported posts is for admins and the roles they choose.")
    await _take_away(asked, right, chosen_for(right, await rules_of(asked)))
    await asked.tx.rules.put(_rule(asked, "", CHOSEN_BY[right], EVERYBODY))
    return await _done(asked, right)


async def _off(asked: Asked, right: Right) -> Answer:
    chosen = chosen_for(right, await rules_of(asked))
    if not chosen:
        return Answer(say(f"No role was chosen for that. {await _who_may(asked, right)}"))
    await _take_away(asked, right, chosen)
    return await _done(asked, right)


async def _take_away(asked: Asked, right: Right, chosen: Sequence[str]) -> None:
    for each in chosen:
        await asked.tx.rules.remove(asked.channel.workspace, "", CHOSEN_BY[right], each)


async def _done(asked: Asked, right: Right) -> Answer:
    await note(asked, Decided.ROLE, await _who_may(asked, right))
    undo = asked.again("role", _word(right), OFF)
    chosen = chosen_for(right, await rules_of(asked))
    label = "Take that back" if EVERYBODY in chosen else "Choose no role"
    button = [(label, undo.encode())] if chosen and fits_on_a_button(undo) else []
    return Answer((Say(await _who_may(asked, right)), *in_one(button)))


def _word(right: Right) -> str:
    return next(word for word, each in RIGHTS.items() if each is right)


# ------------------------------------------------------------------------------------------------------------- the call


async def call(asked: Asked, words: str) -> Answer:
    if not asked.able.calls_groups:
        raise Mistake(NO_CALLS)
    called = await _called(asked)
    if not words.strip():
        how = "Admins change it with /pln call and the role, or /pln call nobody."
        return Answer(say(f"{_calls(asked, called)}{_unless_told(asked, called)} {how}"))
    await require(asked, Right.GOVERN)
    if asked.is_own:
        raise Mistake("Your own digest comes to you alone, so there is nobody to call.")
    wanted = "" if words.strip().casefold() == NOBODY else _group_meant(asked, words)
    if wanted == called:
        return Answer(say(f"That is how it is already. {_calls(asked, called)}{_unless_told(asked, called)}"))
    where = asked.channel.workspace, asked.channel.channel
    if wanted:
        await asked.tx.rules.put(_rule(asked, asked.channel.channel, RuleKind.CALL, wanted))
    else:
        await asked.tx.rules.remove(*where, RuleKind.CALL, called)
    await note_here(asked, Decided.CALL, _calls(asked, wanted))
    undo = asked.again("call", called or NOBODY)
    button = [("Undo", undo.encode())] if fits_on_a_button(undo) else []
    aloud = said_aloud(asked, f"changed it: {_calls(asked, wanted)}")
    return Answer((Say(_calls(asked, wanted) + _unless_told(asked, wanted)), *in_one(button)), aloud)


async def _called(asked: Asked) -> str:
    here = asked.channel.channel
    rules = await rules_of(asked)
    return next((rule.value for rule in rules if (rule.kind, rule.channel) == (RuleKind.CALL, here)), "")


def _calls(asked: Asked, group: str) -> str:
    if not group:
        return "The morning digest calls nobody."
    return (
        f"The morning digest calls people with the role {role_in_words(asked.parts, asked.channel.workspace, group)}."
    )


def _unless_told(asked: Asked, group: str) -> str:
    """Why nobody would hear the call, after a blank; nothing where they would."""
    why = asked.parts.why_not_called(asked.channel, group) if group else ""
    return f" {why}" if why else ""


# --------------------------------------------------------------------------------------------------------------- groups


def _groups(asked: Asked) -> Mapping[str, str]:
    return asked.parts.groups(asked.channel.workspace)


def _group_meant(asked: Asked, words: str) -> str:
    """The id of the group that is called so, or has that id. Raises Mistake."""
    groups, wanted = _groups(asked), words.strip()
    if not groups:
        raise Mistake(NO_ROLES)
    if wanted in groups:
        return wanted
    if wanted.isdigit():
        raise Mistake("This role cannot be chosen: everybody has it, or it is the one of an app.")
    named = [group for group, name in groups.items() if one_line(name).casefold() == wanted.casefold()]
    if len(named) != 1:
        several = "Several roles are" if named else "No role here is"
        raise Mistake(f"{several} called “{wanted[:60]}”.{nearest(wanted[:60], groups.values())}")
    return named[0]


def _rule(asked: Asked, channel: str, kind: RuleKind, value: str) -> Rule:
    return Rule(asked.channel.workspace, channel, kind, value, asked.person.key.person, asked.at)
