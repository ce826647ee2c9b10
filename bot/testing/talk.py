"""Saying something through a chat under test, and looking whether it can be read."""

import re
from collections.abc import Iterable

from bot.testing.chat_rig import ChatRig
from bot.testing.messages import outgoing
from bot.views import Message


async def send(rig: ChatRig, delivery: str, message: Message | str) -> None:
    """Sends it; whether the platform gave a reference does not matter here."""
    await rig.chat.send(outgoing(rig.channel, delivery, message))


async def sent(rig: ChatRig, delivery: str, message: Message | str) -> str:
    """Sends it and returns the reference that the platform has to give."""
    reference = await rig.chat.send(outgoing(rig.channel, delivery, message))
    assert reference
    return reference


async def reads(rig: ChatRig, person: str, text: str) -> int:
    """In how many messages this person reads the text."""
    return count_of(text, await rig.shown(person))


def count_of(text: str, texts: Iterable[str]) -> int:
    """In how many of them the text is read."""
    return sum(squeezed(text) in squeezed(each) for each in texts)


def squeezed(text: str) -> str:
    """As it is read: white space is a space, and what only turns the direction of writing is no text."""
    return " ".join(_DIRECTIONS.sub("", text).split())


_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
