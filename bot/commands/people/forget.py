"""forget-me, erase-person"""

from bot.commands.context import Answer, Asked
from bot.domain.actions import run_command
from bot.domain.content import Say, offer, say
from bot.services.erasing.forgetting import forget

CONFIRMED = "yes"


async def forget_me(asked: Asked, words: str) -> Answer:
    if words.strip().casefold() != CONFIRMED:
        button = ("Erase what is kept about me", run_command("forget-me", CONFIRMED).encode())
        sentences = [
            "This erases your name, your saves, your notes, private ones too, your feeds and sign-ins, for good.",
            "What colleagues saved too stays, without you. To have it all as a file first, say /pln my-data.",
        ]
        own = ["Your own digest, if you have one, stops."] if asked.able.personal_channels else []
        return Answer((*say(*sentences, *own), offer(button)))
    await forget(asked.tx, asked.parts, asked.person.key, asked.at)
    return Answer((Say("Done: your name, your saves and your notes are erased."),))
