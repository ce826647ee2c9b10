"""privacy, my-data, erase-person: what is kept about people, told, handed out and erased"""

from bot.commands.context import Answer, Asked
from bot.commands.governing.auditing import note
from bot.commands.people.names import IN_WORDS
from bot.commands.rights import require
from bot.domain.actions import fits_on_a_button, run_command
from bot.domain.admin_acts import Decided
from bot.domain.content import Say, ShowFile, Way, headed, offer, say, ways
from bot.domain.keys import PersonKey
from bot.domain.people import Right
from bot.errors import Mistake
from bot.services.erasing.forgetting import forget
from bot.services.people.my_data import AS_JSON, AS_TEXT, MY_DATA
from bot.services.people.names import names_policy
from bot.services.people.people_meant import person_meant
from bot.services.wording import counted

CONFIRMED = "yes"
KEPT = (
    "Kept of you: your name here, what you saved, noted, tagged and shared, what you asked to follow, and your own "
    "digest. No counts are made of anybody, and nobody here is matched with an account on X."
)
NO_FILES = "Files cannot be sent in this chat. Whoever looks after Staffroom can write it with staffroom my-data."


async def privacy(asked: Asked, _: str) -> Answer:
    names = IN_WORDS[await names_policy(asked.tx, asked.channel.workspace)]
    lines = [
        KEPT,
        names,
        "What you keep for yourself alone nobody else finds: /pln save 3 only me.",
        "Colleagues find your saves by your name only if you agree: /pln findable yes.",
        "Answers to you and what you typed for them are erased after a day, searches after two.",
        _how_long(asked),
        "To have all of it as a file: /pln my-data. To have it erased: /pln forget-me.",
    ]
    buttons = offer(("My data", run_command("my-data").encode()), ("Forget me", run_command("forget-me").encode()))
    return Answer((*headed("What is kept about you", lines), buttons))


def _how_long(asked: Asked) -> str:
    keeping = asked.parts.keeping
    return (
        f"What an admin removed from the library is erased after {counted(keeping.removed.days, 'day')}, what admins "
        f"decided after {counted(keeping.audit.days, 'day')}. The rest stays until you take it back."
    )


async def my_data(asked: Asked, words: str) -> Answer:
    word = words.strip().casefold()
    if word not in {"", AS_TEXT, AS_JSON}:
        raise Mistake("Say /pln my-data, or /pln my-data json for other programs.")
    if not asked.able.files or not asked.able.private_messages:
        return Answer(say(NO_FILES))
    form = word or AS_TEXT
    coming = "Everything that is kept about you comes to you as a file, for you alone."
    other = Way("As JSON", f"my-data {AS_JSON}") if form == AS_TEXT else Way("As text", f"my-data {AS_TEXT}")
    file = ShowFile(MY_DATA, "", form, "Everything that Staffroom keeps about you.")
    return Answer((Say(coming), *ways(other)), file=file)


async def erase_person(asked: Asked, words: str) -> Answer:
    """For who has left, by their name or id; in two steps."""
    await require(asked, Right.GOVERN)
    who, _, sure = words.strip().rpartition(" ")
    if sure.casefold() != CONFIRMED or not who:
        who, sure = words.strip(), ""
    if not who:
        raise Mistake("Say who, by name or id, such as /pln erase-person Ana Turner.")
    person = await person_meant(asked.tx, asked.channel.workspace, who)
    if person == asked.person.key:
        raise Mistake("To be forgotten yourself, say /pln forget-me.")
    if not sure:
        return await _asked_twice(asked, person, who)
    await forget(asked.tx, asked.parts, person, asked.at)
    await note(asked, Decided.ERASED)
    return Answer(say("Done: their name, saves and notes are erased. What colleagues saved too stays, without them."))


async def _asked_twice(asked: Asked, person: PersonKey, who: str) -> Answer:
    names = await asked.tx.people.names(person.workspace, [person.person])
    called = names.get(person.person, who)
    command = run_command("erase-person", person.person, CONFIRMED)
    sentences = say(
        f"This erases what is kept about {called}: their name, saves, notes and own digest, for good. What colleagues "
        "saved too stays, without them.",
        f"To do it, type /pln erase-person {person.person} yes.",
    )
    return Answer((*sentences, *([offer((f"Erase {called}", command.encode()))] if fits_on_a_button(command) else [])))
