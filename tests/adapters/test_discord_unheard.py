"""What Discord told a process that died before it kept it: the next one has it told again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from adapters.discord.chat import DiscordChat
from adapters.discord.wire.gateway import Patience
from adapters.discord.wire.unheard import KEPT_AS
from bot.domain.actions import run_command, save_item
from bot.domain.events import ButtonPressed, Event, ReactionAdded, ReactionRemoved
from bot.errors import NotAllowed, Rejected
from bot.ports import Outgoing
from bot.testing.messages import sentence
from bot.testing.talk import sent
from bot.views import Button, Buttons, Message
from tests.rigs.discord import DiscordRig, discord_rig, discord_section
from tests.rigs.discord_server_gateway import RESUME

pytestmark = pytest.mark.asyncio

BOOKMARK = "🔖"
HASTE = Patience(to_connect=1, for_a_heartbeat=5, between_sessions=0.01, first_pause=0.01, longest_pause=0.05)


class StuckInbox:
    """Keeps nothing until it is let."""

    def __init__(self, rig: DiscordRig) -> None:
        self._rig = rig
        self.asked: list[Event] = []
        self.goes_on = asyncio.Event()

    async def accept(self, event: Event) -> bool:
        self.asked.append(event)
        await self.goes_on.wait()
        return await self._rig.inbox.accept(event)


def die(chat: DiscordChat, rig: DiscordRig) -> None:
    """Without a word to Discord, and never to come back."""
    for task in (chat._gateway._keeper, chat._gateway._running):  # noqa: SLF001 - no process does so by itself
        assert task
        task.cancel()
    rig.server.gateway.cut()


@asynccontextmanager
async def alone() -> AsyncIterator[DiscordRig]:
    """The world, and no bot in it yet."""
    async with discord_rig(open_chat=lambda section, tools: DiscordChat(section, tools, patience=HASTE)) as rig:
        await rig.leave()
        yield rig


@asynccontextmanager
async def process(rig: DiscordRig, inbox: StuckInbox | None = None) -> AsyncIterator[DiscordChat]:
    tools = replace(rig.tools, inbox=inbox) if inbox else rig.tools
    async with DiscordChat(discord_section(rig.server), tools, patience=HASTE) as chat:
        rig.chat = chat
        yield chat
        if inbox:
            inbox.goes_on.set()


async def until_kept(rig: DiscordRig, number: int) -> list[Event]:
    async with asyncio.timeout(5), rig.inbox.touched:
        await rig.inbox.touched.wait_for(lambda: len(rig.inbox.events) >= number)
    await rig.server.gateway.settled()
    return rig.inbox.events


async def test_a_reaction_that_only_a_dead_process_heard_is_kept_by_the_next_one() -> None:
    async with alone() as rig:
        inbox = StuckInbox(rig)
        async with process(rig, inbox) as first:
            message = await sent(rig, "d-1", "Worth keeping.")
            rig.server.people.react("ben", message, BOOKMARK)
            await rig.server.gateway.settled()
            [heard] = inbox.asked
            die(first, rig)
            async with process(rig):
                assert await until_kept(rig, 1) == [heard]
        assert rig.inbox.events == [heard], "once, whoever kept it first"


async def test_what_people_did_while_nobody_listened_comes_in_its_order() -> None:
    async with alone() as rig, process(rig) as first:
        message = await sent(rig, "d-1", "Worth keeping.")
        die(first, rig)
        rig.server.people.react("ben", message, BOOKMARK)
        rig.server.people.unreact("ben", message, BOOKMARK)
        rig.server.people.react("ana", message, BOOKMARK)
        async with process(rig):
            kept = await until_kept(rig, 3)
            assert [type(each.happening) for each in kept] == [ReactionAdded, ReactionRemoved, ReactionAdded]
            assert await rig.react("cleo", message, BOOKMARK)
            assert len(rig.inbox.events) == 4


async def test_a_late_press_on_save_is_kept_and_what_people_were_told_has_failed_is_not_done_later() -> None:
    rows = Buttons((Button("Save item 1", save_item("d-1", 1).encode()), Button("Now", run_command("list").encode())))
    async with alone() as rig, process(rig) as first:
        shown = Message((*sentence("Worth keeping.").blocks, rows), "Worth keeping.")
        message = await first.send(Outgoing("d-1", rig.channel, shown))
        assert message
        die(first, rig)
        rig.server.people.press("ana", message, "Now")
        rig.server.people.command("ana", "staffroom", "/pln list")
        rig.server.people.press("ana", message, "Save item 1")
        async with process(rig):
            [event] = await until_kept(rig, 1)
            assert isinstance(event.happening, ButtonPressed)
            assert event.happening.action == save_item("d-1", 1).encode()


async def test_what_is_kept_is_not_told_again() -> None:
    async with alone() as rig, process(rig) as first:
        message = await sent(rig, "d-1", "Worth keeping.")
        assert await rig.react("ben", message, BOOKMARK)
        await rig.server.gateway.settled()
        [session] = rig.server.gateway.connected
        die(first, rig)
        async with process(rig):
            [resumed] = [each["d"] for each in rig.server.gateway.heard if each["op"] == RESUME]
            assert (resumed["session_id"], resumed["seq"]) == (session.id, session.told[-2].sequence)
        assert len(rig.inbox.events) == 1


async def test_a_session_that_discord_forgot_is_no_hindrance() -> None:
    async with alone() as rig, process(rig) as first:
        message = await sent(rig, "d-1", "Worth keeping.")
        die(first, rig)
        rig.server.gateway.forget_sessions()
        rig.server.people.react("ben", message, BOOKMARK)
        async with process(rig):
            assert await rig.react("ana", message, BOOKMARK)
            assert len(rig.inbox.events) == 1


@pytest.mark.parametrize("is_remembered", [True, False])
async def test_where_it_may_not_look_who_reacted_it_says_so_only_if_somebody_may_have(*, is_remembered: bool) -> None:
    async with alone() as rig, process(rig) as first:
        message = await first.send(Outgoing("d-1", rig.channel, sentence("Worth keeping.")))
        assert message
        rig.server.people.deny("staffroom", "Read Message History")
        die(first, rig)
        if not is_remembered:
            rig.server.gateway.forget_sessions()
        async with process(rig) as second:
            with pytest.raises(Rejected, match="allow Staffroom: Read Message History") as caught:
                await second.reactions(rig.channel, message)
            assert isinstance(caught.value, NotAllowed) is not is_remembered


async def test_whoever_dies_again_before_all_is_kept_leaves_it_to_the_one_after() -> None:
    async with alone() as rig, process(rig) as first:
        message = await sent(rig, "d-1", "Worth keeping.")
        die(first, rig)
        rig.server.people.react("ben", message, BOOKMARK)
        inbox = StuckInbox(rig)
        async with process(rig, inbox) as second:
            await rig.server.gateway.settled()
            assert len(inbox.asked) == 1
            die(second, rig)
            async with process(rig):
                assert await until_kept(rig, 1) == inbox.asked


async def test_whoever_says_good_bye_leaves_nothing_to_be_told() -> None:
    async with alone() as rig:
        async with process(rig):
            message = await sent(rig, "d-1", "Worth keeping.")
            assert await rig.react("ben", message, BOOKMARK)
        assert not [kind for kind, _ in rig.vault.kept if kind == KEPT_AS]
