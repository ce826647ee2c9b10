"""What was reported is seen nowhere, whatever else is under way."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from adapters.database.inbox import StoreInbox
from bot.app import Engine
from bot.domain.channel import Channel
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule
from bot.flow.learn import learn
from bot.ports import Outgoing
from tests.fakes.chat import FakeChat
from tests.rigs.school import HALF_PAST_SEVEN, WORKSPACE, NoTicker, School, school

SCIENCE = ChannelKey(WORKSPACE, "science")


class BusyChat(FakeChat):
    """While a message to the science channel is on its way, something else happens, once."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    def __init__(self, our: School) -> None:
        super().__init__(StoreInbox(our.store, our.clock), workspace=WORKSPACE, clock=our.clock)

    async def send(self, outgoing: Outgoing) -> str | None:
        if outgoing.channel == SCIENCE and self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        return await super().send(outgoing)


async def test_a_report_reaches_a_digest_that_is_just_being_sent() -> None:
    async with school() as our, BusyChat(our) as chat:
        our.chat, our.parts = chat, replace(our.parts, chats={"fake": chat})
        our.engine = Engine(our.parts, NoTicker())
        await our.open_channel()
        async with our.store.transaction() as tx:
            await tx.channels.put(
                Channel(SCIENCE, "Science", Schedule("UTC", at=HALF_PAST_SEVEN.replace(minute=40).time()))
            )
        await chat.command("ana", SCIENCE, "/pln follow #edchat")
        digest = await our.next_digest(1)

        async def somebody_reports() -> None:
            await chat.press("ben", digest.id, "Report item 1")
            while await learn(our.parts):
                pass

        chat.meanwhile = somebody_reports
        await our.at(HALF_PAST_SEVEN.replace(minute=40))
        (theirs,) = [each for each in chat.shown(SCIENCE) if "1 post from" in each.text]
        assert "hidden until an admin has looked at it" in theirs.text


async def test_nobody_opens_the_form_of_a_hidden_item() -> None:
    async with school() as our:
        digest = await our.digest_of()
        await our.press("ana", digest.id, "Save item 1")
        saved = our.last_answer("ana")
        await our.chat.press("ben", digest.id, "Report item 1")
        await our.settle()
        answer = await our.hear("ana", our.chat.press("ana", saved.id, "Add tags or a note"))
        assert "hidden until an admin has looked at it" in answer
        assert our.chat.forms == []
