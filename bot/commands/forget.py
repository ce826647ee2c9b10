"""forget-me"""

from bot.commands.context import Answer, Asked
from bot.commands.library import first_save_key
from bot.commands.rights import rules_of
from bot.domain.actions import run_command
from bot.domain.content import Say, offer, say
from bot.domain.library import Ending
from bot.services.hiding import show_again
from bot.services.wording import counted

CONFIRMED = "yes"
EVERYTHING = 1_000_000


async def forget_me(asked: Asked, words: str) -> Answer:
    if words.strip().casefold() != CONFIRMED:
        button = ("Erase my name and saves", run_command("forget-me", CONFIRMED).encode())
        sentence = "This erases your name and all your saves, for good. What colleagues saved too stays, without you."
        own = "Your own digest, if you have one, stops." if asked.able.personal_channels else ""
        return Answer((*say(*(each for each in (sentence, own) if each)), offer(button)))
    theirs, _ = await asked.tx.library.find(
        asked.channel.workspace, [], saved_by=asked.person.key.person, viewer=None, limit=EVERYTHING, offset=0
    )
    ended = await asked.tx.library.end_marks(asked.person.key, None, asked.at, Ending.ERASED)
    await asked.tx.people.erase(asked.person.key)
    await _forget_own_digest(asked)
    for post in {item.post for item in theirs if item.post}:
        await show_again(asked.tx, asked.parts, asked.channel.workspace, post)
    return Answer((Say(f"Done: your name and your saves are erased ({counted(ended, 'mark')} in all)."),))


async def _forget_own_digest(asked: Asked) -> None:
    own = await asked.tx.channels.get(asked.own_channel)
    if own is not None and own.owner == asked.person.key.person:
        await asked.tx.channels.remove(own.key)
    for rule in await rules_of(asked):
        if rule.channel == asked.own_channel.channel:
            await asked.tx.rules.remove(rule.workspace, rule.channel, rule.kind, rule.value)
    await asked.tx.notices.clear(asked.channel.workspace, first_save_key(asked.person.key.person))
