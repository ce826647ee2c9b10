"""saved, save, find, forget-me"""

from bot.commands.context import Answer, Asked
from bot.domain.actions import run_command, undo_save, whole_number
from bot.domain.content import Say, ShowItem, offer, say
from bot.domain.library import Ending
from bot.domain.topic import words_of
from bot.errors import Mistake
from bot.services.shelf import save_post, show_savers
from bot.services.wording import counted

SHOWN_AT_ONCE = 5
CONFIRMED = "yes"
EVERYTHING = 1_000_000


async def save(asked: Asked, words: str) -> Answer:
    number = words.strip().removeprefix("#")
    if not whole_number(number):
        raise Mistake("Say which item of the latest digest, one number at a time, such as /pln save 3.")
    last = await asked.tx.digests.latest(asked.channel)
    if last is None:
        raise Mistake("There has been no digest in this channel yet, so there is nothing to save.")
    item = next((each for each in last.items if each.number == whole_number(number)), None)
    if item is None:
        raise Mistake(f"The latest digest has {counted(len(last.items), 'item')}.")
    saved = await save_post(asked.tx, asked.person, item.post, origin="command", at=asked.at)
    return saved_answer(saved)


def saved_answer(item: str | None) -> Answer:
    """What is said privately after a save."""
    if item is None:
        return Answer(say("This post is no longer available, so it was not saved."))
    buttons = offer(("Undo", undo_save(item).encode()), ("My saves", run_command("saved").encode()))
    where = Say("Saved to the library. Find it again with /pln find or /pln saved; colleagues see your name.")
    return Answer((where, buttons))


async def saved(asked: Asked, _: str) -> Answer:
    person = asked.person.key.person
    items, total = await asked.tx.library.find(
        asked.channel.workspace, [], saved_by=person, viewer=person, limit=SHOWN_AT_ONCE, offset=0
    )
    if not items:
        return Answer(say("You have saved nothing yet. Press Save beside a post, or react with its number."))
    heading = Say(f"You have saved {counted(total, 'item')}" + _newest(total), "heading")
    return Answer((heading, *(ShowItem(item.id) for item in items)))


async def find(asked: Asked, words: str) -> Answer:
    wanted = words_of(words)
    if not wanted:
        raise Mistake("Say what to look for, such as /pln find fractions.")
    items, total = await asked.tx.library.find(
        asked.channel.workspace, wanted, saved_by=None, viewer=asked.person.key.person, limit=SHOWN_AT_ONCE, offset=0
    )
    if not items:
        return Answer(say(f"Nothing saved so far has the words “{' '.join(wanted)}”. Try fewer or shorter words."))
    heading = Say(f"{counted(total, 'item')} with “{' '.join(wanted)}”" + _newest(total), "heading")
    return Answer((heading, *(ShowItem(item.id) for item in items)))


def _newest(total: int) -> str:
    return f", the newest {SHOWN_AT_ONCE}" if total > SHOWN_AT_ONCE else ""


async def forget_me(asked: Asked, words: str) -> Answer:
    if words.strip().casefold() != CONFIRMED:
        button = ("Erase my name and saves", run_command("forget-me", CONFIRMED).encode())
        sentence = "This erases your name and all your saves, for good. What colleagues saved too stays, without you."
        return Answer((Say(sentence), offer(button)))
    theirs, _ = await asked.tx.library.find(
        asked.channel.workspace, [], saved_by=asked.person.key.person, viewer=None, limit=EVERYTHING, offset=0
    )
    ended = await asked.tx.library.end_marks(asked.person.key, None, asked.at, Ending.ERASED)
    await asked.tx.people.erase(asked.person.key)
    for post in {item.post for item in theirs if item.post}:
        await show_savers(asked.tx, asked.channel.workspace, post)
    return Answer(say(f"Done: your name and your saves are erased ({counted(ended, 'mark')} in all)."))
