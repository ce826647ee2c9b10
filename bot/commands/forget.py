"""forget-me"""

from bot.commands.context import Answer, Asked
from bot.commands.following import suggestion_keys
from bot.commands.library import first_save_key
from bot.commands.own_digest import stopped_key
from bot.commands.reactions import read_only_key
from bot.commands.rights import rules_of
from bot.domain.actions import run_command
from bot.domain.content import Say, offer, say
from bot.domain.library import Ending
from bot.domain.search import ALL_ITEMS
from bot.services.hiding import show_again
from bot.services.roundups import mend_roundups

CONFIRMED = "yes"
EVERYTHING = 1_000_000


async def forget_me(asked: Asked, words: str) -> Answer:
    if words.strip().casefold() != CONFIRMED:
        button = ("Erase my name, saves and notes", run_command("forget-me", CONFIRMED).encode())
        sentence = (
            "This erases your name, your saves and your notes, for good. What colleagues saved too stays, without you."
        )
        own = "Your own digest, if you have one, stops." if asked.able.personal_channels else ""
        return Answer((*say(*(each for each in (sentence, own) if each)), offer(button)))
    theirs, _ = await asked.tx.library.find(
        asked.channel.workspace, ALL_ITEMS, saved_by=asked.person.key.person, viewer=None, limit=EVERYTHING, offset=0
    )
    touched = {*(item.id for item in theirs), *await asked.tx.library.noted(asked.person.key)}
    await asked.tx.library.end_marks(asked.person.key, None, asked.at, Ending.ERASED)
    named = await asked.tx.outbox.naming(asked.person.key)
    await asked.tx.people.erase(asked.person.key)
    await asked.tx.events.erase(asked.person.key, asked.at)
    await asked.tx.outbox.refresh(asked.channel.workspace, named, asked.parts.clock.now())
    await _forget_notices(asked)
    if asked.able.personal_channels:
        await _forget_own_digest(asked)
    for post in {item.post for item in theirs if item.post}:
        await show_again(asked.tx, asked.parts, asked.channel.workspace, post)
    await mend_roundups(asked.tx, asked.channel.workspace, touched, asked.parts.clock.now())
    return Answer((Say("Done: your name, your saves and your notes are erased."),))


async def _forget_own_digest(asked: Asked) -> None:
    own = await asked.tx.channels.get(asked.own_channel)
    if own is not None and own.owner == asked.person.key.person:
        await asked.tx.channels.remove(own.key)
    for rule in await rules_of(asked):
        if rule.channel == asked.own_channel.channel:
            await asked.tx.rules.remove(rule.workspace, rule.channel, rule.kind, rule.value)


async def _forget_notices(asked: Asked) -> None:
    person = asked.person.key.person
    own = stopped_key(asked.own_channel)
    for key in (first_save_key(person), read_only_key(person), own, *suggestion_keys(person)):
        await asked.tx.notices.clear(asked.channel.workspace, key)
