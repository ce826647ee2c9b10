"""Saying something through a chat under test, and looking whether it can be read."""

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
    return sum(squeezed(text) in squeezed(each) for each in await rig.shown(person))


def squeezed(text: str) -> str:
    return " ".join(text.split())
