"""limit, lock, unlock, guests, threshold: what admins decide"""

from bot.commands.context import Answer, Asked, said_aloud
from bot.commands.governing.auditing import note, note_here
from bot.commands.rights import MOST_TOPICS, most_topics, require, rules_of
from bot.domain.actions import whole_number
from bot.domain.admin_acts import Decided
from bot.domain.content import Say, offer, say
from bot.domain.people import Right
from bot.domain.rules import LARGEST_LIMIT, LARGEST_THRESHOLD, Rule, RuleKind
from bot.domain.suggest import nearest
from bot.errors import Mistake
from bot.services.people.threshold import savers_needed
from bot.services.wording import counted

EVERYWHERE = "everywhere"


async def limit(asked: Asked, words: str) -> Answer:
    what, number, where, *_ = *words.strip().casefold().split(maxsplit=2), "", "", ""
    most = await most_topics(asked)
    if not what:
        return Answer(
            say(
                f"{asked.here} may follow at most {counted(most, 'topic')}. Admins change it with /pln limit topics 20."
            )
        )
    await require(asked, Right.GOVERN)
    wanted = whole_number(number)
    if what == "topics" and where == EVERYWHERE and 1 <= wanted <= LARGEST_LIMIT:
        return await _limit_everywhere(asked, wanted)
    if what != "topics" or where or not 1 <= wanted <= LARGEST_LIMIT:
        raise Mistake(f"Say a number from 1 to {LARGEST_LIMIT}, such as /pln limit topics {MOST_TOPICS // 2}.")
    if wanted == most:
        return Answer(say(f"{asked.here} may follow at most {counted(most, 'topic')} already."))
    await asked.tx.rules.put(_rule(asked, asked.channel.channel, RuleKind.TOPICS, str(wanted)))
    await note_here(asked, Decided.LIMIT, counted(wanted, "topic"))
    followed = len(await asked.tx.topics.followed(asked.channel))
    more = f" It follows {followed} now; those stay." if followed > wanted else ""
    undo = offer(("Undo", asked.again("limit", "topics", str(most)).encode()))
    return Answer(
        (Say(f"{asked.here} may now follow at most {counted(wanted, 'topic')}.{more}"), undo),
        said_aloud(asked, f"set the limit of this channel to {counted(wanted, 'topic')}."),
    )


async def _limit_everywhere(asked: Asked, wanted: int) -> Answer:
    """For every channel, people's own among them, that has no limit of its own."""
    limits = [rule.value for rule in await rules_of(asked) if (rule.kind, rule.channel) == (RuleKind.TOPICS, "")]
    await asked.tx.rules.put(_rule(asked, "", RuleKind.TOPICS, str(wanted)))
    await note(asked, Decided.LIMIT, f"{counted(wanted, 'topic')}, everywhere")
    earlier = limits[0] if limits else str(MOST_TOPICS)
    undo = offer(("Undo", asked.again("limit", "topics", earlier, EVERYWHERE).encode()))
    sentence = (
        f"Channels and personal digests without a limit of their own may now follow at most {counted(wanted, 'topic')}."
    )
    return Answer((Say(sentence), undo))


async def lock(asked: Asked, _: str) -> Answer:
    await require(asked, Right.GOVERN)
    if asked.is_own:
        raise Mistake("Your own digest is yours alone, so there is nothing to lock.")
    if not await asked.tx.rules.put(_rule(asked, asked.channel.channel, RuleKind.LOCK, "")):
        return Answer(say("This channel is locked already."))
    await note_here(asked, Decided.LOCK)
    sentence = "Only admins change what this channel follows and when, from now on. Everybody can still save."
    return Answer(
        (Say(sentence), offer(("Undo", asked.again("unlock").encode()))),
        said_aloud(asked, "locked this channel's digest: only admins change it."),
    )


async def unlock(asked: Asked, _: str) -> Answer:
    await require(asked, Right.GOVERN)
    if not await asked.tx.rules.remove(asked.channel.workspace, asked.channel.channel, RuleKind.LOCK, ""):
        return Answer(say("This channel is not locked."))
    await note_here(asked, Decided.UNLOCK)
    return Answer(
        (Say("Every member may change this channel again."), offer(("Undo", asked.again("lock").encode()))),
        said_aloud(asked, "unlocked this channel's digest: every member may change it."),
    )


async def guests(asked: Asked, words: str) -> Answer:
    word = words.strip().casefold()
    allowed = any(rule.kind is RuleKind.GUESTS for rule in await rules_of(asked))
    if not word:
        now = "may do what members may" if allowed else "can read, search and list, and nothing else"
        change = "refuse" if allowed else "allow"
        return Answer(
            say(f"Guests and people of other organisations {now}. Admins change it with /pln guests {change}.")
        )
    await require(asked, Right.GOVERN)
    if word not in {"allow", "refuse"}:
        raise Mistake(f"Say /pln guests allow or /pln guests refuse.{nearest(word, ['allow', 'refuse'])}")
    if allowed is (word == "allow"):
        return Answer(say("That is how it is already."))
    await note(asked, Decided.GUESTS, "they may do what members may" if word == "allow" else "they may look only")
    return await _let_guests(asked) if word == "allow" else await _refuse_guests(asked)


async def _let_guests(asked: Asked) -> Answer:
    await asked.tx.rules.put(_rule(asked, "", RuleKind.GUESTS, ""))
    undo = offer(("Undo", asked.again("guests", "refuse").encode()))
    return Answer((Say("Guests and people of other organisations may do what members may, from now on."), undo))


async def _refuse_guests(asked: Asked) -> Answer:
    await asked.tx.rules.remove(asked.channel.workspace, "", RuleKind.GUESTS, "")
    undo = offer(("Undo", asked.again("guests", "allow").encode()))
    return Answer((Say("Guests and people of other organisations can read, search and list, and nothing else."), undo))


async def threshold(asked: Asked, words: str) -> Answer:
    needed = await savers_needed(asked.tx, asked.channel.workspace)
    if not words.strip():
        return Answer(say(f"{_needed_in_words(needed)} Admins change it with /pln threshold 2."))
    await require(asked, Right.GOVERN)
    wanted = whole_number(words.strip())
    if not 1 <= wanted <= LARGEST_THRESHOLD:
        raise Mistake(f"Say a number from 1 to {LARGEST_THRESHOLD}, such as /pln threshold 2.")
    if wanted == needed:
        return Answer(say(f"That is how it is already. {_needed_in_words(needed)}"))
    await asked.tx.rules.put(_rule(asked, "", RuleKind.THRESHOLD, str(wanted)))
    await note(asked, Decided.THRESHOLD, "1 person" if wanted == 1 else f"{wanted} people")
    undo = offer(("Undo", asked.again("threshold", str(needed)).encode()))
    return Answer((Say(_needed_in_words(wanted)), undo))


def _needed_in_words(needed: int) -> str:
    if needed == 1:
        return "What anybody saves is in the library of all at once."
    return (
        f"Something is in the library of all once {needed} people saved it, or an admin or somebody who decides about "
        "reported posts did. Everybody finds their own saves at once."
    )


def _rule(asked: Asked, channel: str, kind: RuleKind, value: str) -> Rule:
    return Rule(asked.channel.workspace, channel, kind, value, asked.person.key.person, asked.at)
