"""names, findable: whose names are said beside what is in the library, and who can be found by theirs"""

from datetime import timedelta

from bot.commands.context import Answer, Asked
from bot.commands.governing.auditing import note
from bot.commands.rights import require
from bot.domain.admin_acts import Decided
from bot.domain.content import Say, offer, say
from bot.domain.names import NamesPolicy
from bot.domain.people import Right
from bot.domain.rules import Rule, RuleKind
from bot.domain.search import ALL_ITEMS
from bot.domain.suggest import nearest
from bot.errors import Mistake
from bot.services.people.names import names_policy
from bot.services.posts.roundups import mend_roundups

LOOK_BACK = timedelta(days=30)
"""Older digests keep what they say until they change for another reason."""
EVERYTHING = 1_000_000
YES, NO = "yes", "no"

IN_WORDS = {
    NamesPolicy.ALL: "Everybody here sees who saved, noted, tagged or shared something.",
    NamesPolicy.SAVER: "People see their own name beside what they saved, and nobody else's.",
    NamesPolicy.NONE: "Nobody is named beside what is saved, noted, tagged or shared.",
}


async def names(asked: Asked, words: str) -> Answer:
    word, policy = words.strip().casefold(), await names_policy(asked.tx, asked.channel.workspace)
    if not word:
        return Answer(say(f"{IN_WORDS[policy]} Admins change it with /pln names all, names saver or names none."))
    await require(asked, Right.GOVERN)
    if word not in {each.value for each in NamesPolicy}:
        raise Mistake(f"Say /pln names all, /pln names saver or /pln names none.{nearest(word, list(NamesPolicy))}")
    chosen = NamesPolicy(word)
    if chosen is policy:
        return Answer(say(f"That is how it is already. {IN_WORDS[policy]}"))
    rule = Rule(asked.channel.workspace, "", RuleKind.NAMES, word, asked.person.key.person, asked.at)
    await asked.tx.rules.put(rule)
    await note(asked, Decided.NAMES, word)
    await _show_everywhere(asked)
    more = " Messages of the last 30 days change to that, too."
    return Answer((Say(f"{IN_WORDS[chosen]}{more}"), offer(("Undo", asked.again("names", policy.value).encode()))))


async def _show_everywhere(asked: Asked) -> None:
    workspace, now = asked.channel.workspace, asked.parts.clock.now()
    digests = await asked.tx.outbox.recent(workspace, now - LOOK_BACK)
    await asked.tx.outbox.refresh(workspace, [each.id for each in digests], now)
    items, _ = await asked.tx.library.find(workspace, ALL_ITEMS, saved_by=None, viewer=None, limit=EVERYTHING, offset=0)
    await mend_roundups(asked.tx, workspace, [item.id for item in items], now)


async def findable(asked: Asked, words: str) -> Answer:
    """Whether colleagues find what this person saved by their name: nobody does before they agree."""
    word, person = words.strip().casefold(), asked.person.key
    has_agreed = bool(await asked.tx.people.findable(person.workspace, [person.person]))
    if not word:
        return Answer(say(_now(has_agreed), "Change it with /pln findable yes or /pln findable no."))
    if word not in {YES, NO}:
        raise Mistake(f"Say /pln findable yes or /pln findable no.{nearest(word, [YES, NO])}")
    if has_agreed is (word == YES):
        return Answer(say(f"That is how it is already. {_now(has_agreed)}"))
    await asked.tx.people.put(asked.person)
    await asked.tx.people.set_findable(person, findable=word == YES)
    undo = offer(("Undo", asked.again("findable", NO if word == YES else YES).encode()))
    return Answer((Say(_now(word == YES) + await _unless_hidden(asked, word)), undo))


async def _unless_hidden(asked: Asked, word: str) -> str:
    policy = await names_policy(asked.tx, asked.channel.workspace)
    if word == NO or policy is NamesPolicy.ALL:
        return ""
    return " It has no effect for now, because names are not shown here."


def _now(has_agreed: bool) -> str:  # noqa: FBT001 - there is nothing else it could be
    if has_agreed:
        return "Colleagues find what you saved for all with /pln find by: and your name."
    return "Colleagues do not find your saves by your name. You do, with /pln find by:me."
